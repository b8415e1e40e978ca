import HansaLearning

extension ScenarioData {
    /// Reads the data.
    func load(from folders: DataFolders, name: String) throws(DataError) -> DatasetSplit {
        switch self {
        case .catalogue(let name): return try CatalogueEntry(named: name).load(from: folders)
        case .arrays(let train, let test, let scaling, let classCount):
            func read(_ pair: FilePair) throws(DataError) -> Dataset {
                try Dataset(
                    npyFeatures: pair.samples,
                    npyLabels: pair.labels,
                    mean: scaling.mean,
                    scale: scaling.scale,
                    channels: scaling.channels,
                    classCount: classCount
                )
            }
            var tested: Dataset?
            if let test { tested = try read(test) }
            return DatasetSplit(name: name, train: try read(train), test: tested)
        case .images(let train, let test, let scaling, let classCount):
            func read(_ pair: FilePair) throws(DataError) -> Dataset {
                try Dataset(
                    idxImages: pair.samples,
                    idxLabels: pair.labels,
                    mean: scaling.mean,
                    scale: scaling.scale,
                    channels: scaling.channels,
                    classCount: classCount
                )
            }
            var tested: Dataset?
            if let test { tested = try read(test) }
            return DatasetSplit(name: name, train: try read(train), test: tested)
        case .table(let train, let test, let columns, let classCount):
            func read(_ path: String) throws(DataError) -> Dataset {
                try Dataset(
                    csv: path,
                    options: CSVOptions(header: columns.hasHeader ? .present : .absent),
                    labelColumn: columns.label.map { Self.column($0) } ?? .at(-1),
                    keyColumn: columns.key.map { Self.column($0) },
                    classCount: classCount
                )
            }
            var tested: Dataset?
            if let test { tested = try read(test) }
            return DatasetSplit(name: name, train: try read(train), test: tested)
        }
    }

    private static func column(_ text: String) -> CSVOptions.Column { Int(text).map { .at($0) } ?? .named(text) }
}
