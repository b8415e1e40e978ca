public import HansaCore

/// Some samples of a data set in a stated order: what a client trains on, or what a model is tested on.
///
/// A view refers to the data set and to a stretch of a list of sample numbers; it copies neither. What a client's
/// features differ by, and what changes them while they are trained on, happens as they are read.
public struct DatasetView: ExampleSource {
    /// The data set the samples lie in.
    public let dataset: Dataset
    /// The samples' numbers, in order; nil for all samples in the data set's order.
    private let samples: ArraySlice<UInt32>?
    /// What lies between; nil for samples as they are.
    private let transform: ViewTransform?

    /// A view of all samples in order.
    public init(_ dataset: Dataset) {
        self.dataset = dataset
        samples = nil
        transform = nil
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
        transform = nil
    }

    private init(_ other: DatasetView, transform: ViewTransform) {
        dataset = other.dataset
        samples = other.samples
        self.transform = transform
    }

    /// The same examples, read through a transform in place of any before.
    func read(through transform: ViewTransform) -> DatasetView { DatasetView(self, transform: transform) }

    /// The same examples, which a training sees changed at random; whoever else reads them sees them as they are.
    ///
    /// The samples are images; padding is smaller than they are.
    public func augmented(by augmentation: Augmentation) -> DatasetView {
        precondition(dataset.imageShape != nil && augmentation.padding >= 0, "images alone are augmented")
        return read(
            through: ViewTransform(rotation: transform?.rotation, noise: transform?.noise, augmentation: augmentation)
        )
    }

    /// The examples as one training sees them: another draw of the augmentation for every address, where there is one.
    public func inTraining(seed: UInt64, round: UInt32, client: UInt32, attempt: UInt32) -> DatasetView {
        guard let transform, let augmentation = transform.augmentation else { return self }
        return read(
            through: ViewTransform(
                rotation: transform.rotation,
                noise: transform.noise,
                augmentation: augmentation,
                address: Augmentation.Address(seed: seed, round: round, client: client, attempt: attempt)
            )
        )
    }

    public var count: Int { samples?.count ?? dataset.sampleCount }

    public var featureCount: Int { dataset.featureCount }

    /// The number in the data set of one example.
    public func sample(ofExample index: Int) -> Int {
        guard let samples else { return index }
        return Int(samples[samples.startIndex + index])
    }

    public func copyFeatures(ofExample index: Int, to destination: UnsafeMutableBufferPointer<Float>) {
        let sample = sample(ofExample: index)
        if let transform {
            transform.copyFeatures(ofSample: sample, example: index, of: dataset, to: destination)
        } else {
            dataset.copyFeatures(ofSample: sample, to: destination)
        }
    }

    public func prefetchFeatures(ofExample index: Int) {
        dataset.prefetchFeatures(ofSample: sample(ofExample: index))
    }

    public func label(ofExample index: Int) -> Int { dataset.labels[sample(ofExample: index)] }
}
