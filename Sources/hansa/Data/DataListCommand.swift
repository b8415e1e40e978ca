import ArgumentParser
import HansaLearning

/// `hansa data list`: the data sets that Hansa knows by name, and where they are.
struct DataListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the data sets that can be named, and where each lies."
    )

    @OptionGroup var data: DataFolderArguments

    func run() async throws {
        let width = CatalogueEntry.allCases.map(\.rawValue.count).max() ?? 0
        for entry in CatalogueEntry.allCases {
            let padding = String(repeating: " ", count: width - entry.rawValue.count + 2)
            print(entry.rawValue + padding + place(of: entry))
            print(String(repeating: " ", count: width + 2) + entry.attribution)
        }
    }

    private func place(of entry: CatalogueEntry) -> String {
        guard !entry.files.isEmpty else { return "in the program" }
        do throws(DataError) {
            return try data.folders.folder(of: entry)
        } catch {
            guard entry.advice == nil else { return "not here; no address gives it" }
            let byteCount = entry.files.reduce(0) { $0 + $1.byteCount }
            return "not here; `hansa data fetch \(entry.rawValue)` fetches \((byteCount + 500_000) / 1_000_000) MB"
        }
    }
}
