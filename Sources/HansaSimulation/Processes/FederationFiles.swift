import Foundation
import HansaAggregation
import HansaCoordinator
import HansaLearning
import HansaPrivacy

/// The files of a run of processes: scenario, certificates, shares of the data and configurations, in one folder.
struct FederationFiles {
    let folder: String
    let run: PreparedRun

    private var certificates: ThrowawayCertificates { ThrowawayCertificates(folder: folder + "/certificates") }
    private var data: String { folder + "/data" }
    var logs: String { folder + "/logs" }
    var coordinatorConfiguration: String { folder + "/coordinator.yaml" }

    /// The name in a client's certificate.
    func name(_ client: Int) -> String { PartitionExport.clientFolder(client) }

    func clientConfiguration(_ client: Int) -> String { folder + "/\(name(client)).conf" }

    /// Writes everything but the clients' configurations, which name the coordinator's port.
    func write(scenario: String, state: String) throws(CommandFailure) {
        for path in [folder, certificates.folder, logs, folder + "/clients"] {
            do {
                try FileManager.default.createDirectory(
                    atPath: path,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
            } catch {
                throw CommandFailure(.output, "\(path): the folder cannot be made: \(error.localizedDescription)")
            }
        }
        try certificates.makeCoordinator()
        for client in run.clients.indices {
            guard !Task.isCancelled else { throw CommandFailure(.interrupted, "interrupted.") }
            try certificates.makeClient(name(client))
        }
        do throws(DataError) {
            try PartitionExport(
                data: run.data,
                partition: run.partition,
                scheme: run.scenario.partition.scheme,
                seed: run.scenario.partition.seed,
                skew: run.scenario.partition.skew
            ).write(to: data)
        } catch {
            throw CommandFailure(error)
        }
        if hasPolicy {
            let rules = (isSeeded ? "accept-seeded-noise = yes\n" : "") + (isInsecure ? "accept-insecure = yes\n" : "")
            try write("[policy]\n" + rules, to: folder + "/" + Self.policyName)
        }
        let seeded = isSeeded ? ", allow-insecure-seeded-noise: yes" : ""
        let insecure = isInsecure ? ", allow-insecure-strategies: yes" : ""
        let names = run.clients.indices.map(name).joined(separator: ", ")
        try write(
            """
            run: {scenario: \(Self.quoted(scenario)), mode: reproducible\(seeded)\(insecure)}
            listen: 127.0.0.1:0
            state: \(Self.quoted(state))
            tls:
              certificate: certificates/coordinator.pem
              key: certificates/coordinator.key
              clients: certificates/ca.pem
            roster: [\(names)]

            """,
            to: coordinatorConfiguration
        )
    }

    /// What every owner allows where the noise is seeded; a client refuses it otherwise.
    private static let policyName = "policy.conf"

    /// Writes one client's configuration.
    func writeClient(_ client: Int, address: String) throws(CommandFailure) {
        let name = name(client)
        try write(
            """
            [coordinator]
            address = \(address)
            server-name = coordinator
            ca = certificates/ca.pem
            [identity]
            certificate = certificates/\(name).pem
            key = certificates/\(name).key
            [state]
            folder = clients/\(name)
            [data]
            features = data/\(name)/features.npy
            labels = data/\(name)/labels.npy
            [trainer]
            kind = exact
            [retry]
            base-milliseconds = 100
            cap-milliseconds = 1000
            [reproducible]
            seed = \(run.scenario.seed)
            \(hasPolicy ? "[policy]\nfile = \(Self.policyName)\n" : "")
            """,
            to: clientConfiguration(client)
        )
    }

    /// Whether the noise is to come out the same again, which every side must allow and no side calls private.
    private var isSeeded: Bool { run.scenario.privacy?.source == .seeded }
    private var isInsecure: Bool { run.specification.strategy.traits.contains(.insecure) }
    private var hasPolicy: Bool { isSeeded || isInsecure }

    private func write(_ text: String, to path: String) throws(CommandFailure) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure(.io, "\(path): cannot be written: \(error.localizedDescription)")
        }
    }

    private static func quoted(_ path: String) -> String {
        "\"" + path.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }
}
