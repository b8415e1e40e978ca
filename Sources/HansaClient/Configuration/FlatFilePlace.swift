import HansaNumerics

/// Where a value of a flat file comes from, as a person finds it: `client.conf:7`, or the `--set` that gave it.
public enum FlatFilePlace: Hashable, Sendable {
    /// A line of a file, from 1.
    case line(Int, file: String)
    /// The file as a whole.
    case file(String)
    /// An override of the command line.
    case override(section: String, key: String)
}

extension FlatFilePlace: CustomStringConvertible {
    public var description: String { text.string }

    var text: PlainText {
        switch self {
        case .line(let number, let file): "\(file):\(number)"
        case .file(let file): "\(file)"
        case .override(let section, let key): "--set \(section).\(key)"
        }
    }
}
