/// What is measured of single clients, beside the model on the test data; nothing of it changes the model.
///
/// A researcher's figures: whoever simulates holds every device.
public struct ClientMeasurement: Hashable, Sendable {
    /// How many clients every evaluated model is measured on, one by one; 0 for none, and all of fewer.
    public var clientCount: Int
    /// Whether the norms of updates and their distances are taken in each round.
    public var includesDrift: Bool

    public static let none = ClientMeasurement(clientCount: 0, includesDrift: false)

    public init(clientCount: Int, includesDrift: Bool) {
        self.clientCount = clientCount
        self.includesDrift = includesDrift
    }

    /// The clients of a population that are measured: as many as said, at equal distances, the same in every round.
    func clients(of population: Int) -> [Int] {
        let count = min(max(0, clientCount), population)
        return (0..<count).map { index in
            // As a product of full width: neither factor is small.
            let (high, low) = index.multipliedFullWidth(by: population)
            return count.dividingFullWidth((high, low)).quotient
        }
    }
}
