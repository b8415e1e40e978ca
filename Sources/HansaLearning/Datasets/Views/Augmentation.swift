import HansaNumerics

/// Random changes of images while they are trained on, which leave their classes as they are.
///
/// What happens to an example follows from the seed, the round, the client, the attempt and the example alone, so that
/// neither order nor the number of workers matters. An example looks the same in all epochs of one training, and
/// different in every round.
public struct Augmentation: Hashable, Sendable {
    /// Whether half of the images are mirrored left to right.
    public var flips: Bool
    /// How many pixels of zeros are put around an image before a piece of the old size is cut out at random; 0 for none.
    public var padding: Int

    public init(flips: Bool = false, padding: Int = 0) {
        self.flips = flips
        self.padding = padding
    }

    /// One example's draw.
    struct Draw: Equatable {
        var isFlipped = false
        /// How far the piece lies below and right of the image.
        var down = 0
        var right = 0
    }

    /// The address of one training's draws.
    struct Address: Sendable {
        let seed: UInt64
        let round: UInt32
        let client: UInt32
        let attempt: UInt32
    }

    /// What happens to an example: one block of random words each.
    func draw(_ example: Int, at address: Address) -> Draw {
        let words = RandomStream.philox(
            (
                UInt32(truncatingIfNeeded: example),
                UInt32(RandomPurpose.augmentation.rawValue) << 24 | (address.attempt & 0xFF_FFFF), address.round,
                address.client
            ),
            (UInt32(truncatingIfNeeded: address.seed), UInt32(truncatingIfNeeded: address.seed >> 32))
        )
        // A multiplication maps a word to the places, with a bias below one in 2^20 for any padding allowed.
        func place(_ word: UInt32) -> Int {
            Int((UInt64(word) * UInt64(2 * padding + 1)) >> 32) - padding
        }
        return Draw(
            isFlipped: flips && words.0 >> 31 == 1,
            down: padding == 0 ? 0 : place(words.1),
            right: padding == 0 ? 0 : place(words.2)
        )
    }
}
