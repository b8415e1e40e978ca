#if !hasFeature(Embedded)
import HansaNumerics
public import HansaQuantization

/// What AQ-DP's released code asks of a client, to the letter: how steps are clipped, how the trained model is noised,
/// and how it is quantized to a width that follows from the client's own data.
///
/// A part of the plan (`LocalAlgorithm.insecureScaled`). Insecure, because noise, scales and width depend on private data
/// and the noise is floating-point; see ``noiseScale(smoothness:exampleCount:epochs:rate:)``. The payload is a whole
/// model and no difference; ``InsecureScaledPayload`` has its bytes.
/// - seealso: Ardıç & Genç, AQ-DP; the names in brackets are the paper's.
public struct InsecureScaledForm: Hashable, Sendable {
    /// `stochastic` or `symmetric`.
    public var quantizer: InsecureQuantizer
    public var granularity: ScaleGranularity
    /// The last rounds' width (b_min).
    public var widthMin: BitWidth
    /// The first round's width (b_max); equal widths are the static mode.
    public var widthMax: BitWidth
    /// (cos(πt/T) + 1)/2 in this round, from 0 to 1.
    public var wave: Double
    /// The weights of α (w_h, w_s); nil without the client scheduler, where α is 1.
    public var importance: ClientImportance?
    /// The largest sample count of the round's clients (max n).
    public var sampleCountMax: UInt32
    /// The bound on the L1 norm of each batch's gradient over all parameters (C); 0 for none.
    public var gradientBound: Float
    /// What the paper calls the budget of the run (ε); 0 for no noise.
    public var nominalEpsilon: Double
    /// By how many releases the paper divides it: (T/E)·(A/M).
    public var releaseCount: Double
    /// λ where it is fixed; nil to estimate it from the client's gradients, as the code does.
    public var smoothness: Double?
    /// The largest magnitude of a dequantized number that the coordinator takes.
    public var magnitudeMax: Float

    /// The largest ``magnitudeMax``.
    public static let magnitudeLimit: Float = 0x1p20

    public init(
        quantizer: InsecureQuantizer = .stochastic,
        granularity: ScaleGranularity = .outputChannel,
        widthMin: BitWidth,
        widthMax: BitWidth,
        wave: Double,
        importance: ClientImportance?,
        sampleCountMax: UInt32,
        gradientBound: Float,
        nominalEpsilon: Double,
        releaseCount: Double,
        smoothness: Double?,
        magnitudeMax: Float
    ) {
        self.quantizer = quantizer
        self.granularity = granularity
        self.widthMin = widthMin
        self.widthMax = widthMax
        self.wave = wave
        self.importance = importance
        self.sampleCountMax = sampleCountMax
        self.gradientBound = gradientBound
        self.nominalEpsilon = nominalEpsilon
        self.releaseCount = releaseCount
        self.smoothness = smoothness
        self.magnitudeMax = magnitudeMax
    }

    /// Whether every number is in its range.
    public var isValid: Bool {
        quantizer != .affine && widthMin <= widthMax && (0...1).contains(wave) && sampleCountMax >= 1
            && gradientBound.isFinite && gradientBound >= 0
            && nominalEpsilon.isFinite && nominalEpsilon >= 0 && (nominalEpsilon == 0 || gradientBound > 0)
            && releaseCount.isFinite && releaseCount >= 0
            && (smoothness.map { $0.isFinite && $0 >= 0 } ?? true)
            && magnitudeMax.isFinite && magnitudeMax > 0 && magnitudeMax <= Self.magnitudeLimit
    }

    /// Whether λ is to be estimated, for which a client keeps gradients.
    public var estimatesSmoothness: Bool { nominalEpsilon > 0 && smoothness == nil }

    /// b(t, i) = roundHalfEven(b_min + (b_max − b_min) · wave · α).
    ///
    /// - Parameter importance: α, limited to 0 to 1.
    public func width(importance: Double) -> BitWidth {
        let limited = importance.isFinite ? min(max(importance, 0), 1) : 1
        let span = Double(widthMax.bits - widthMin.bits)
        let bits = Int((Double(widthMin.bits) + span * wave * limited).rounded(.toNearestOrEven))
        // Between the two widths, which exist.
        return (try? BitWidth(bits)) ?? widthMin
    }

    /// The widths that this round's clients may have.
    public var widths: ClosedRange<Int> { widthMin.bits...max(widthMin.bits, width(importance: 1).bits) }

    /// The scale of the Laplace noise on every coordinate, by the code's formulas: s · tl/ε.
    ///
    /// s = 2C/(λ|D|) · ((1 + λη)^E − 1) where λ > 1e-10 and E < E₀ = ln(1 + |D|)/ln(1 + λη); 2C + 2ηC(E − E₀) where
    /// E ≥ E₀; 2CηE/|D| for λ ≤ 1e-10. It is no sensitivity: one example changes a clipped step by up to 2C whatever |D| is
    /// (``honestEpsilon(exampleCount:epochs:batchSize:)``), and λ is the client's own.
    public func noiseScale(smoothness: Double, exampleCount: Int, epochs: Int, rate: Double) -> Double {
        guard nominalEpsilon > 0 else { return 0 }
        let bound = Double(gradientBound)
        let count = Double(max(exampleCount, 1))
        let epochCount = Double(epochs)
        let sensitivity: Double
        if smoothness > 1e-10, rate > 0 {
            let growth = 1 + smoothness * rate
            let turn = DeterministicMath.log(1 + count) / DeterministicMath.log(growth)
            if epochCount < turn {
                var power = 1.0
                for _ in 0..<epochs { power *= growth }
                sensitivity = 2 * bound / (smoothness * count) * (power - 1)
            } else {
                sensitivity = 2 * bound + 2 * rate * bound * (epochCount - turn)
            }
        } else {
            sensitivity = 2 * bound * rate * epochCount / count
        }
        return sensitivity * releaseCount / nominalEpsilon
    }

    /// The ε against replacing one example that the noise of λ → 0 would have, were it exact: (E·|D|·⌈|D|/B⌉) times the
    /// nominal one, after the expected number of participations.
    ///
    /// Two factors: a changed example moves each of the E·⌈|D|/B⌉ clipped steps by up to 2ηC, where the code counts
    /// 2ηC·E/|D| for all of them; and the budget is divided by (T/E)·(A/M) releases, where there are T·(A/M).
    public func honestEpsilon(exampleCount: Int, epochs: Int, batchSize: Int) -> Double {
        let size = batchSize == 0 ? exampleCount : batchSize
        let batches = (exampleCount + size - 1) / max(size, 1)
        return nominalEpsilon * Double(epochs) * Double(exampleCount) * Double(batches)
    }
}
#endif
