import ArgumentParser
import HansaLearning
import HansaSimulation

/// `hansa data fetch`: downloads data sets, checked against pinned digests.
struct DataFetchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Download data sets; an interrupted download goes on where it stopped.",
        discussion: "Each file gets its name only once its SHA-256 is the pinned one."
    )

    @Argument(help: "Names of data sets; see `hansa data list`.")
    var names: [String]

    @Option(
        name: .customLong("data"),
        help: ArgumentHelp("The folder to fetch to, in place of the cache.", valueName: "folder"),
        completion: .directory
    )
    var folder: String?

    @Option(
        help: ArgumentHelp(
            "An address that stands in for the published ones: files are at ADDRESS/SET/FILE.",
            valueName: "address"
        )
    )
    var mirror: String?

    @Flag(name: .shortAndLong, help: "Show no progress.")
    var quiet = false

    func run() async throws {
        let folders = try await reporting { () async throws(CommandFailure) in try await fetch() }
        for folder in folders { print(folder) }
    }

    private func fetch() async throws(CommandFailure) -> [String] {
        guard let target = folder ?? DataFolders().cache else {
            throw CommandFailure(.usage, "got no folder for the cache (neither HOME nor XDG_CACHE_HOME). Give --data.")
        }
        do throws(DataError) {
            var entries: [CatalogueEntry] = []
            for name in names { entries.append(try CatalogueEntry(named: name)) }
            var folders: [String] = []
            for entry in entries where !entry.files.isEmpty {
                let display = quiet ? nil : FetchDisplay()
                let fetcher = DataFetcher(baseAddress: mirror)
                folders.append(
                    try await fetcher.fetch(entry, to: target) { progress in
                        display?.show(file: progress.file, received: progress.received, total: progress.total)
                    }
                )
                display?.finish()
            }
            return folders
        } catch {
            throw CommandFailure(error)
        }
    }
}
