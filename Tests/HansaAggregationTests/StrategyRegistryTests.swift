import HansaAggregation
import HansaCore
import Testing

@Suite("The strategy registry")
struct StrategyRegistryTests {
    @Test("makes federated averaging by its name")
    func makesFedAvg() throws {
        let names = StrategyRegistry.standard.names
        #expect(names == names.sorted() && Set(["exact-sum", "fedavg"]).isSubset(of: names))
        #expect(StrategyRegistry.standard.entries.allSatisfy { !$0.summary.isEmpty })
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
                    == .unknownName(
                        key: "strategy",
                        got: "FedAvgg",
                        nearest: "fedavg",
                        known: StrategyRegistry.standard.names
                    )
            )
            #expect(error.description.contains("did you mean 'fedavg'?"))
        }
        #expect(
            throws: ConfigurationError.unknownName(
                key: "strategy",
                got: "nothing of this kind",
                nearest: nil,
                known: StrategyRegistry.standard.names
            )
        ) { try StrategyRegistry.standard.makeStrategy(named: "nothing of this kind", configuration) }
    }

    @Test("takes a strategy of one's own, once")
    func takesOthers() throws {
        var registry = StrategyRegistry.standard
        try registry.register("mine", makeMine)
        #expect(Set(registry.names) == Set(StrategyRegistry.standard.names + ["mine"]))
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
