import Foundation
import Testing
import Yams

/// What lies in `Docker/`, as far as it can be tried without a container engine.
@Suite("Containers")
struct ContainerTests {
    private static let folder = Command.packageFolder.appendingPathComponent("Docker")

    private static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    private static func yaml(_ name: String) throws -> [String: Any] {
        try #require(try Yams.load(yaml: try text(name)) as? [String: Any])
    }

    private static func services() throws -> [String: [String: Any]] {
        try #require(try yaml("compose.yaml")["services"] as? [String: [String: Any]])
    }

    private static let clients = (0..<10).map { "client-0\($0)" }

    @Test("The sample configuration starts a coordinator")
    func sampleCoordinator() throws {
        let deployment = try Deployment()
        for name in ["coordinator.yaml", "scenario.yaml"] {
            _ = try deployment.folder.write(try Self.text("samples/" + name), to: name)
        }
        let identity = deployment.folder.file("identity")
        try FileManager.default.createDirectory(atPath: identity, withIntermediateDirectories: true)
        for name in ["coordinator.pem", "coordinator.key", "ca.pem"] {
            try FileManager.default.copyItem(
                atPath: deployment.certificates.file(name),
                toPath: identity + "/" + name
            )
        }
        let (server, _) = try deployment.serve(["--state-dir", deployment.state, "--listen", "127.0.0.1:0"])
        kill(server.process.processIdentifier, SIGTERM)
        #expect(try Command.finish(server).status == 0)
    }

    @Test("Every service runs without root, capabilities and writable files, within limits")
    func hardening() throws {
        let services = try Self.services()
        #expect(Set(services.keys) == Set(Self.clients + ["coordinator", "prepare"]))
        for (name, service) in services {
            #expect(service["user"] as? String == "65532:65532", "\(name)")
            #expect(service["read_only"] as? Bool == true, "\(name)")
            #expect(service["cap_drop"] as? [String] == ["ALL"], "\(name)")
            #expect(service["cap_add"] == nil && service["privileged"] == nil, "\(name)")
            #expect(service["security_opt"] as? [String] == ["no-new-privileges:true"], "\(name)")
            #expect(service["tmpfs"] != nil && service["mem_limit"] != nil && service["pids_limit"] != nil, "\(name)")
            #expect(service["ports"] == nil, "\(name) is reached from outside")
        }
        #expect(services["coordinator"]?["healthcheck"] != nil)
    }

    @Test("What the services mount exists, and each client sees its own keys and data only")
    func volumes() throws {
        let declared = try #require(try Self.yaml("compose.yaml")["volumes"] as? [String: Any])
        for (name, service) in try Self.services() {
            for mount in try #require(service["volumes"] as? [String]) {
                let source = String(mount.prefix { $0 != ":" })
                if source.hasPrefix(".") {
                    let path = Self.folder.appendingPathComponent(source).path
                    #expect(FileManager.default.fileExists(atPath: path), "\(name): \(mount)")
                    #expect(mount.hasSuffix(":ro"), "\(name): \(mount)")
                } else {
                    #expect(declared.keys.contains(source), "\(name): \(mount)")
                    if name.hasPrefix("client-") { #expect(source == name, "\(name): \(mount)") }
                    if name == "prepare" { #expect(mount.contains(":/volumes/"), "\(mount)") }
                }
            }
        }
        for client in Self.clients { #expect(declared.keys.contains(client)) }
    }

    @Test("Images run their programs as a user without rights, from bases with a tag, with a health check")
    func images() throws {
        for name in ["coordinator.Dockerfile", "client.Dockerfile"] {
            let lines = try Self.text(name).split(separator: "\n").map(String.init)
            let bases = lines.filter { $0.hasPrefix("FROM ") }.map { $0.split(separator: " ")[1] }
            let stages = lines.filter { $0.hasPrefix("FROM ") }.compactMap { $0.split(separator: " ").last }
            #expect(bases.count >= 2)
            for base in bases where !stages.contains(base) {
                #expect(base.contains(":") && !base.hasSuffix(":latest"), "\(name): \(base)")
            }
            #expect(lines.last { $0.hasPrefix("USER ") } == "USER 65532:65532")
            #expect(lines.contains { $0.hasPrefix("HEALTHCHECK ") })
        }
    }

    @Test("Roster, port and number of clients are the same wherever they are said")
    func agreement() throws {
        let coordinator = try Self.yaml("samples/coordinator.yaml")
        #expect(coordinator["roster"] as? [String] == Self.clients)
        let listen = try #require(coordinator["listen"] as? String)
        let port = try #require(listen.split(separator: ":").last)
        #expect(try Self.text("samples/client.conf").contains("address = coordinator:\(port)\n"))
        #expect(try Self.text("coordinator.Dockerfile").contains("EXPOSE \(port)\n"))
        #expect(try Self.text("coordinator.Dockerfile").contains("/dev/tcp/127.0.0.1/\(port)\""))
        #expect(try Self.text("compose.yaml").contains("/dev/tcp/127.0.0.1/\(port)\""))
        #expect(try Self.text("systemd/hansa-coordinator.service").contains("SocketBindAllow=tcp:\(port)\n"))

        let path = Self.folder.appendingPathComponent("samples/scenario.yaml").path
        let check = try Command.run("scenario", "check", path)
        #expect(check.status == 0, "\(check.errors)")
        #expect(check.output.contains("clients: \(Self.clients.count)\n"))
    }

    @Test("Certificates and shares of the data are made once, with keys that only their owner can read")
    func preparation() throws {
        let volumes = try PreparedVolumes(clients: Self.clients)
        let first = try volumes.prepare()
        #expect(first.status == 0, "\(first.errors)")
        for client in Self.clients {
            for file in ["client.key", "client.pem", "ca.pem", "features.npy", "labels.npy"] {
                #expect(FileManager.default.fileExists(atPath: volumes.file("\(client)/\(file)")), "\(client)/\(file)")
            }
            #expect(try volumes.mode(of: "\(client)/client.key") == 0o600)
        }
        #expect(try volumes.mode(of: "coordinator/coordinator.key") == 0o600)
        let certificate = try volumes.content(of: "client-03/client.pem")
        let share = try volumes.content(of: "client-03/features.npy")
        #expect(try volumes.content(of: "client-04/features.npy") != share)

        let second = try volumes.prepare()
        #expect(second.status == 0, "\(second.errors)")
        #expect(try volumes.content(of: "client-03/client.pem") == certificate)
        #expect(try volumes.content(of: "client-03/features.npy") == share)
    }

    @Test("A scenario with fewer clients than there are volumes is refused")
    func tooFewClients() throws {
        let volumes = try PreparedVolumes(clients: Self.clients + ["client-10"])
        let outcome = try volumes.prepare()
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("the scenario has 10 clients, expected 11"), "\(outcome.errors)")
    }
}

/// The volumes of `compose.yaml` as folders, for `Docker/prepare`.
private struct PreparedVolumes {
    let folder: TemporaryFolder

    init(clients: [String]) throws {
        folder = try TemporaryFolder()
        for name in clients + ["authority", "coordinator"] {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: false)
        }
    }

    func prepare() throws -> Command.Outcome {
        let docker = Command.packageFolder.appendingPathComponent("Docker")
        let programs = URL(fileURLWithPath: Command.path).deletingLastPathComponent().path
        let launched = try Command.launch(
            [docker.appendingPathComponent("samples/scenario.yaml").path],
            program: docker.appendingPathComponent("prepare").path,
            environment: ["HANSA_VOLUMES": folder.path, "PATH": "\(programs):/usr/bin:/bin"]
        )
        return try Command.finish(launched)
    }

    func file(_ name: String) -> String { folder.file(name) }

    func content(of name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file(name))) }

    func mode(of name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file(name))[.posixPermissions] as? Int
    }
}
