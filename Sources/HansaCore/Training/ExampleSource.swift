/// A client's labelled examples, read where they lie: a source is a view and never a copy of the data.
public protocol ExampleSource: Sendable {
    /// How many examples there are.
    var count: Int { get }
    /// How many features an example has.
    var featureCount: Int { get }
    /// Writes the features of one example as the model sees them; `destination` has `featureCount` places.
    func copyFeatures(ofExample index: Int, to destination: UnsafeMutableBufferPointer<Float>)
    /// Says that an example is copied soon, so that its memory can be fetched meanwhile.
    func prefetchFeatures(ofExample index: Int)
    /// The class of one example, from 0.
    func label(ofExample index: Int) -> Int
}

extension ExampleSource {
    /// So many examples ahead whoever copies examples in order has the next one fetched.
    public static var prefetchDistance: Int { 4 }

    public func prefetchFeatures(ofExample index: Int) {}
}
