/// Why a data file, data set or download was refused.
///
/// Every case names the file or data set, what came and what was expected; none carries a data value. The
/// description is one sentence for a person, ending in the fix.
public enum DataError: Error, Equatable, Sendable {
    /// There is no such file.
    case notFound(file: String)
    /// The system could not read, write or rename the file.
    case system(file: String, operation: String, reason: String)
    /// The file, or what it unpacks to, is above the limit the caller set.
    case tooLarge(file: String, limit: Int)
    /// The bytes end before the content does.
    case truncated(file: String, got: Int, expected: Int)
    /// The bytes are not what the format says.
    case damaged(file: String, got: String, expected: String)
    /// The file is sound, but uses a part of the format that is not read here.
    case unsupported(file: String, got: String, expected: String)
    /// The SHA-256 differs from the pinned one.
    case wrongDigest(file: String, got: String, expected: String)
    /// An array has a shape or element type that does not fit its use.
    case wrongShape(file: String, got: String, expected: String)
    /// A normalization does not fit the data set.
    case unfitNormalization(dataset: String, got: String, expected: String)
    /// A cell of a csv file is no finite number, or no class. Lines and columns count from 1.
    case invalidCell(file: String, line: Int, column: Int, expected: String)
    /// A cell of a csv file is empty or `?`. Lines and columns count from 1.
    case missingCell(file: String, line: Int, column: Int)
    /// A csv file has no such column, or an archive no such member.
    case unknownName(file: String, got: String, known: [String])
    /// A label is outside `0..<classCount`.
    case labelOutOfRange(dataset: String, got: Int, classCount: Int)
    /// There is no data set of this name in the catalogue.
    case unknownDataset(got: String, known: [String])
    /// A data set of the catalogue is in none of the folders searched.
    ///
    /// `advice` says how to get it where no address gives it.
    case datasetAbsent(name: String, searched: [String], advice: String? = nil)
    /// A file of the catalogue has no address.
    case notPublished(file: String, digest: String, advice: String)
    /// The target of a write is there already and not empty.
    case targetExists(path: String)
    /// No address gave the file. `attempts` lists each address with what came.
    case downloadFailed(file: String, attempts: [String])
    /// Another process holds the file's partial download.
    case downloadBusy(file: String)
    /// The task was cancelled; what was received is kept for the next attempt.
    case cancelled(file: String)
}

extension DataError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notFound(let file):
            "\(file): got no such file, expected a readable file. Check the path."
        case .system(let file, let operation, let reason):
            "\(file): got \"\(reason)\" while trying to \(operation). Check permissions and free space."
        case .tooLarge(let file, let limit):
            "\(file): got more than \(limit) bytes once unpacked, expected at most that. "
                + "Raise the limit if the file is trusted."
        case .truncated(let file, let got, let expected):
            "\(file): got \(got) bytes of content, expected \(expected). The file is cut short: copy or fetch it again."
        case .damaged(let file, let got, let expected):
            "\(file): got \(got), expected \(expected). The file is damaged or of another format: copy or fetch it again."
        case .unsupported(let file, let got, let expected):
            "\(file): got \(got), expected \(expected). Save the file again in that form."
        case .wrongDigest(let file, let got, let expected):
            "\(file): got SHA-256 \(got), expected \(expected). "
                + "The file is damaged or of another release: delete it and fetch it again."
        case .wrongShape(let file, let got, let expected):
            "\(file): got \(got), expected \(expected). Check that the files belong together."
        case .unfitNormalization(let dataset, let got, let expected):
            "\(dataset): got \(got) to normalize by, expected \(expected). State one number, one a channel, or one a feature."
        case .invalidCell(let file, let line, let column, let expected):
            "\(file), line \(line), column \(column): got something else, expected \(expected). "
                + "Correct the cell, or say whether the file has a header."
        case .missingCell(let file, let line, let column):
            "\(file), line \(line), column \(column): got a missing value, expected a number. "
                + "Fill the cell, skip the column, or choose to drop rows with missing values."
        case .unknownName(let file, let got, let known):
            "\(file): got the name \"\(got)\", expected one of: \(known.joined(separator: ", "))."
        case .labelOutOfRange(let dataset, let got, let classCount):
            "\(dataset): got label \(got), expected 0 to \(classCount - 1). Number the classes from 0."
        case .unknownDataset(let got, let known):
            "got the data set \"\(got)\", expected one of: \(known.joined(separator: ", "))."
        case .datasetAbsent(let name, let searched, let advice):
            "\(name): got no files in \(searched.joined(separator: ", nor in ")). Expected them in one of three places: "
                + "a folder given with --data, the folder that HANSA_DATA names, or the cache, "
                + (advice.map { "which no address fills. \($0)." } ?? "which `hansa data fetch \(name)` fills.")
        case .notPublished(let file, let digest, let advice):
            "\(file): got no address for it, expected a file of SHA-256 \(digest) in the folder of the data set. \(advice). "
                + "Where you have a copy, --mirror names its address."
        case .targetExists(let path):
            "\(path): got an existing file or non-empty folder, expected a new or empty folder. "
                + "Choose another, or remove it."
        case .downloadFailed(let file, let attempts):
            "\(file): no address gave it (\(attempts.joined(separator: "; "))). Check the connection and run it again: "
                + "what was received is kept."
        case .downloadBusy(let file):
            "\(file): got a partial download that another process is writing, expected to be alone. Wait for it to end."
        case .cancelled(let file):
            "\(file): the download was cancelled. Run it again to go on where it stopped."
        }
    }
}
