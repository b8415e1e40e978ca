/// Why the processes of a simulation cannot work together.
public enum RankError: Error, Equatable, Sendable {
    /// A call of the library that joins them failed.
    case library(call: String, message: String)
    /// This build has no library to join processes.
    case notBuilt
    /// A message that is none of ours: another version of Hansa runs there.
    case malformed(rank: Int)
    /// A process was started with another scenario, seed, data or kind of processor.
    case mismatch(rank: Int, what: String, got: String, expected: String)
    /// A process could not begin, in its own words.
    case refused(rank: Int, words: String)
}

extension RankError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .library(let call, let message):
            "MPI: \(call) failed: \(message). The run's durable state is kept: start it again with --resume."
        case .notBuilt:
            "MPI: this build has none. Install libmpich-dev or libopenmpi-dev and build with: swift build -c release "
                + "--traits MPI --product hansa"
        case .malformed(let rank):
            "rank \(rank): got a message that cannot be read, expected one of this version of Hansa. Start the same "
                + "program on every rank."
        case .mismatch(let rank, let what, let got, let expected):
            "rank \(rank): got the \(what) \(got), expected \(expected) as on rank 0. Start all ranks with the same "
                + "program, command line and data, on processors of one kind."
        case .refused(let rank, let words): "rank \(rank): \(words)"
        }
    }
}
