import CDNNL

/// Layer, group and batch norm: y = (x − μ) / √(σ² + ε) · scale + shift, with μ and σ² over groups of channels of an
/// example, or over one channel of the batch; σ² divides by the count, ε = 10⁻⁵.
///
/// Tensors lie in blocks of sixteen channels, [rows][⌈channels / 16⌉][pixels][16], which is the layout of convolutions
/// on processors with AVX-512. oneDNN 2.6 has no group norm, and its batch norm would count padding rows; so these loops
/// are our own. Means and variances are taken in two passes; sums over an image are float32, those over channels and
/// rows float64.
final class NormalizationOperation: NetworkOperation {
    /// What shares a mean and a variance.
    enum Sets {
        /// As many groups of channels in each row.
        case groups(Int)
        /// Each channel, over all rows; the blocks hold the running mean and variance.
        case batch(mean: ParameterStore.Block, variance: ParameterStore.Block)
    }

    static let epsilon = 1e-5
    /// How far running statistics move towards a batch's.
    private static let momentum: Float = 0.1

    typealias Lanes = UnsafeMutablePointer<SIMD16<Float>>

    private let input: Tensor
    private let output: Tensor
    private let sets: Sets
    private let scale: ParameterStore.Block
    private let shift: ParameterStore.Block
    private let rows: BatchRows
    private let learns: Bool

    /// Rows in the batch, and how many of them belong to one example.
    private let rowCount: Int
    private let rowsPerExample: Int
    private let channelCount: Int
    private let blockCount: Int
    private let pixelCount: Int

    /// Numbers by row and channel: sums, the mean, 1 / √(σ² + ε), and factors.
    ///
    /// Batch norm has one row of the last three.
    private let memory: Lanes
    private let sums: Lanes
    private let products: Lanes
    private let means: Lanes
    private let inverses: Lanes
    private let factors: Lanes

    init(
        input: Tensor,
        output: Tensor,
        sets: Sets,
        scale: ParameterStore.Block,
        shift: ParameterStore.Block,
        rowsPerExample: Int,
        in builder: NetworkBuilder
    ) {
        let extents = input.value.descriptor.extents
        self.input = input
        self.output = output
        self.sets = sets
        self.scale = scale
        self.shift = shift
        self.rowsPerExample = rowsPerExample
        rows = builder.rows
        learns = builder.learns
        rowCount = extents[0]
        channelCount = extents[1]
        blockCount = (extents[1] + 15) / 16
        pixelCount = extents[2] * extents[3]
        let count = rowCount * blockCount
        memory = Lanes.allocate(capacity: 5 * count)
        memory.initialize(repeating: .zero, count: 5 * count)
        (sums, products, means) = (memory, memory + count, memory + 2 * count)
        (inverses, factors) = (memory + 3 * count, memory + 4 * count)
    }

    deinit { memory.deallocate() }

    /// The rows in use.
    private var usedCount: Int { min(rows.count * rowsPerExample, rowCount) }
    /// How far the statistics of one row are from those of the next.
    private var step: Int { if case .batch = sets { 0 } else { blockCount } }

    private static func lanes(_ memory: DNNLMemory) -> Lanes {
        UnsafeMutableRawPointer(memory.floats).assumingMemoryBound(to: SIMD16<Float>.self)
    }

    private static func floats(_ lanes: Lanes) -> UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer(lanes).assumingMemoryBound(to: Float.self)
    }

    func forward() throws(DNNLError) {
        let (source, used) = (Self.lanes(input.value), usedCount)
        if case .batch(let mean, let variance) = sets, !learns {
            takeRunning(mean.value.floats, variance.value.floats)
        } else {
            for place in 0..<used * blockCount {
                let pixels = source + place * pixelCount
                var sum = SIMD16<Float>.zero
                for pixel in 0..<pixelCount { sum += pixels[pixel] }
                sums[place] = sum
            }
            spread(sums, used, to: means) { Float($0) }
            for place in 0..<used * blockCount {
                let pixels = source + place * pixelCount
                let mean = means[statistics(place)]
                var sum = SIMD16<Float>.zero
                for pixel in 0..<pixelCount {
                    let difference = pixels[pixel] - mean
                    sum += difference * difference
                }
                sums[place] = sum
            }
            if case .batch(let mean, let variance) = sets {
                spread(sums, used, to: inverses) { Float($0) }
                moveRunning(mean.value.floats, variance.value.floats, count: used * pixelCount)
            }
            spread(sums, used, to: inverses) { Float(1 / ($0 + Self.epsilon).squareRoot()) }
        }
        write(used)
    }

    /// Where the statistics of a row and a block of channels lie.
    private func statistics(_ place: Int) -> Int { step == 0 ? place % blockCount : place }

    /// (x − μ) · (scale / √(σ² + ε)) + shift; zero in rows that are not in use.
    private func write(_ used: Int) {
        let (source, target) = (Self.lanes(input.value), Self.lanes(output.value))
        let (scales, shifts) = (scale.value.floats, shift.value.floats)
        for place in 0..<used * blockCount {
            let first = place % blockCount * 16
            var (factor, offset) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
            for lane in 0..<min(16, channelCount - first) {
                factor[lane] = scales[first + lane]
                offset[lane] = shifts[first + lane]
            }
            let mean = means[statistics(place)]
            factor *= inverses[statistics(place)]
            let (from, to) = (source + place * pixelCount, target + place * pixelCount)
            for pixel in 0..<pixelCount { to[pixel] = (from[pixel] - mean) * factor + offset }
        }
        clear(target, from: used)
    }

    private func clear(_ target: Lanes, from used: Int) {
        let start = used * blockCount * pixelCount
        (target + start).update(repeating: .zero, count: rowCount * blockCount * pixelCount - start)
    }

    /// Adds up the lanes of each set, divides by how many values it has, and writes what `transform` makes of it to each of
    /// its channels.
    private func spread(_ sums: Lanes, _ used: Int, to target: Lanes, _ transform: (Double) -> Float) {
        let width = blockCount * 16
        let (source, result) = (Self.floats(sums), Self.floats(target))
        switch sets {
        case .groups(let groups):
            let size = channelCount / groups
            let count = Double(size * pixelCount)
            for row in 0..<used {
                for group in 0..<groups {
                    let start = row * width + group * size
                    var sum = 0.0
                    for channel in start..<start + size { sum += Double(source[channel]) }
                    let value = transform(sum / count)
                    for channel in start..<start + size { result[channel] = value }
                }
            }
        case .batch:
            let count = Double(max(1, used * pixelCount))
            for channel in 0..<channelCount {
                var sum = 0.0
                for row in 0..<used { sum += Double(source[row * width + channel]) }
                result[channel] = transform(sum / count)
            }
        }
    }

    private func takeRunning(_ mean: UnsafeMutablePointer<Float>, _ variance: UnsafeMutablePointer<Float>) {
        let (centres, scales) = (Self.floats(means), Self.floats(inverses))
        for channel in 0..<channelCount {
            centres[channel] = mean[channel]
            // An average of noisy or quantized updates may be below zero.
            scales[channel] = Float(1 / (Double(max(0, variance[channel])) + Self.epsilon).squareRoot())
        }
    }

    /// Moves the running statistics towards the batch's, whose variance divides by one less, as PyTorch's does.
    private func moveRunning(
        _ mean: UnsafeMutablePointer<Float>,
        _ variance: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        let (centres, variances) = (Self.floats(means), Self.floats(inverses))
        let correction = count > 1 ? Float(count) / Float(count - 1) : 1
        for channel in 0..<channelCount {
            mean[channel] += Self.momentum * (centres[channel] - mean[channel])
            variance[channel] += Self.momentum * (variances[channel] * correction - variance[channel])
        }
    }

    /// With x̂ the normalised values, g the output's gradient times the scale and means over the set:
    /// the input's gradient is (g − mean(g) − x̂ · mean(g · x̂)) / √(σ² + ε).
    func backward() throws(DNNLError) {
        guard let change = output.gradient, let scaleGradient = scale.gradient, let shiftGradient = shift.gradient
        else { return }
        let (source, gradient, used) = (Self.lanes(input.value), Self.lanes(change), usedCount)
        for place in 0..<used * blockCount {
            let (pixels, changes) = (source + place * pixelCount, gradient + place * pixelCount)
            let mean = means[statistics(place)]
            var (sum, product) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
            for pixel in 0..<pixelCount {
                sum += changes[pixel]
                product += changes[pixel] * (pixels[pixel] - mean)
            }
            sums[place] = sum
            products[place] = product * inverses[statistics(place)]
        }
        addUp(sums, used, to: shiftGradient.floats)
        addUp(products, used, to: scaleGradient.floats)
        guard let target = input.gradient else { return }
        let scales = scale.value.floats
        for sum in [Self.floats(sums), Self.floats(products)] {
            for row in 0..<used {
                for channel in 0..<channelCount { sum[row * blockCount * 16 + channel] *= scales[channel] }
            }
        }
        spread(sums, used, to: factors) { Float($0) }
        spread(products, used, to: sums) { Float($0) }
        writeGradient(Self.lanes(target), gradient, used)
    }

    private func addUp(_ sums: Lanes, _ used: Int, to target: UnsafeMutablePointer<Float>) {
        let (source, width) = (Self.floats(sums), blockCount * 16)
        for channel in 0..<channelCount {
            var sum = 0.0
            for row in 0..<used { sum += Double(source[row * width + channel]) }
            target[channel] = Float(sum)
        }
    }

    private func writeGradient(_ target: Lanes, _ gradient: Lanes, _ used: Int) {
        let (source, scales) = (Self.lanes(input.value), scale.value.floats)
        for place in 0..<used * blockCount {
            let first = place % blockCount * 16
            var own = SIMD16<Float>.zero
            for lane in 0..<min(16, channelCount - first) { own[lane] = scales[first + lane] }
            let index = statistics(place)
            let (mean, inverse) = (means[index], inverses[index])
            let (offset, slope) = (factors[index] * inverse, sums[index] * inverse * inverse)
            own *= inverse
            let (from, changes) = (source + place * pixelCount, gradient + place * pixelCount)
            let to = target + place * pixelCount
            for pixel in 0..<pixelCount {
                to[pixel] = changes[pixel] * own - (from[pixel] - mean) * slope - offset
            }
        }
        clear(target, from: used)
    }
}
