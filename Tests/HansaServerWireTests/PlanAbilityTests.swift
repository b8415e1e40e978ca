import HansaCore
import HansaServerWire
import HansaWire
import Testing

/// Which plans a session may hand out, by what the client's Hello said.
@Suite struct PlanAbilityTests {
    private static func session(formats: UInt32, capabilities: Capabilities) throws -> ServerSession {
        var harness = ServerHarness()
        let hello = Hello(
            nonce: ServerHarness.clientNonce,
            capabilities: capabilities,
            planFormatMax: formats,
            build: "test"
        )
        _ = try harness.send(.hello(hello))
        return harness.session
    }

    /// Something that begins and ends as a plan does.
    private static func plan(format: UInt8, capabilities: UInt8) -> [UInt8] {
        [format, 9, 9, 9, capabilities] + [UInt8](repeating: 0, count: 7)
    }

    @Test func aClientIsGivenWhatItsFormatsAndCapabilitiesReach() throws {
        let thin = try Self.session(formats: 1, capabilities: Capabilities(rawValue: 15))
        #expect(thin.canFollow(Self.plan(format: 1, capabilities: 5)))
        #expect(!thin.canFollow(Self.plan(format: 2, capabilities: 5)))
        #expect(!thin.canFollow(Self.plan(format: 1, capabilities: 16)))
        let whole = try Self.session(formats: 2, capabilities: .known)
        #expect(whole.canFollow(Self.plan(format: 2, capabilities: 48)))
        #expect(!whole.canFollow(Self.plan(format: 3, capabilities: 0)))
        #expect(!whole.canFollow([]))
        #expect(!ServerHarness().session.canFollow(Self.plan(format: 1, capabilities: 0)))
    }
}
