import HansaResults

/// A run's measurements as points of curves.
struct Curves {
    /// What is measured on the test data.
    enum Measure: String, CaseIterable {
        case accuracy
        case loss
    }

    /// What it is shown against.
    enum Abscissa: String, CaseIterable {
        case rounds
        case bytes
        case epsilon

        var label: String {
            switch self {
            case .rounds: "round"
            case .bytes: "bytes sent by all clients"
            case .epsilon: "ε spent"
            }
        }

        var format: AxisFormat {
            switch self {
            case .rounds: .whole
            case .bytes: .bytes
            case .epsilon: .number
            }
        }
    }

    /// A measured line with what had been sent and spent by its end.
    struct Step {
        var line: RoundMetrics
        var bytesUp: Int
        var bytesDown: Int
        /// Zero before the first release; nil in a run without an ε.
        var epsilon: Double?

        func value(_ axis: Abscissa) -> Double? {
            switch axis {
            case .rounds: Double(line.round)
            case .bytes: Double(bytesUp)
            case .epsilon: epsilon
            }
        }

        func value(_ measure: Measure) -> Double? {
            switch measure {
            case .accuracy: line.accuracy
            case .loss: line.loss
            }
        }
    }

    let steps: [Step]
    /// Whether the run has an ε that can be shown.
    let isPrivate: Bool

    init(_ lines: [RoundMetrics]) {
        let isPrivate = lines.contains { $0.epsilon != nil }
        var (up, down) = (0, 0)
        var epsilon = isPrivate ? 0.0 : nil
        steps = lines.map { line in
            up &+= line.bytesUp
            down &+= line.bytesDown
            epsilon = line.epsilon ?? epsilon
            return Step(line: line, bytesUp: up, bytesDown: down, epsilon: epsilon)
        }
        self.isPrivate = isPrivate
    }

    func points(_ measure: Measure, _ axis: Abscissa) -> [LineChart.Point] {
        steps.compactMap { step in
            guard let x = step.value(axis), let y = step.value(measure) else { return nil }
            return (x, y)
        }
    }

    /// Points of any figure against rounds.
    func points(_ figure: (RoundMetrics) -> Double?) -> [LineChart.Point] {
        steps.compactMap { step in figure(step.line).map { (Double(step.line.round), $0) } }
    }
}

extension Curves.Measure {
    var format: AxisFormat { self == .accuracy ? .percent : .number }

    var limits: ClosedRange<Double>? { self == .accuracy ? 0...1 : nil }

    /// The heading of a chart.
    func title(_ axis: Curves.Abscissa) -> String {
        let measure = self == .accuracy ? "Test accuracy" : "Loss in nats"
        switch axis {
        case .rounds: return measure
        case .bytes: return measure + " by bytes"
        case .epsilon: return measure + " by ε"
        }
    }
}
