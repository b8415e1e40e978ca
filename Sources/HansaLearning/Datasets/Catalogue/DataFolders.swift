import Foundation

/// Where data files are looked for: a folder given outright, else the environment's, else the user's cache.
public struct DataFolders: Equatable, Sendable {
    /// The folder that the user gave, the only one searched where there is one.
    public let explicit: String?
    /// The value of `HANSA_DATA`: a folder with one folder a data set.
    public let shared: String?
    /// The folder that downloads go to: `hansa/data` in `XDG_CACHE_HOME`, or in `.cache` at home.
    public let cache: String?

    /// Looks at the given environment; nil stands for that of the process.
    public init(explicit: String? = nil, environment: [String: String]? = nil) {
        let environment = environment ?? ProcessInfo.processInfo.environment
        func nonEmpty(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        self.explicit = explicit
        shared = nonEmpty("HANSA_DATA")
        // The XDG specification says to ignore relative paths.
        let named = nonEmpty("XDG_CACHE_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
        cache = (named ?? nonEmpty("HOME").map { $0 + "/.cache" }).map { $0 + "/hansa/data" }
    }

    /// The first folder that holds the data set: one of its files lies in the folder itself (for the one given outright)
    /// or in a folder of the data set's name.
    public func folder(of entry: CatalogueEntry) throws(DataError) -> String {
        guard !entry.files.isEmpty else { return "" }
        let searched: [String]
        if let explicit {
            searched = [explicit + "/" + entry.folderName, explicit]
        } else {
            searched = [shared, cache].compactMap { $0 }.map { $0 + "/" + entry.folderName }
        }
        for folder in searched {
            for marker in entry.markers where FileManager.default.fileExists(atPath: folder + "/" + marker) {
                return folder
            }
        }
        throw .datasetAbsent(
            name: entry.rawValue,
            searched: searched.isEmpty ? ["no folder at all"] : searched,
            advice: entry.advice
        )
    }
}
