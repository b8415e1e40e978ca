import CPosix
import HansaClient
import HansaNumerics

/// What the commands read before they do anything.
struct ClientSetup {
    /// The largest configuration or policy that is read.
    private static let textByteCountMax: UInt64 = 1 << 20

    let configuration: ClientConfiguration
    let policy: ClientPolicy

    init(_ options: ClientArguments.Options) throws(ProgramFailure) {
        let path = options.configurationPath
        let bytes = try Self.read(path, "configuration")
        do throws(FlatFileError) {
            configuration = try ClientConfiguration(bytes: bytes, path: path, overrides: options.overrides)
        } catch {
            throw ProgramFailure(.configuration, error.description)
        }
        guard let policyPath = configuration.policyFile else {
            policy = .standard
            return
        }
        let policyBytes = try Self.read(policyPath, "policy")
        do throws(FlatFileError) {
            policy = try ClientPolicy(bytes: policyBytes, path: policyPath)
        } catch {
            throw ProgramFailure(.configuration, error.description)
        }
    }

    /// Certificates and key, read and checked.
    func tlsContext() throws(ProgramFailure) -> TLSContext {
        let settings = TLSSettings(
            host: configuration.coordinator.host,
            port: PlainText("\(configuration.coordinator.port)").string,
            serverName: configuration.coordinator.serverName,
            authorityPath: configuration.coordinator.authorityFile,
            certificatePath: configuration.identity.certificateFile,
            keyPath: configuration.identity.keyFile
        )
        do throws(ConnectionError) {
            return try TLSContext(settings)
        } catch {
            throw ProgramFailure(error)
        }
    }

    static func read(_ path: String, _ what: String) throws(ProgramFailure) -> [UInt8] {
        do throws(SystemError) {
            return try Files.read(path, byteCountMax: textByteCountMax)
        } catch {
            throw ProgramFailure(
                error == .noSuchFile ? .noInput : .configuration,
                PlainText("the \(what) \(path) cannot be read: \(error.words)").string
            )
        }
    }
}
