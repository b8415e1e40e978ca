import ArgumentParser

/// `hansa data`: data sets and their splits.
struct DataCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "List and fetch data sets, and split them over clients.",
        subcommands: [DataListCommand.self, DataFetchCommand.self, DataPartitionCommand.self]
    )
}
