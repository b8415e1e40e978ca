/// Why a report cannot be made.
public enum ReportError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A file of the result folder is not there or cannot be read.
    case missing(file: String)
    /// A file is not what its name says; the line, from 1, where it has lines.
    case damaged(file: String, line: Int?)
    /// A file or folder cannot be made.
    case unwritable(file: String, reason: String)

    public var description: String {
        switch self {
        case .missing(let file):
            "\(file): got no readable file, expected the results of a run. Name the folder that `hansa simulate` filled."
        case .damaged(let file, let line):
            "\(file)\(line.map { ", line \($0)" } ?? ""): got no record of this kind. The file is damaged or another one."
        case .unwritable(let file, let reason): "\(file): cannot be written: \(reason)"
        }
    }
}
