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

    #if !hasFeature(Embedded)
    /// The width of one client in round `round`: roundHalfEven(to + (from − to) · (cos(π t / T) + 1) / 2 · α).
    ///
    /// The client-side schedule of AQ-DP. A constant schedule gives every client its width.
    ///
    /// - Parameter importance: the client's α, from 0 to 1 (``ClientImportance``).
    public func width(round: Int, importance: Double) throws(QuantizationError) -> BitWidth {
        let own = try width(round: round)
        guard importance.isFinite, (0...1).contains(importance) else { throw .invalidSchedule }
        guard case .cosine(let from, let to, _) = self else { return own }
        let scaled = Double(to.bits) + Double(from.bits - to.bits) * (try wave(round: round)) * importance
        // From 2 to 32, because the wave and the importance lie from 0 to 1.
        return try BitWidth(Int(scaled.rounded(.toNearestOrEven)))
    }

    /// (cos(π t / T) + 1) / 2, from 1 in round 0 towards 0; 1 for a constant schedule.
    public func wave(round: Int) throws(QuantizationError) -> Double {
        _ = try width(round: round)
        guard case .cosine(_, _, let rounds) = self else { return 1 }
        if let twiceCosine = Self.exactTwiceCosine(round: round, rounds: rounds) { return Double(2 + twiceCosine) / 4 }
        let cosine = FixedPointCosine.cosine(piTimes: UInt64(round), over: UInt64(rounds))
        return (1 + Double(cosine) / Double(UInt64(1) << UInt64(FixedPointCosine.fractionBits))) / 2
    }
    #endif

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
