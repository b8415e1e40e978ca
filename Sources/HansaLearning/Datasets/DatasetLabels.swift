/// The classes of all samples, in the narrowest type that holds them.
public enum DatasetLabels: Equatable, Sendable {
    case bytes([UInt8])
    case words([UInt16])
    case integers([Int32])

    /// Takes integers; nil where one is negative or above `Int32.max`.
    public init?(_ values: [Int]) {
        guard let highest = values.max(), let lowest = values.min(), lowest >= 0, highest <= Int32.max else {
            return nil
        }
        if highest <= UInt8.max {
            self = .bytes(values.map { UInt8($0) })
        } else if highest <= UInt16.max {
            self = .words(values.map { UInt16($0) })
        } else {
            self = .integers(values.map { Int32($0) })
        }
    }

    /// How many there are.
    public var count: Int {
        switch self {
        case .bytes(let values): values.count
        case .words(let values): values.count
        case .integers(let values): values.count
        }
    }

    /// The class of one sample.
    @inline(__always)
    public subscript(sample: Int) -> Int {
        switch self {
        case .bytes(let values): Int(values[sample])
        case .words(let values): Int(values[sample])
        case .integers(let values): Int(values[sample])
        }
    }

    /// All classes in order.
    public var values: [Int] {
        switch self {
        case .bytes(let values): values.map { Int($0) }
        case .words(let values): values.map { Int($0) }
        case .integers(let values): values.map { Int($0) }
        }
    }
}
