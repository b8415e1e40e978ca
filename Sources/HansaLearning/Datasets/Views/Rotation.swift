/// An image turned about its middle: for each pixel, the pixel it comes from.
///
/// The angle is a fraction of a full turn, taken apart into quarter turns, which are exact, and a rest, whose sine and
/// cosine are sums of their series: the same bits on every machine.
struct Rotation: Equatable, Sendable {
    /// The pixel's number that each pixel comes from; -1 for beyond the border.
    let sources: [Int32]

    /// Turns by `part` of `whole` full turns against the clock; `part` lies in `0..<whole`.
    init(_ part: Int, of whole: Int, image: (height: Int, width: Int)) {
        let (sine, cosine) = Self.sineAndCosine(part, of: whole)
        // Twice the distance from the middle, so that it is whole for even extents too.
        var sources: [Int32] = []
        sources.reserveCapacity(image.height * image.width)
        for row in 0..<image.height {
            for column in 0..<image.width {
                let up = Double(image.height - 1 - 2 * row)
                let right = Double(2 * column - (image.width - 1))
                // Where the pixel was before the turn.
                let oldRight = (right * cosine + up * sine + Double(image.width - 1)) / 2
                let oldDown = (Double(image.height - 1) - (up * cosine - right * sine)) / 2
                let (x, y) = (oldRight.rounded(), oldDown.rounded())
                let isInside = x >= 0 && y >= 0 && x < Double(image.width) && y < Double(image.height)
                sources.append(isInside ? Int32(y) * Int32(image.width) + Int32(x) : -1)
            }
        }
        self.sources = sources
    }

    static func sineAndCosine(_ part: Int, of whole: Int) -> (sine: Double, cosine: Double) {
        let quarters = 4 * part / whole
        let rest = Double(4 * part % whole) / Double(whole)
        let angle = rest * (Double.pi / 2)
        // Below a right angle, twelve terms are more than a double can hold.
        var (sine, cosine) = (0.0, 0.0)
        var term = 1.0
        for power in 0..<24 {
            switch power % 4 {
            case 0: cosine += term
            case 1: sine += term
            case 2: cosine -= term
            default: sine -= term
            }
            term = term * angle / Double(power + 1)
        }
        switch quarters % 4 {
        case 0: return (sine, cosine)
        case 1: return (cosine, -sine)
        case 2: return (-sine, -cosine)
        default: return (-cosine, sine)
        }
    }
}
