public import HansaCore

/// Some samples of a data set in a stated order: what a client trains on, or what a model is tested on.
///
/// A view refers to the data set and to a stretch of a list of sample numbers; it copies neither.
public struct DatasetView: ExampleSource {
    /// The data set the samples lie in.
    public let dataset: Dataset
    /// The samples' numbers, in order; nil for all samples in the data set's order.
    private let samples: ArraySlice<UInt32>?

    /// A view of all samples in order.
    public init(_ dataset: Dataset) {
        self.dataset = dataset
        samples = nil
    }

    /// A view of these samples; refuses a number the data set does not have.
    public init(_ dataset: Dataset, samples: ArraySlice<UInt32>) throws(PartitionError) {
        for sample in samples where sample >= dataset.sampleCount {
            throw .sampleOutOfRange(got: Int(sample), sampleCount: dataset.sampleCount)
        }
        self.init(dataset, checked: samples)
    }

    init(_ dataset: Dataset, checked samples: ArraySlice<UInt32>) {
        self.dataset = dataset
        self.samples = samples
    }

    public var count: Int { samples?.count ?? dataset.sampleCount }

    public var featureCount: Int { dataset.featureCount }

    /// The number in the data set of one example.
    public func sample(ofExample index: Int) -> Int {
        guard let samples else { return index }
        return Int(samples[samples.startIndex + index])
    }

    public func copyFeatures(ofExample index: Int, to destination: UnsafeMutableBufferPointer<Float>) {
        dataset.copyFeatures(ofSample: sample(ofExample: index), to: destination)
    }

    public func prefetchFeatures(ofExample index: Int) {
        dataset.prefetchFeatures(ofSample: sample(ofExample: index))
    }

    public func label(ofExample index: Int) -> Int { dataset.labels[sample(ofExample: index)] }
}
