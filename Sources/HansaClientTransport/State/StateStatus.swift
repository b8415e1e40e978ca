import CPosix
import HansaNumerics

/// What a state folder holds, read without its lock and without changing it.
struct StateStatus {
    /// The folder, where the client has not run yet; nil where it is there.
    let missingFolder: String?
    /// The run that the records belong to, in hexadecimal; nil before the first Welcome.
    let run: String?
    /// The names of records that are not answered, oldest name first.
    let records: [String]
    let asideCount: Int
    let totals: JournalTotals

    init(path: String) throws(StateError) {
        var status = hansa_file_status()
        let error = hansa_file_status(path, &status)
        if error < 0, SystemError(error) == .noSuchFile {
            (missingFolder, run, records, asideCount, totals) = (path, nil, [], 0, JournalTotals())
            return
        }
        guard error >= 0 else { throw StateError("read", path, SystemError(error)) }
        guard Files.names(in: path, countMax: 1) != nil else {
            throw .system(what: "read", path: path, words: "got something that cannot be listed, expected a folder")
        }
        missingFolder = nil
        run = StateFolder.run(of: path)
        records = StateFolder.recordNames(of: path)
        asideCount = (Files.names(in: path + "/aside", countMax: StateFolder.recordCountMax) ?? []).count
        do throws(SystemError) {
            totals = try JournalContent(folder: path).totals
        } catch {
            throw StateError("read", path + "/journal", error)
        }
    }

    /// For people.
    var text: PlainText {
        if let missingFolder {
            return "nothing was begun yet: there is no folder \(missingFolder); hansa-client run makes it\n"
        }
        var text: PlainText = "run         \(run ?? "none yet")\n"
        text.append("accepted    \(totals.acceptedCount)\nrefused     \(totals.refusedCount)\n")
        text.append("waiting     \(records.count)\n")
        for record in records { text.append("            \(record)\n") }
        if asideCount > 0 { text.append("aside       \(asideCount) damaged, or of another run; never sent\n") }
        return text
    }

    /// For programs.
    var json: JSONObject {
        var object = JSONObject(event: "status")
        object.add("run", run ?? "")
        object.add("accepted", totals.acceptedCount)
        object.add("refused", totals.refusedCount)
        object.add("waiting", UInt64(clamping: records.count))
        object.add("aside", UInt64(clamping: asideCount))
        return object
    }
}
