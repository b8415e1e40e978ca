import HansaAggregation
import HansaCore
import Testing

@Suite("The strategy registry")
struct StrategyRegistryTests {
    @Test("makes federated averaging by its name")
    func makesFedAvg() throws {
        #expect(StrategyRegistry.standard.names == ["exact-sum", "fedavg"])
        let made = try StrategyRegistry.standard.makeStrategy(named: "fedavg", Fixtures.configuration())
        #expect(made is FederatedAveraging)
    }

    @Test("suggests the nearest name for a misspelt one")
    func suggests() throws {
        let configuration = try Fixtures.configuration()
        do throws(ConfigurationError) {
            _ = try StrategyRegistry.standard.makeStrategy(named: "FedAvgg", configuration)
            Issue.record("an unknown strategy was made")
        } catch {
            #expect(
                error
                    == .unknownName(key: "strategy", got: "FedAvgg", nearest: "fedavg", known: ["exact-sum", "fedavg"])
            )
            #expect(error.description.contains("did you mean 'fedavg'?"))
        }
        #expect(
            throws: ConfigurationError.unknownName(
                key: "strategy",
                got: "scaffold",
                nearest: nil,
                known: ["exact-sum", "fedavg"]
            )
        ) { try StrategyRegistry.standard.makeStrategy(named: "scaffold", configuration) }
    }

    @Test("takes a strategy of one's own, once")
    func takesOthers() throws {
        var registry = StrategyRegistry.standard
        try registry.register("mine", makeMine)
        #expect(registry.names == ["exact-sum", "fedavg", "mine"])
        #expect(throws: ConfigurationError.duplicateName(key: "strategy", got: "mine")) {
            try registry.register("mine", makeMine)
        }
        #expect(throws: ConfigurationError.missing(key: "work", expected: "nothing: this one always fails")) {
            try registry.makeStrategy(named: "mine", Fixtures.configuration())
        }
    }
}

@Sendable
private func makeMine(_: StrategyConfiguration) throws(ConfigurationError) -> any Strategy {
    throw .missing(key: "work", expected: "nothing: this one always fails")
}
