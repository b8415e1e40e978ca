/// Round numbers along an axis.
struct Ticks {
    /// The distance between two ticks: 1, 2 or 5 times a power of ten.
    let step: Double
    /// How many decimals tell two ticks apart.
    let places: Int

    /// Ticks for a range, about `count` of them.
    init(_ range: ClosedRange<Double>, count: Int = 5, isWhole: Bool = false) {
        let width = range.upperBound - range.lowerBound
        let rough = max(width.isFinite ? width / Double(max(1, count)) : 1, 1e-300)
        var (power, places) = (1.0, 0)
        while power > rough, places < 300 {
            power /= 10
            places += 1
        }
        while power * 10 <= rough {
            power *= 10
            places -= 1
        }
        let ratio = rough / power
        let factor = ratio <= 1.01 ? 1.0 : ratio <= 2.5 ? 2 : ratio <= 6 ? 5 : 10
        let step = factor * power
        let decimals = max(0, factor == 10 ? places - 1 : places)
        self.step = isWhole ? max(1, step) : step
        self.places = isWhole ? 0 : decimals
    }

    /// The range, widened to ticks on both ends.
    func widened(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
        let lower = (range.lowerBound / step + 1e-9).rounded(.down) * step
        let upper = (range.upperBound / step - 1e-9).rounded(.up) * step
        return lower...max(upper, lower + step)
    }

    /// The ticks within a range, ascending.
    func values(in range: ClosedRange<Double>) -> [Double] {
        let first = (range.lowerBound / step - 1e-6).rounded(.up)
        let last = (range.upperBound / step + 1e-6).rounded(.down)
        guard last >= first, last - first < 100 else { return [range.lowerBound] }
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }
}
