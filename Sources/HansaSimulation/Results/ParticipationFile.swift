import Foundation
public import HansaResults

/// `participation.jsonl`: who took part in each attempt at a round, for `--replay`.
public enum ParticipationFile {
    /// Reads a record, given the file or a result folder.
    public static func read(_ path: String) throws(CommandFailure) -> [ParticipationRecord] {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let file = isThere && isFolder.boolValue ? path + "/" + ResultFolder.participationFile : path
        let records: [ParticipationRecord] = try JSONLines.read(file)
        guard !records.isEmpty else {
            throw CommandFailure(.data, "\(file): got no records, expected one for each round.")
        }
        return records
    }
}
