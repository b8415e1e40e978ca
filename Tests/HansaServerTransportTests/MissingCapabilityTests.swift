import HansaCoordinator
import HansaCore
import HansaWire
import Testing

@Suite("A server and a client that cannot do what its plan needs", .serialized)
struct MissingCapabilityTests {
    @Test("It is told so, and the round closes without it")
    func refusal() async throws {
        let federation = try await TestFederation(rounds: 1)
        try await onThread {
            let peer = try federation.peer(TestFederation.roster[4])
            try peer.secure()
            // The run's plans need packed integers.
            try peer.greet { $0.capabilities = [.exactTrainer] }
            try peer.send(.workRequest)
            #expect(peer.ending() == .refused(.missingCapability))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 as Range<UInt32> {
                group.addTask { try await onThread { _ = try federation.takePart(federation.client(number)) } }
            }
            try await group.waitForAll()
        }
        #expect(await federation.service.isFinished)
        await federation.end()
    }
}
