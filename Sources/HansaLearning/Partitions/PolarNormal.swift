import HansaNumerics

/// Standard normal values by Marsaglia's polar method, which needs no cosine: the same bits on every machine.
struct PolarNormal {
    private var spare: Double?

    mutating func next(_ stream: inout RandomStream) -> Double {
        if let spare {
            self.spare = nil
            return spare
        }
        while true {
            let x = 2 * stream.nextDouble() - 1
            let y = 2 * stream.nextDouble() - 1
            let square = x * x + y * y
            guard square > 0, square < 1 else { continue }
            let factor = (-2 * DeterministicMath.log(square) / square).squareRoot()
            spare = y * factor
            return x * factor
        }
    }
}
