import HansaNumerics

/// Why a device's `.npy` file cannot be trained on; it says shapes and types, never a value or its place.
public enum NPYError: Error, Hashable, Sendable {
    /// The file cannot be read: the operating system's words.
    case unreadable(file: String, reason: String)
    /// The bytes do not begin like an npy file, or its header cannot be read.
    case malformed(file: String, expected: String)
    /// A form of npy file that is not read here.
    case unsupported(file: String, got: String, expected: String)
    /// More or fewer bytes than the header says.
    case wrongByteCount(file: String, got: Int, expected: Int)
    /// A shape that is not a list of examples.
    case wrongShape(file: String, got: [Int], expected: String)
    /// Features and labels of different numbers of examples.
    case countsDiffer(features: Int, labels: Int)
    /// A feature that is NaN, infinite, or beyond float32.
    case notFinite(file: String)
    /// A label that is negative or beyond 31 bits.
    case invalidLabel(file: String)
}

extension NPYError: CustomStringConvertible {
    public var description: String { text.string }

    private var text: PlainText {
        switch self {
        case .unreadable(let file, let reason):
            "\(file): cannot be read: \(reason)"
        case .malformed(let file, let expected):
            "\(file): got bytes that are not an npy file, expected \(expected): write it with numpy.save"
        case .unsupported(let file, let got, let expected):
            "\(file): got \(got), expected \(expected)"
        case .wrongByteCount(let file, let got, let expected):
            "\(file): got \(got) bytes of values, expected \(expected) for its shape: the file is cut or damaged"
        case .wrongShape(let file, let got, let expected):
            "\(file): got shape \(Self.text(got)), expected \(expected)"
        case .countsDiffer(let features, let labels):
            "got \(features) examples of features and \(labels) labels, expected as many of both"
        case .notFinite(let file):
            "\(file): got NaN, infinity or a number beyond float32 among the features, expected finite numbers"
        case .invalidLabel(let file):
            "\(file): got a label outside 0 to 2147483647, expected classes numbered from 0"
        }
    }

    private static func text(_ shape: [Int]) -> PlainText {
        "(\(PlainText(list: shape.map { PlainText("\($0)").string })))"
    }
}
