import ArgumentParser
import HansaLearning

/// Where data files are looked for.
struct DataFolderArguments: ParsableArguments {
    @Option(
        name: .customLong("data"),
        help: ArgumentHelp(
            "The folder with the data sets, in place of HANSA_DATA and the cache.",
            valueName: "folder"
        ),
        completion: .directory
    )
    var folder: String?

    var folders: DataFolders { DataFolders(explicit: folder) }
}
