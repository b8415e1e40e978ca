import HansaLearning

/// A scenario's data: read, prepared, split.
extension Scenario {
    /// The clients' shares of the data.
    struct Shares {
        /// What clients train on.
        let partition: Partition
        let clients: [DatasetView]
        /// What each keeps to measure models on; none where nothing is kept.
        let tests: [DatasetView]
    }

    func loadData(_ folders: DataFolders) throws(ScenarioError) -> DatasetSplit {
        let split: DatasetSplit
        do throws(DataError) {
            split = try resolved.data.load(from: folders, name: resolved.name)
        } catch {
            throw .data(error)
        }
        if let test = split.test, test.featureCount != split.train.featureCount {
            throw mistake(
                "data",
                got: "\(test.featureCount) features a sample to test on",
                expected: "\(split.train.featureCount), as many as to train on",
                fix: "Check that the test files belong to the training files."
            )
        }
        try checkAugmentation(of: split.train)
        return try normalized(split)
    }

    func loadShares(of train: Dataset) throws(ScenarioError) -> Shares {
        let rule = resolved.partition
        do throws(PartitionError) {
            let whole = try rule.scheme.partition(of: train, clientCount: rule.clients, seed: rule.seed)
            guard let kept = resolved.preparation.clientTest else {
                return Shares(
                    partition: whole,
                    clients: augmented(try whole.views(of: train, skew: rule.skew, seed: rule.seed)),
                    tests: []
                )
            }
            let held = try whole.holdingOut(share: kept.share, choice: kept.choice, seed: rule.seed)
            return Shares(
                partition: held.train,
                clients: augmented(try held.train.views(of: train, skew: rule.skew, seed: rule.seed)),
                tests: try held.testViews(of: train, skew: rule.skew, seed: rule.seed)
            )
        } catch {
            if case .file(let inner) = error { throw .data(inner) }
            throw .mistakes([source.issue(error.scenarioKey, message: error.description)])
        }
    }

    private func augmented(_ views: [DatasetView]) -> [DatasetView] {
        guard let augmentation = resolved.preparation.augmentation else { return views }
        return views.map { $0.augmented(by: augmentation) }
    }

    private func checkAugmentation(of train: Dataset) throws(ScenarioError) {
        guard let augmentation = resolved.preparation.augmentation else { return }
        guard let image = train.imageShape else {
            throw mistake(
                "data.augment",
                got: "samples of \(train.featureCount) features in a row",
                expected: "images to flip and crop",
                fix: "Remove data.augment."
            )
        }
        guard augmentation.padding < min(image.height, image.width) else {
            throw mistake(
                "data.augment.crop",
                got: "\(augmentation.padding) pixels around images of \(image.height) × \(image.width)",
                expected: "fewer than they are high and wide"
            )
        }
    }

    private func normalized(_ split: DatasetSplit) throws(ScenarioError) -> DatasetSplit {
        guard let normalizing = resolved.preparation.normalizing else { return split }
        do throws(DataError) {
            let normalization: Normalization
            switch normalizing {
            case .constants(let constants): normalization = constants
            case .statistics(let grouping): normalization = Normalization(of: split.train, by: grouping)
            }
            var test: Dataset?
            if let raw = split.test { test = try raw.normalized(by: normalization) }
            return DatasetSplit(name: split.name, train: try split.train.normalized(by: normalization), test: test)
        } catch {
            throw .mistakes([source.issue("data.normalize", message: error.description)])
        }
    }
}

extension PartitionError {
    /// The key that the mistake is most likely in.
    fileprivate var scenarioKey: String {
        switch self {
        case .noClients, .moreClientsThanSamples, .moreClientsThanKeys, .wrongClientCount: "partition.clients"
        case .invalidConcentration: "partition.alpha"
        case .invalidMinimum, .minimumUnreachable, .minimumNotDrawn: "partition.minimum"
        case .invalidShardCount, .moreShardsThanSamples, .invalidClassCount, .classesWithoutClient, .classTooSmall:
            "partition.per-client"
        case .invalidSigma: "partition.sigma"
        case .invalidNoise, .invalidGroupCount, .featuresNotSkewable: "partition.feature-skew"
        case .invalidShare: "data.client-test"
        case .unknownKey: "partition.column"
        default: "partition"
        }
    }
}
