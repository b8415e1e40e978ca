import CPosix
import HansaNumerics

/// Why an external trainer did not give an update; it costs one round, and the device's log says it.
public enum ExternalTrainingFailure: Error, Hashable, Sendable {
    /// The program could not be started: the operating system's error number.
    case cannotStart(error: Int32)
    /// The program ended, or closed its input or output, before it answered.
    case ended
    /// No answer in time.
    case tooLate(milliseconds: UInt64)
    /// An answer whose length is 0 or above ``ExternalTrainingRunner/messageByteCountMax``.
    case wrongLength(got: UInt32)
    /// An answer that is not one of the protocol's.
    case unknownAnswer
    /// The program says that it failed, in its own words, cut short.
    case failed(reason: String)
    /// The file that it left.
    case unusableUpdate(SafetensorsError)
    /// The model cannot be handed over: the operating system's error number.
    case cannotHandOver(error: Int32)
}

extension ExternalTrainingFailure: CustomStringConvertible {
    public var description: String { text.string }

    private var text: PlainText {
        switch self {
        case .cannotStart(let error): "the trainer cannot be started: \(Self.words(error)); check [trainer] command"
        case .ended: "the trainer ended before it answered; its standard error may say why"
        case .tooLate(let milliseconds): "the trainer did not answer within \(milliseconds) ms; it was ended"
        case .wrongLength(let got):
            "the trainer answered with a length of \(got), expected 1 to "
                + "\(ExternalTrainingRunner.messageByteCountMax): does it print to its standard output?"
        case .unknownAnswer: "the trainer's answer is none of the protocol's (Proto/trainer.md)"
        case .failed(let reason): "the trainer says: \(reason)"
        case .unusableUpdate(let error): "the trainer's update cannot be used: \(error.description)"
        case .cannotHandOver(let error): "the model cannot be written for the trainer: \(Self.words(error))"
        }
    }

    private static func words(_ error: Int32) -> String {
        hansa_error_text(error).map { String(cString: $0) } ?? PlainText("error \(error)").string
    }
}
