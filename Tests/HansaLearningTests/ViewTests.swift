import Foundation
import Testing

@testable import HansaLearning

@Suite("What lies between a data set and a client")
struct ViewTests {
    private func read(_ view: DatasetView, _ example: Int) -> [Float] {
        var values = [Float](repeating: -1, count: view.featureCount)
        values.withUnsafeMutableBufferPointer { view.copyFeatures(ofExample: example, to: $0) }
        return values
    }

    /// Images of 3 × 3, in each of which pixel i is 10·sample + i + 1.
    private func images(_ count: Int, channels: ChannelOrder = .first) throws -> Dataset {
        try Dataset(
            name: "images",
            sampleShape: [3, 3],
            features: .bytes(
                (0..<count).flatMap { sample in (1...9).map { UInt8(10 * sample + $0) } },
                mean: [0],
                scale: [1]
            ),
            labels: .bytes([UInt8](repeating: 0, count: count))
        )
    }

    // MARK: Feature skew

    @Test("Quarter turns are exact, and a full set of them comes back to the start")
    func quarters() throws {
        let dataset = try images(4)
        let partition = try Partition(offsets: [0, 1, 2, 3, 4], samples: [0, 0, 0, 0])
        let views = try partition.views(of: dataset, skew: .rotation(groups: 4), seed: 1)
        #expect(read(views[0], 0) == [1, 2, 3, 4, 5, 6, 7, 8, 9])
        #expect(read(views[1], 0) == [3, 6, 9, 2, 5, 8, 1, 4, 7])
        #expect(read(views[2], 0) == [9, 8, 7, 6, 5, 4, 3, 2, 1])
        #expect(read(views[3], 0) == [7, 4, 1, 8, 5, 2, 9, 6, 3])
    }

    @Test("What comes from beyond the border is a stored zero, as a normalization sees it")
    func border() throws {
        let row = try Dataset(
            name: "row",
            sampleShape: [1, 3],
            features: .bytes([1, 2, 3], mean: [0], scale: [1]),
            labels: .bytes([0])
        ).normalized(by: Normalization(mean: [5], deviation: [2]))
        let partition = try Partition(offsets: [0, 1, 2], samples: [0, 0])
        let views = try partition.views(of: row, skew: .rotation(groups: 4), seed: 1)
        #expect(read(views[0], 0) == [-2, -1.5, -1])
        #expect(read(views[1], 0) == [-2.5, -1.5, -2.5])
    }

    @Test("Sine and cosine by their series are those of the library")
    func angles() {
        for part in 0..<360 {
            let (sine, cosine) = Rotation.sineAndCosine(part, of: 360)
            let angle = Double(part) / 180 * Double.pi
            #expect(abs(sine - sin(angle)) < 1e-14 && abs(cosine - cos(angle)) < 1e-14)
        }
    }

    @Test("Noise grows with the client's number, stays with the sample, and has mean zero")
    func noise() throws {
        let count = 4_000
        let dataset = try Dataset(
            name: "zeros",
            sampleShape: [count],
            features: .floats([Float](repeating: 0, count: 2 * count)),
            labels: .bytes([0, 1])
        )
        let partition = try Partition(offsets: [0, 2, 4, 6, 8], samples: [0, 1, 0, 1, 0, 1, 0, 1])
        let views = try partition.views(of: dataset, skew: .noise(level: 0.8), seed: 3)
        for (client, view) in views.enumerated() {
            let values = read(view, 0)
            #expect(values == read(view, 0) && values != read(view, 1))
            let mean = values.reduce(0) { $0 + Double($1) } / Double(count)
            let deviation = (values.reduce(0) { $0 + Double($1) * Double($1) } / Double(count)).squareRoot()
            let expected = 0.2 * Double(client + 1)
            // Five standard errors: of the mean, and of the deviation.
            #expect(abs(mean) < 5 * expected / Double(count).squareRoot())
            #expect(abs(deviation - expected) < 5 * expected / Double(2 * count).squareRoot())
        }
        #expect(read(views[0], 0) != read(try partition.views(of: dataset, skew: .noise(level: 0.8), seed: 4)[0], 0))
    }

    @Test("Skews that the data do not fit are refused")
    func misfits() throws {
        let row = try smallDataset(samples: 4)
        let partition = try PartitionScheme.iid.partition(of: row, clientCount: 2, seed: 1)
        func refusal(_ skew: FeatureSkew) -> PartitionError? {
            do throws(PartitionError) {
                _ = try partition.views(of: row, skew: skew, seed: 1)
                return nil
            } catch {
                return error
            }
        }
        #expect(
            refusal(.rotation(groups: 4))
                == .featuresNotSkewable(got: "samples that are no images", expected: "images to turn")
        )
        #expect(refusal(.rotation(groups: 1)) == .invalidGroupCount(got: 1))
        #expect(refusal(.noise(level: 0)) == .invalidNoise(got: 0))
    }

    // MARK: Augmentation

    @Test("Only a training sees examples changed, in every round otherwise")
    func inTraining() throws {
        let view = DatasetView(try images(8))
        let augmented = view.augmented(by: Augmentation(flips: true, padding: 1))
        let plain = (0..<8).map { read(view, $0) }
        #expect((0..<8).map { read(augmented, $0) } == plain)
        func training(_ round: UInt32, _ client: UInt32 = 0, _ attempt: UInt32 = 0) -> [[Float]] {
            let view = augmented.inTraining(seed: 1, round: round, client: client, attempt: attempt)
            return (0..<8).map { read(view, $0) }
        }
        #expect(training(1) == training(1) && training(1) != plain)
        #expect(training(1) != training(2) && training(1) != training(1, 1) && training(1) != training(1, 0, 1))
        let untouched = view.inTraining(seed: 1, round: 1, client: 0, attempt: 0)
        #expect((0..<8).map { read(untouched, $0) } == plain)
    }

    @Test("Half of the images are mirrored, and every crop is as likely as any other")
    func draws() {
        let rule = Augmentation(flips: true, padding: 2)
        let address = Augmentation.Address(seed: 9, round: 1, client: 2, attempt: 0)
        var flips = 0
        var places = [Int](repeating: 0, count: 25)
        let count = 25_000
        for example in 0..<count {
            let draw = rule.draw(example, at: address)
            flips += draw.isFlipped ? 1 : 0
            places[(draw.down + 2) * 5 + draw.right + 2] += 1
        }
        // Five standard deviations of a binomial count.
        #expect(abs(flips - count / 2) < 400)
        #expect(places.allSatisfy { abs($0 - 1_000) < 155 })
    }

    @Test(
        "A crop shifts the image and fills with stored zeros; a flip mirrors its rows",
        arguments: ChannelOrder.allCases
    )
    func pixels(order: ChannelOrder) throws {
        // Two channels of 2 × 2, of which the second is the first plus 100.
        let planes: [UInt8] = [1, 2, 3, 4, 101, 102, 103, 104]
        let stored: [UInt8] = order == .first ? planes : [1, 101, 2, 102, 3, 103, 4, 104]
        let dataset = try Dataset(
            name: "x",
            sampleShape: [2, 2, 2],
            features: .bytes(stored, mean: [0, 100], scale: [1]),
            channels: order,
            labels: .bytes([0])
        )
        var values = [Float](repeating: 0, count: 8)
        // One to the right and mirrored: the left column of the new image is the mirrored image's right one.
        values.withUnsafeMutableBufferPointer { target in
            dataset.copyPixels(ofSample: 0, to: target) { row, column in column == 0 ? row * 2 : -1 }
        }
        #expect(values == [1, 0, 3, 0, 1, -100, 3, -100])
    }

    // MARK: Normalization

    @Test("Statistics of a data set bring it to mean 0 and deviation 1", arguments: Normalization.Grouping.allCases)
    func statistics(grouping: Normalization.Grouping) throws {
        let dataset = try Dataset(
            name: "x",
            sampleShape: [2, 1, 2],
            features: .floats([1, 5, 10, 10, 3, 7, 30, 10]),
            labels: .bytes([0, 1])
        )
        let statistics = Normalization(of: dataset, by: grouping)
        switch grouping {
        case .channel: #expect(statistics.mean == [4, 15] && statistics.deviation[0] == Float(5.0.squareRoot()))
        case .feature: #expect(statistics.mean == [2, 6, 20, 10] && statistics.deviation == [1, 1, 10, 1])
        }
        let seen = Normalization(of: try dataset.normalized(by: statistics), by: grouping)
        #expect(seen.mean.allSatisfy { abs($0) < 1e-6 })
        #expect(seen.deviation.allSatisfy { abs($0 - 1) < 1e-6 })
    }

    @Test("A normalization works on what the model saw before, bytes or floats")
    func composition() throws {
        let bytes = try Dataset(
            name: "x",
            sampleShape: [2],
            features: .bytes([51, 255], mean: [0], scale: [1 / 255]),
            labels: .bytes([0])
        )
        let seen = read(DatasetView(try bytes.normalized(by: Normalization(mean: [0.2], deviation: [0.4]))), 0)
        #expect(abs(seen[0]) < 1e-6 && abs(seen[1] - 2) < 1e-6)
        let twice = try bytes.normalized(by: Normalization(mean: [0.2], deviation: [0.4]))
            .normalized(by: Normalization(mean: [1, 2], deviation: [1, 2]))
        #expect(zip(read(DatasetView(twice), 0), [-1, 0] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test("A normalization that does not fit is refused")
    func unfit() throws {
        let row = try smallDataset(samples: 4)
        for wrong in [
            Normalization(mean: [0, 1], deviation: [1]), Normalization(mean: [0], deviation: [0]),
            Normalization(mean: [.nan], deviation: [1]), Normalization(mean: [], deviation: [1]),
        ] {
            #expect(throws: DataError.self) { try row.normalized(by: wrong) }
        }
        let text = try Dataset(
            name: "x",
            sampleShape: [2],
            features: .windows(text: [1, 2, 3], starts: [0, 1]),
            labels: .bytes([0, 1])
        )
        #expect(read(DatasetView(text), 1) == [2, 3])
        #expect(throws: DataError.self) { try text.normalized(by: Normalization(mean: [0], deviation: [1])) }
        #expect(throws: DataError.self) {
            try Dataset(
                name: "x",
                sampleShape: [2],
                features: .windows(text: [1, 2, 3], starts: [0, 2]),
                labels: .bytes([0, 1])
            )
        }
    }
}
