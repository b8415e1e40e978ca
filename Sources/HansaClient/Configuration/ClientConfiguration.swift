/// Everything that `hansa-client` is told: whom to trust, who it is, what to train on, what its owner allows.
///
/// Made from a flat file and the `--set` overrides of the command line. Paths are relative to the file's folder, in the
/// overrides too, so that the program can be started from anywhere.
public struct ClientConfiguration: Hashable, Sendable {
    /// Where the coordinator listens and how it is known.
    public struct Coordinator: Hashable, Sendable {
        /// A name or an address, without the brackets of an IPv6 address.
        public var host: String
        public var port: UInt16
        /// The name that the coordinator's certificate must carry.
        public var serverName: String
        /// The certificates that may sign the coordinator's, in PEM.
        public var authorityFile: String
    }

    /// The client's certificate and key, in PEM.
    public struct Identity: Hashable, Sendable {
        public var certificateFile: String
        public var keyFile: String
    }

    /// The files of the exact trainer's examples.
    public struct DataFiles: Hashable, Sendable {
        public var features: String
        public var labels: String
    }

    /// What trains.
    public enum Trainer: Hashable, Sendable {
        /// Our own trainer on these files.
        case exact(DataFiles)
        /// A program of the client's owner, which has its own way to its data; the command's words, the program first.
        case external(command: [String], answerSeconds: UInt32)
        /// A test trainer without data: it adds 1 to the parameter of the client's number, so that a model counts.
        case oneHot
        /// A trainer without data for measurements: it adds so many thirty-seconds to every parameter.
        case constant(thirtySeconds: UInt32)
    }

    /// The longest time that a trainer may be given: a week.
    public static let answerSecondsMax: UInt32 = 604_800
    /// How long an external trainer has where nothing is said.
    public static let answerSecondsDefault: UInt32 = 600
    /// The longest wait that can be asked for: a day.
    public static let waitMillisecondsMax: UInt32 = 86_400_000

    public var coordinator: Coordinator
    public var identity: Identity
    /// The folder of all that outlives the process.
    public var stateFolder: String
    public var trainer: Trainer
    /// What the device's owner allows; nil for what ``ClientPolicy/standard`` allows.
    public var policyFile: String?
    public var retry: RetryPolicy
    /// The seed of a run whose result must come out the same again; nil for the operating system's randomness.
    public var seed: UInt64?
}
