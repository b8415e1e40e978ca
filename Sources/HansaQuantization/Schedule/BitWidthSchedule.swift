/// How many bits a parameter takes in each round.
public enum BitWidthSchedule: Hashable, Sendable {
    /// The same width in every round.
    case constant(BitWidth)
    /// Half a cosine wave from the width `from` of round 0 down towards `to` over `rounds` rounds:
    /// b(t) = roundHalfEven(to + (from − to) · (cos(π t / T) + 1) / 2).
    ///
    /// The server-side schedule of Ardıç and Genç's AQ-DP. Computed in integers, so every processor agrees.
    case cosine(from: BitWidth, to: BitWidth, rounds: Int)

    /// The most rounds of a schedule.
    public static let roundCountMax = 1 << 31

    /// Refuses a schedule that rises or has no rounds.
    public func validate() throws(QuantizationError) {
        guard case .cosine(let from, let to, let rounds) = self else { return }
        guard to <= from, (1...Self.roundCountMax).contains(rounds) else { throw .invalidSchedule }
    }

    /// The width of round `round`, counted from 0; refuses a round at or behind the schedule's end.
    public func width(round: Int) throws(QuantizationError) -> BitWidth {
        try validate()
        switch self {
        case .constant(let width):
            guard round >= 0 else { throw .invalidSchedule }
            return width
        case .cosine(let from, let to, let rounds):
            guard (0..<rounds).contains(round) else { throw .invalidSchedule }
            return try BitWidth(Self.cosineBits(from: from.bits, to: to.bits, round: round, rounds: rounds))
        }
    }

    /// The widest width of any round, by which sums and buffers are bounded.
    public var widthMax: BitWidth {
        switch self {
        case .constant(let width): width
        case .cosine(let from, _, _): from
        }
    }

    /// to + (from − to) · (cos + 1) / 2, rounded half to even.
    ///
    /// A tie needs a rational cosine, which at a rational multiple of π is 0, ±1/2 or ±1 (Niven): those rounds are
    /// computed exactly in quarters. Elsewhere the fixed-point cosine's error of 2^-54 decides the rounding correctly
    /// unless the value lies within 2^-48 of a tie.
    private static func cosineBits(from: Int, to: Int, round: Int, rounds: Int) -> Int {
        let span = from - to
        if let twiceCosine = exactTwiceCosine(round: round, rounds: rounds) {
            let quarters = 4 * to + span * (2 + twiceCosine)
            let floor = quarters >> 2
            let rest = quarters & 3
            return floor + (rest > 2 || (rest == 2 && floor & 1 == 1) ? 1 : 0)
        }
        // (1 + cos) · 2^57 is below 2^58 and span below 2^5. Divided by 2^58, with a half added.
        let cosine = FixedPointCosine.cosine(piTimes: UInt64(round), over: UInt64(rounds)) >> 4
        let scaled = Int64(span) * ((1 << 57) + cosine)
        return to + Int((scaled + (1 << 57)) >> 58)
    }

    /// 2 cos(π t / T) where that is an integer.
    private static func exactTwiceCosine(round: Int, rounds: Int) -> Int? {
        if round == 0 { return 2 }
        if 3 * round == rounds { return 1 }
        if 2 * round == rounds { return 0 }
        if 3 * round == 2 * rounds { return -1 }
        return nil
    }
}
