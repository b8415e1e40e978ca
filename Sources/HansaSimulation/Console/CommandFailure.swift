public import HansaCoordinator
import HansaDense
public import HansaLearning

/// Why a command ends without its result: what it prints, and its exit status.
public struct CommandFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// Exit statuses, in the numbers of sysexits.h.
    public enum Status: Int32, Sendable {
        /// A mistake in a scenario or on the command line.
        case usage = 64
        /// Data, a checkpoint or a record is missing, damaged or of another form.
        case data = 65
        /// A file that was named is not there or cannot be read.
        case noInput = 66
        /// A service cannot be offered: its address is taken.
        case unavailable = 69
        /// A mistake of the program's own, or a run that cannot go on.
        case program = 70
        /// A folder or file cannot be made, or is in use or in the way.
        case output = 73
        /// Reading or writing failed.
        case io = 74
        /// Somebody else has what is needed; later it may be free.
        case temporary = 75
        /// A secret is open to others.
        case permission = 77
        /// A mistake in a coordinator's configuration, or in a scenario that it names.
        case configuration = 78
        /// Interrupted; it can be resumed.
        case interrupted = 130
    }

    public var status: Status
    public var message: String

    public init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
    }

    public var description: String { message }

    public init(_ error: ScenarioError) {
        switch error {
        case .data: self.init(.data, error.description)
        case .unreadable, .mistakes: self.init(.usage, error.description)
        }
    }

    public init(_ error: DataError) {
        switch error {
        case .unknownDataset: self.init(.usage, error.description)
        case .targetExists: self.init(.output, error.description)
        case .system, .downloadFailed, .downloadBusy: self.init(.io, error.description)
        case .cancelled: self.init(.interrupted, error.description)
        default: self.init(.data, error.description)
        }
    }

    public init(_ error: StoreError) {
        let status: Status =
            switch error {
            case .locked: .output
            case .foreignRun: .usage
            case .tooNew, .damaged, .missing: .data
            case .io: .io
            case .conflict, .outOfOrder, .unstorable, .crashed: .program
            }
        self.init(status, ErrorText.of(error))
    }

    public init(_ error: RankError) {
        switch error {
        case .notBuilt, .mismatch: self.init(.usage, error.description)
        case .library, .malformed, .refused: self.init(.program, error.description)
        }
    }

    public init(_ error: SimulationError) {
        switch error {
        case .store(let inner), .coordinator(.store(let inner)): self.init(inner)
        case .coordinator(.selection(let inner)): self.init(.data, ErrorText.of(inner))
        case .coordinator(let inner): self.init(.program, ErrorText.of(inner))
        case .clientMemory(let path):
            self.init(.io, "\(path): cannot be written; make room or choose another folder with --out.")
        case .diverged:
            self.init(
                .program,
                "the model diverged: what it computes on the test data is no longer finite. Lower "
                    + "strategy.optimizer.rate, local.rate or update.range, and start over with --force."
            )
        case .evaluation(let inner): self.init(.usage, "the test data: " + inner + ".")
        case .clientCountMismatch(let got, let expected):
            self.init(.program, "got \(got) clients, expected \(expected): a mistake of the program, report it.")
        case .stuck(let round, _):
            self.init(.program, "nothing is left to happen in round \(round). Lower the rates given with --faults.")
        case .wire(let inner):
            self.init(.program, "the two ends of the wire disagree (\(inner)): a mistake of the program, report it.")
        case .ranks(let inner): self.init(inner)
        case .external(let inner): self.init(.io, inner + ".")
        case .cancelled: self.init(.interrupted, "interrupted.")
        }
    }
}
