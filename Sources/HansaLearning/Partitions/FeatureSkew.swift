/// How clients' features differ, though their labels may not: applied when a client's view is read, never stored.
public enum FeatureSkew: Hashable, Sendable {
    /// Client i of n, from 1, sees its features with Gaussian noise of standard deviation level · i/n; a sample's noise is
    /// the same at every reading.
    /// - seealso: Li, Diao, Chen, He 2022 (NIID-Bench, arXiv:2102.02079), section 4.2.
    case noise(level: Double)
    /// Client i, from 0, sees its images turned by (i mod groups) · 360°/groups against the clock, each pixel that of the
    /// nearest place; what comes from beyond the border is a stored zero.
    /// - seealso: Ghosh, Chung, Yin, Ramchandran 2020 (arXiv:2006.04088), rotated MNIST.
    case rotation(groups: Int)

    /// The skew in words, for headings.
    public var text: String {
        switch self {
        case .noise(let level): "noise \(level)"
        case .rotation(let groups): "rotation \(groups)"
        }
    }

    /// These views, client by client, as the clients see them.
    func views(_ views: [DatasetView], of dataset: Dataset, seed: UInt64) throws(PartitionError) -> [DatasetView] {
        switch self {
        case .noise(let level):
            guard level > 0, level.isFinite else { throw .invalidNoise(got: level) }
            guard !dataset.isText else { throw .featuresNotSkewable(got: "text", expected: "numbers") }
            let count = Double(max(1, views.count))
            return views.enumerated().map { client, view in
                view.read(
                    through: ViewTransform(
                        noise: ViewTransform.Noise(
                            deviation: level * Double(client + 1) / count,
                            seed: seed,
                            client: UInt32(truncatingIfNeeded: client)
                        )
                    )
                )
            }
        case .rotation(let groups):
            guard groups >= 2 else { throw .invalidGroupCount(got: groups) }
            guard let image = dataset.imageShape else {
                throw .featuresNotSkewable(got: "samples that are no images", expected: "images to turn")
            }
            let transforms = (0..<min(groups, views.count)).map { group in
                group == 0 ? nil : ViewTransform(rotation: Rotation(group, of: groups, image: image))
            }
            return views.enumerated().map { client, view in
                transforms[client % groups].map { view.read(through: $0) } ?? view
            }
        }
    }
}

extension Partition {
    /// One view a client as it sees its samples; refuses skews that the data do not fit.
    public func views(
        of dataset: Dataset,
        skew: FeatureSkew?,
        seed: UInt64
    ) throws(PartitionError) -> [DatasetView] {
        let views = try views(of: dataset)
        return try skew?.views(views, of: dataset, seed: seed) ?? views
    }
}
