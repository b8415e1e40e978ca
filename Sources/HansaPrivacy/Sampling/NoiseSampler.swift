import CHansaKernels

/// Draws of one law of integer noise, exact: no floating point decides any bit.
///
/// Made once for a law, then used for any number of values; see <doc:ExactSampling> for the method. A draw takes one
/// word of the stream (two for Skellam, three or six and more where the law is so wide that an outcome of the table
/// stands for several values), and more only where those words leave it open: how many depends on random bits alone.
///
/// Results beyond Int32 are given as the nearest Int32, which would show through a sum that the noise is added to. So
/// laws that are wide enough for it are refused: up to the limits here a draw lies beyond with a probability of less than
/// 2^−180, 2·e^(−2^31/s) for discrete Laplace noise of scale s and at most 2·e^(−2^62/(2·σ²)) for discrete Gaussian noise.
public struct NoiseSampler: Sendable {
    public let mechanism: NoiseMechanism

    /// The scale of discrete Laplace noise is below this.
    public static let laplaceScaleBound = UInt64(1) << 24
    /// The variance of discrete Gaussian noise is below this.
    public static let gaussianVarianceBound = UInt64(1) << 54
    /// The variance of Skellam noise is below this: the table takes about 0.8 seconds there.
    public static let skellamVarianceBound = UInt64(1) << 40

    private static let boundaryCountMax = 1 << 16
    private static let wordCountMax = HANSA_NOISE_WORDS_MAX

    private let law: hansa_noise_law
    private let bits: UInt32
    private let guideShift: UInt32
    private let count: UInt32
    private let boundaries: [UInt64]
    private let guide: [UInt16]
    private let isDifference: Bool

    /// Computes the law's table, in some milliseconds; refuses what ``validate(_:)`` does.
    public init(_ mechanism: NoiseMechanism) throws(PrivacyError) {
        try Self.validate(mechanism)
        try self.init(mechanism, bits: 63)
    }

    /// Refuses what no sampler draws, without the cost of a table: plans are judged with it.
    public static func validate(_ mechanism: NoiseMechanism) throws(PrivacyError) {
        let bound =
            switch mechanism {
            case .discreteLaplace: laplaceScaleBound
            case .discreteGaussian: gaussianVarianceBound
            case .skellam: skellamVarianceBound
            }
        let parameter = mechanism.parameter
        guard parameter.numerator / parameter.denominator < bound else { throw .invalidParameter }
    }

    /// The same law, looked up with fewer bits or in coarser outcomes, so that tests see further words decide more often.
    ///
    /// Neither `bits` nor `shift`, the binary logarithm of the values an outcome stands for, changes the law. The limits
    /// are not checked here.
    init(_ mechanism: NoiseMechanism, bits: UInt32, shift: UInt32? = nil) throws(PrivacyError) {
        self.mechanism = mechanism
        self.bits = bits
        let law = try Self.law(of: mechanism, shift: shift)
        self.law = law
        if case .skellam = mechanism { isDifference = true } else { isDifference = false }

        let capacity = Self.boundaryCountMax
        var boundaries = [UInt64](repeating: 0, count: capacity)
        let count = withUnsafePointer(to: law) { law in
            boundaries.withUnsafeMutableBufferPointer { hansa_noise_table_build(law, bits, $0.baseAddress, capacity) }
        }
        guard count > 0 else { throw .invalidParameter }
        boundaries.removeSubrange((count + 2)...)
        self.count = UInt32(count)

        // About two cells for each outcome, at most 2^13: the likely ones are much fewer than all.
        var guideBits: UInt32 = 1
        while guideBits < min(13, bits), 1 << guideBits < 2 * count { guideBits += 1 }
        let guideShift = bits - guideBits
        self.guideShift = guideShift
        var guide = [UInt16](repeating: 0, count: 1 << guideBits)
        guide.withUnsafeMutableBufferPointer { cells in
            hansa_noise_guide_build(boundaries, count, bits, guideShift, cells.baseAddress)
        }
        self.boundaries = boundaries
        self.guide = guide
    }

    /// Fills `values` with independent draws.
    ///
    /// The stream goes on after the last word that was used, so two calls give the values of one call for all.
    public func fill(
        _ values: UnsafeMutableBufferPointer<Int32>,
        from stream: inout NoiseStream
    ) throws(PrivacyError) {
        var filled = 0
        while filled < values.count {
            if law.shift == 0 {
                filled += try fillFast(UnsafeMutableBufferPointer(rebasing: values[filled...]), &stream)
            }
            // What the table has not decided, one by one.
            if filled < values.count {
                values[filled] = try draw(&stream)
                filled += 1
            }
        }
    }

    /// Fills as many values as the stream's piece has words for, up to the first that the table does not decide.
    private func fillFast(
        _ values: UnsafeMutableBufferPointer<Int32>,
        _ stream: inout NoiseStream
    ) throws(PrivacyError) -> Int {
        let words = try stream.ready()
        let wordsEach = isDifference ? 2 : 1
        let count = min(values.count, words.count / wordsEach)
        let filled = withTable { table in
            isDifference
                ? hansa_noise_difference(table, words.baseAddress, count, values.baseAddress)
                : hansa_noise_signed(table, words.baseAddress, count, values.baseAddress)
        }
        stream.use(filled * wordsEach)
        return filled
    }

    private func draw(_ stream: inout NoiseStream) throws(PrivacyError) -> Int32 {
        guard isDifference else { return Int32(clamping: try magnitude(&stream)) }
        let first = try distanceFromMode(&stream)
        return Int32(clamping: first - (try distanceFromMode(&stream)))
    }

    /// A signed draw of a law of magnitudes.
    private func magnitude(_ stream: inout NoiseStream) throws(PrivacyError) -> Int64 {
        while true {
            let word = try stream.next64()
            let outcome = try outcome(of: word, &stream)
            let isNegative = word & 1 == 1
            guard law.shift > 0 else { return isNegative ? -outcome : outcome }
            guard let offset = try acceptedOffset(outcome, &stream) else { continue }
            let (start, overflows) = outcome.multipliedReportingOverflow(by: 1 << Int64(law.shift))
            let magnitude = overflows ? Int64.max : start.addingReportingOverflow(offset).partialValue
            // Zero has one sign, so that it is not drawn twice as often as it should be.
            if magnitude == 0, isNegative { continue }
            return isNegative ? -magnitude : magnitude
        }
    }

    /// A draw of Poisson's law less its mode.
    private func distanceFromMode(_ stream: inout NoiseStream) throws(PrivacyError) -> Int64 {
        while true {
            let outcome = try outcome(of: try stream.next64(), &stream)
            guard let offset = try acceptedOffset(outcome, &stream) else { continue }
            let step = Int64(1) << Int64(law.shift)
            if outcome == 0 { return offset }
            return outcome % 2 == 1 ? (outcome + 1) / 2 * step + offset : -1 - (outcome / 2 - 1) * step - offset
        }
    }

    /// The outcome that a word, and where it leaves that open the following ones, stand for.
    private func outcome(of word: UInt64, _ stream: inout NoiseStream) throws(PrivacyError) -> Int64 {
        let fast = withTable { hansa_noise_lookup($0, word) }
        return fast >= 0 ? fast : try resolvedOutcome(of: word, &stream)
    }

    /// The outcome where the table leaves it open, which is seldom.
    @inline(never)
    private func resolvedOutcome(of word: UInt64, _ stream: inout NoiseStream) throws(PrivacyError) -> Int64 {
        var words: [UInt64] = []
        while words.count < Self.wordCountMax {
            words.append(try stream.next64())
            let exact = withUnsafePointer(to: law) { law in
                hansa_noise_resolve(law, bits, word >> UInt64(64 - bits), words, words.count)
            }
            if exact >= 0 { return exact }
        }
        throw .noRandomness
    }

    /// Which of its values an outcome is; nil where the value drawn is to be drawn again, outcome and all.
    private func acceptedOffset(_ outcome: Int64, _ stream: inout NoiseStream) throws(PrivacyError) -> Int64? {
        guard law.shift > 0 else { return 0 }
        let offset = try stream.next64() >> UInt64(64 - law.shift)
        var word = try stream.next64()
        let verdict = withUnsafePointer(to: law) { hansa_noise_accept($0, UInt64(outcome), offset, &word, 1) }
        let isAccepted = verdict < 0 ? try resolvesAcceptance(outcome, offset, word, &stream) : verdict == 1
        return isAccepted ? Int64(offset) : nil
    }

    /// Whether a value is taken where one word leaves it open, which is seldom.
    @inline(never)
    private func resolvesAcceptance(
        _ outcome: Int64,
        _ offset: UInt64,
        _ first: UInt64,
        _ stream: inout NoiseStream
    ) throws(PrivacyError) -> Bool {
        var words = [first]
        while words.count < Self.wordCountMax {
            words.append(try stream.next64())
            let verdict = withUnsafePointer(to: law) { law in
                hansa_noise_accept(law, UInt64(outcome), offset, words, words.count)
            }
            if verdict >= 0 { return verdict == 1 }
        }
        throw .noRandomness
    }

    private func withTable<Result>(_ body: (UnsafePointer<hansa_noise_table>) -> Result) -> Result {
        boundaries.withUnsafeBufferPointer { boundaries in
            guide.withUnsafeBufferPointer { guide in
                var table = hansa_noise_table(
                    boundaries: boundaries.baseAddress,
                    guide: guide.baseAddress,
                    count: count,
                    bits: bits,
                    guide_shift: guideShift
                )
                return withUnsafePointer(to: &table) { body($0) }
            }
        }
    }

    /// The law in the kernels' terms, so coarse that its table has at most some 30,000 outcomes.
    private static func law(of mechanism: NoiseMechanism, shift given: UInt32?) throws(PrivacyError) -> hansa_noise_law
    {
        let parameter = mechanism.parameter
        let quotient = parameter.numerator / parameter.denominator
        let kind: hansa_noise_kind
        var shift: UInt32 = 0
        switch mechanism {
        case .discreteLaplace:
            kind = HANSA_NOISE_LAPLACE
            while quotient >> UInt64(shift) >= 1 << 10 { shift += 1 }
        case .discreteGaussian:
            kind = HANSA_NOISE_GAUSSIAN
            while quotient >> UInt64(2 * shift) >= 1 << 24 { shift += 1 }
        case .skellam:
            guard quotient < skellamVarianceBound else { throw .invalidParameter }
            kind = HANSA_NOISE_POISSON
            while quotient >> UInt64(2 * shift) >= 1 << 23 { shift += 1 }
        }
        return hansa_noise_law(
            kind: kind.rawValue,
            shift: given ?? shift,
            numerator: parameter.numerator,
            denominator: parameter.denominator
        )
    }
}
