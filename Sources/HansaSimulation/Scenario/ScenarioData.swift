public import HansaLearning

/// Where a scenario's samples come from.
///
/// Paths are absolute once the scenario is resolved.
public enum ScenarioData: Hashable, Sendable {
    /// A data set of the catalogue, by name.
    case catalogue(String)
    /// Two npy files, and two more to test on.
    case arrays(train: FilePair, test: FilePair?, scaling: Scaling, classCount: Int?)
    /// A csv file with a label column, and another to test on.
    case table(train: String, test: String?, columns: Columns, classCount: Int?)
    /// A pair of IDX files, and another to test on.
    case images(train: FilePair, test: FilePair?, scaling: Scaling, classCount: Int?)

    /// Samples and their labels.
    public struct FilePair: Hashable, Sendable {
        public var samples: String
        public var labels: String
    }

    /// What a model sees of a byte: (byte − mean) · scale; and how the channels of images of three extents are stored.
    public struct Scaling: Hashable, Sendable {
        public var mean: Float = 0
        public var scale: Float = 1 / 255
        public var channels = ChannelOrder.last
    }

    /// The columns of a csv file that are no features, by name or by number from 0, and whether the first line names them.
    public struct Columns: Hashable, Sendable {
        /// The last column where nothing is named.
        public var label: String?
        public var key: String?
        public var hasHeader = true
    }

    /// The natural key that a partition takes where it names none.
    var naturalKey: String? {
        switch self {
        case .catalogue(let name): CatalogueEntry(rawValue: name)?.naturalKey
        case .table(_, _, let columns, _): columns.key
        case .arrays, .images: nil
        }
    }

    /// Every file the data are read from, in a fixed order; none for the catalogue's.
    var files: [String] {
        switch self {
        case .catalogue: []
        case .arrays(let train, let test, _, _), .images(let train, let test, _, _):
            [train, test].compactMap { $0 }.flatMap { [$0.samples, $0.labels] }
        case .table(let train, let test, _, _): [train, test].compactMap { $0 }
        }
    }
}
