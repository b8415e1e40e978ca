import HansaCore
import HansaQuantization

/// What a configuration says of anchor sampling, checked.
struct AnchorOptions: Hashable, Sendable {
    /// Who is an anchor.
    enum Schedule: Hashable, Sendable {
        /// Each participant with this probability, between 0 and 1.
        case constant(Double)
        /// Each participant with the probability that is best for the run's population and cohort.
        case optimal
        /// Everybody in every so many rounds, nobody in the others; at least 2.
        case sequential(Int)
    }

    /// Where the gradients are kept that clients sent last.
    enum Store: String, CaseIterable, Hashable, Sendable {
        /// On the clients, which send differences: the coordinator keeps one sum.
        case client
        /// On the coordinator, for each client.
        case server
    }

    /// Who is asked first.
    enum Start: String, CaseIterable, Hashable, Sendable {
        /// Every client of the roster, in round 1.
        case everyone
        /// The first cohort; others when their turn comes.
        case lazy
    }

    var schedule: Schedule
    var store: Store = .client
    var start: Start = .everyone
    /// The most examples of an anchor's batch; 0 for all.
    var exampleCountMax: UInt32 = 0
    /// The gradients' coordinates are cut to ± this.
    var range: Double
    var width: BitWidth

    static let listed = [
        StrategyEntry.Option(
            "probability",
            values: "a number above 0 and below 1, or optimal",
            "the chance that a participant is an anchor; this or period"
        ),
        StrategyEntry.Option(
            "period",
            values: "a whole number of 2 or more",
            "everybody is an anchor in every so many rounds; this or probability"
        ),
        StrategyEntry.Option(
            "bullseyes",
            values: "client or server; client",
            "where the gradients are kept that clients sent last"
        ),
        StrategyEntry.Option(
            "start",
            values: "everyone or lazy; everyone",
            "whether round 1 asks every client for its gradient"
        ),
        StrategyEntry.Option(
            "anchor-examples",
            values: "a whole number, 0 for all; 0",
            "the most examples of an anchor's batch"
        ),
        StrategyEntry.Option("gradient-range", values: "a number above 0", "gradients are cut to plus or minus this"),
        StrategyEntry.Option("gradient-bits", values: "2 to 31; 31", "the width of gradients, the same in all rounds"),
    ]

    init(_ options: [String: StrategyOption], strategy: String) throws(ConfigurationError) {
        schedule = try Self.schedule(options, strategy: strategy)
        func word<Value: RawRepresentable & CaseIterable>(
            _ key: String,
            _ usual: Value
        ) throws(ConfigurationError) -> Value where Value.RawValue == String {
            guard let option = options[key] else { return usual }
            if case .word(let word) = option, let value = Value(rawValue: word) { return value }
            throw .invalidValue(
                key: key,
                got: "\(option)",
                expected: Value.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or ")
            )
        }
        func whole(_ key: String, _ bounds: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
            guard let option = options[key] else { return nil }
            if case .number(let number) = option, let value = Int(exactly: number), bounds.contains(value) {
                return value
            }
            throw .invalidValue(
                key: key,
                got: "\(option)",
                expected: "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
            )
        }
        store = try word("bullseyes", Store.client)
        start = try word("start", Start.everyone)
        exampleCountMax = UInt32(try whole("anchor-examples", 0...Int(Int32.max)) ?? 0)
        let bits = try whole("gradient-bits", 2...31) ?? 31
        do throws(QuantizationError) { width = try BitWidth(bits) } catch {
            throw .invalidValue(key: "gradient-bits", got: "\(bits)", expected: "2 to 31")
        }
        switch options["gradient-range"] {
        case .number(let value)? where value.isFinite && value > 0: range = value
        case nil:
            throw .missing(
                key: "gradient-range",
                expected: "a number above 0 that no coordinate of a client's gradient exceeds, such as 4"
            )
        case let got?: throw .invalidValue(key: "gradient-range", got: "\(got)", expected: "a finite number above 0")
        }
    }

    private static func schedule(
        _ options: [String: StrategyOption],
        strategy: String
    ) throws(ConfigurationError) -> Schedule {
        let both = "either a probability for each participant or a period in rounds"
        switch (options["probability"], options["period"]) {
        case (nil, nil): throw .missing(key: "probability", expected: both)
        case (.some, .some(let got)): throw .invalidValue(key: "period", got: "\(got)", expected: both)
        case (.word("optimal")?, nil): return .optimal
        case (.number(let p)?, nil) where p > 0 && p < 1: return .constant(p)
        case (.number(0)?, nil):
            throw .invalidValue(
                key: "probability",
                got: "0",
                expected:
                    "above 0: without anchors the mean gradient is never renewed, and miners follow a stale one away"
            )
        case (.number(1)?, nil):
            throw .invalidValue(
                key: "probability",
                got: "1",
                expected: "below 1: if everybody is an anchor nobody moves the model"
            )
        case (let got?, nil):
            throw .invalidValue(
                key: "probability",
                got: "\(got)",
                expected: "a number above 0 and below 1, or 'optimal'"
            )
        case (nil, .number(let period)?):
            if let period = Int(exactly: period), period >= 2 { return .sequential(period) }
            throw .invalidValue(
                key: "period",
                got: "\(period)",
                expected: "a whole number of 2 or more: with 1, everybody is an anchor and nobody moves the model"
            )
        case (nil, let got?):
            throw .invalidValue(key: "period", got: "\(got)", expected: "a whole number of 2 or more")
        }
    }
}
