import Glibc
import HansaPrivacy

/// Measures how many draws of exact noise one core makes in a second of its own time, key stream included.
@main struct SamplerBenchmark {
    /// What issue and plan aim for: a round of 81 million draws is then about two seconds of one core.
    private static let aim = 40.0

    static func main() throws {
        let arguments = CommandLine.arguments
        let count = value(of: "--count", in: arguments) ?? 1_000_000
        let repetitions = value(of: "--repetitions", in: arguments) ?? 31
        guard count > 0, repetitions > 0 else {
            print("expected --count and --repetitions of at least 1")
            exit(64)
        }
        var lines: [String] = []
        let values = UnsafeMutableBufferPointer<Int32>.allocate(capacity: count)
        values.initialize(repeating: 0)
        for (name, mechanism, hasAim) in try mechanisms() {
            let started = seconds()
            let sampler = try NoiseSampler(mechanism)
            let setup = seconds() - started
            var stream = try NoiseStream(key: NoiseStream.systemKey())
            var times: [Double] = []
            for _ in 0..<repetitions {
                let started = seconds()
                try sampler.fill(values, from: &stream)
                times.append(seconds() - started)
            }
            let millions = Double(count) / times.sorted()[repetitions / 2] / 1e6
            if arguments.contains("--json") {
                lines.append(
                    "{\"name\":\"\(name)\",\"millionDrawsPerSecond\":\(rounded(millions)),"
                        + "\"setupMilliseconds\":\(rounded(setup * 1e3))}"
                )
            } else {
                let aimText = hasAim ? " (aim: at least \(Int(aim)))" : ""
                lines.append("\(name): \(rounded(millions)) million/s\(aimText), table in \(rounded(setup * 1e3)) ms")
            }
        }
        if arguments.contains("--json") {
            print("{\"count\":\(count),\"results\":[\(lines.joined(separator: ","))]}")
        } else {
            lines.forEach { print($0) }
        }
    }

    private static func mechanisms() throws -> [(String, NoiseMechanism, hasAim: Bool)] {
        var result: [(String, NoiseMechanism, hasAim: Bool)] = []
        for scale: UInt64 in [1, 7, 100, 1000, 1_000_000] {
            let mechanism = NoiseMechanism.discreteLaplace(scale: try Ratio(scale))
            result.append(("discrete Laplace, scale \(scale)", mechanism, scale <= 1000))
        }
        for deviation: UInt64 in [1, 10, 100, 1000, 1_000_000] {
            let mechanism = NoiseMechanism.discreteGaussian(variance: try Ratio(deviation * deviation))
            result.append(("discrete Gaussian, σ \(deviation)", mechanism, deviation <= 1000))
        }
        for variance: UInt64 in [1, 100, 10_000, 1_000_000_000] {
            result.append(("Skellam, variance \(variance)", .skellam(variance: try Ratio(variance)), false))
        }
        return result
    }

    /// The processor time of this thread.
    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func value(of option: String, in arguments: [String]) -> Int? {
        guard let index = arguments.firstIndex(of: option), index + 1 < arguments.count else { return nil }
        return Int(arguments[index + 1])
    }

    private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
