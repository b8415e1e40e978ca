import Glibc
import HansaQuantization

/// Measures the hot loops of quantization beside the memory traffic they cannot avoid.
@main struct KernelBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        let count = value(of: "--count", in: arguments) ?? 10_000_000
        let repetitions = value(of: "--repetitions", in: arguments) ?? 31
        var measurements = try measurements(count: count)
        // The first round touches every page.
        for measurement in measurements { measurement.work() }
        for _ in 0..<repetitions {
            for index in measurements.indices { measurements[index].measure() }
        }
        report(measurements, count: count, asJSON: arguments.contains("--json"))
    }

    private static func value(of option: String, in arguments: [String]) -> Int? {
        guard let index = arguments.firstIndex(of: option), index + 1 < arguments.count else { return nil }
        return Int(arguments[index + 1])
    }

    private static func measurements(count: Int) throws -> [Measurement] {
        let x = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
        let copy = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
        let sums = UnsafeMutableBufferPointer<Int64>.allocate(capacity: count)
        sums.initialize(repeating: 0)
        copy.initialize(repeating: 0)
        for index in 0..<count { x[index] = Float(index &* 2_654_435_761 % 4_001 - 2_000) * 0x1p-11 }
        let floats = UnsafeBufferPointer(x)
        var result = [
            Measurement("memcpy") {
                UnsafeMutableRawBufferPointer(copy).copyMemory(from: UnsafeRawBufferPointer(floats))
            }
        ]
        for bits in [8, 4] {
            let width = try BitWidth(bits)
            let lattice = try Lattice(covering: 1, width: width)
            let byteCount = PackedLayout.byteCount(count: count, width: width)
            let packed = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: byteCount)
            packed.initialize(repeating: 0)
            let bytes = UnsafeRawBufferPointer(packed)
            let traffic = "read packed \(bits), read and write sums"
            result.append(
                Measurement("quantize and pack \(bits)", against: ("memcpy", bits == 8 ? 1.3 : nil)) {
                    _ = try? StochasticRounding.quantizeAndPack(
                        floats,
                        lattice: lattice,
                        width: width,
                        key: 1,
                        into: packed
                    )
                }
            )
            result.append(Measurement(traffic) { readAndRewrite(bytes, sums) })
            result.append(
                Measurement("unpack and add \(bits)", against: (traffic, 1.3)) {
                    try? ExactSum.accumulate(bytes, width: width, shift: 0, weight: 3, range: 0..<count, into: sums)
                }
            )
            result.append(
                Measurement("verify \(bits)", against: ("memcpy", nil)) {
                    try? PackedLayout.verify(bytes, count: count, width: width, bound: lattice.bound)
                }
            )
        }
        return result
    }

    /// Reads all bytes and adds one number to every sum: the traffic of folding without its arithmetic.
    @inline(never)
    private static func readAndRewrite(
        _ bytes: UnsafeRawBufferPointer,
        _ sums: UnsafeMutableBufferPointer<Int64>
    ) {
        let words = bytes.bindMemory(to: UInt64.self)
        var total: UInt64 = 0
        for word in words { total &+= word }
        let addend = Int64(truncatingIfNeeded: total & 1)
        for index in sums.indices { sums[index] &+= addend }
    }

    private static func report(_ measurements: [Measurement], count: Int, asJSON: Bool) {
        let medians = Dictionary(uniqueKeysWithValues: measurements.map { ($0.name, $0.median) })
        var lines: [String] = []
        for measurement in measurements {
            var ratio: Double?
            if let reference = measurement.reference, let divisor = medians[reference.name] {
                ratio = measurement.median / divisor
            }
            let time = rounded(measurement.median)
            if asJSON {
                let ratioText = ratio.map { ",\"ratio\":\(rounded($0))" } ?? ""
                lines.append("{\"name\":\"\(measurement.name)\",\"milliseconds\":\(time)\(ratioText)}")
            } else {
                var line = "\(measurement.name): \(time) ms"
                if let ratio, let reference = measurement.reference {
                    line += ", \(rounded(ratio)) × \(reference.name)"
                    if let aim = reference.ratioMax { line += " (aim: at most \(aim))" }
                }
                lines.append(line)
            }
        }
        if asJSON {
            print("{\"count\":\(count),\"kernels\":\"\(environment())\",\"results\":[\(lines.joined(separator: ","))]}")
        } else {
            print("\(count) values, kernels: \(environment())")
            for line in lines { print(line) }
        }
    }

    private static func environment() -> String {
        guard let name = getenv("HANSA_KERNELS") else { return "automatic" }
        return String(cString: name)
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
