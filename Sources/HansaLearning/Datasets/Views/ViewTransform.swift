import HansaNumerics

/// What lies between a data set and the one who reads a view of it; shared by copies of the view.
final class ViewTransform: Sendable {
    /// Gaussian noise on every feature, the same at every reading.
    struct Noise: Sendable {
        let deviation: Double
        let seed: UInt64
        let client: UInt32
    }

    /// The attempt that marks the stream of a client's noise; no training has so high a number.
    private static let noiseAttempt: UInt32 = 0xFF_FFFF

    let rotation: Rotation?
    let noise: Noise?
    /// How examples are changed while they are trained on.
    let augmentation: Augmentation?
    /// The training that reads; nil for whoever reads examples as they are.
    let address: Augmentation.Address?

    init(
        rotation: Rotation? = nil,
        noise: Noise? = nil,
        augmentation: Augmentation? = nil,
        address: Augmentation.Address? = nil
    ) {
        self.rotation = rotation
        self.noise = noise
        self.augmentation = augmentation
        self.address = address
    }

    /// Writes one sample as the reader sees it; `destination` has a place for every feature.
    func copyFeatures(
        ofSample sample: Int,
        example: Int,
        of dataset: Dataset,
        to destination: UnsafeMutableBufferPointer<Float>
    ) {
        var draw = Augmentation.Draw()
        if let augmentation, let address { draw = augmentation.draw(example, at: address) }
        if let image = dataset.imageShape, rotation != nil || draw != Augmentation.Draw() {
            dataset.copyPixels(ofSample: sample, to: destination) { row, column in
                let y = row + draw.down
                let x = column + draw.right
                guard y >= 0, y < image.height, x >= 0, x < image.width else { return -1 }
                let place = y * image.width + (draw.isFlipped ? image.width - 1 - x : x)
                return rotation.map { Int($0.sources[place]) } ?? place
            }
        } else {
            dataset.copyFeatures(ofSample: sample, to: destination)
        }
        if let noise { add(noise, ofSample: sample, to: destination) }
    }

    private func add(_ noise: Noise, ofSample sample: Int, to destination: UnsafeMutableBufferPointer<Float>) {
        var stream = RandomStream(
            seed: noise.seed,
            round: UInt32(truncatingIfNeeded: sample),
            client: noise.client,
            purpose: .augmentation,
            attempt: Self.noiseAttempt
        )
        var normal = PolarNormal()
        for feature in destination.indices {
            destination[feature] += Float(noise.deviation * normal.next(&stream))
        }
    }
}
