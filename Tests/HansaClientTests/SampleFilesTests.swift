import Foundation
import HansaClient
import HansaCore
import Testing

/// The sample files of `Docker/samples`, read as the client reads them.
@Suite("The sample files")
struct SampleFilesTests {
    private func bytes(_ name: String) throws -> [UInt8] {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return [UInt8](try Data(contentsOf: package.appendingPathComponent("Docker/samples/\(name)")))
    }

    @Test("The client's configuration is read, with the policy beside it")
    func configuration() throws {
        let path = "/etc/hansa-client/client.conf"
        let configuration = try ClientConfiguration(bytes: try bytes("client.conf"), path: path)
        #expect(configuration.coordinator.host == "coordinator")
        #expect(configuration.coordinator.serverName == "coordinator")
        #expect(configuration.identity.keyFile == "/var/lib/hansa-client/client.key")
        #expect(configuration.policyFile == "/etc/hansa-client/policy.conf")
        #expect(configuration.seed == 1)
    }

    @Test("The policy is read")
    func policy() throws {
        let policy = try ClientPolicy(bytes: try bytes("policy.conf"), path: "policy.conf")
        #expect(policy.jobKinds == [.training])
        #expect(policy != ClientPolicy())
    }
}
