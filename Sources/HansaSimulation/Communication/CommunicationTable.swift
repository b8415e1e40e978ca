public import HansaQuantization

/// What a run communicates under AQ-DP's schedules, from formulas and label counts alone: nothing is trained.
///
/// The paper counts Σ d·b/8 over participants, down and up, against 32 bits both ways; scales, headers and frames are not
/// in it. ``Row/payloadBytes`` has the first two: what payloads take in Hansa.
public struct CommunicationTable: Equatable, Sendable {
    /// Who takes part in each round.
    public enum Selection: Sendable {
        /// As the released code draws: seeded by the round's number from 0, without replacement.
        case released
        /// As a run of Hansa draws them: by round, from 0.
        case drawn([[Int]])
    }

    /// One way to choose widths.
    public struct Row: Equatable, Sendable, Encodable {
        public let schedule: String
        /// Mean widths over rounds and participants, in bits.
        public let widthDown: Double
        public let widthUp: Double
        /// The mean α; absent without the client scheduler.
        public let importance: Double?
        /// Σ d·b/8 over rounds and participants.
        public let paperBytesDown: Double
        public let paperBytesUp: Double
        /// The saving against float32 both ways, in per cent, as the paper counts.
        public let paperReduction: Double
        /// Payload bytes with their headers and scales, both ways.
        public let payloadBytes: Int
        /// The saving of payloads against float32 both ways, in per cent.
        public let payloadReduction: Double
    }

    /// The sizes that decide the bytes.
    public struct Model: Equatable, Sendable {
        public var parameterCount: Int
        /// How many scales a payload has.
        public var scaleCount: Int

        public init(parameterCount: Int, scaleCount: Int) {
            self.parameterCount = parameterCount
            self.scaleCount = scaleCount
        }
    }

    public let rows: [Row]

    /// - Parameters:
    ///   - counts: the clients' label counts; nil for the rows that need none.
    ///   - cohort: participants a round, at most the clients of `counts`.
    ///   - schedule: the global schedule, a cosine as long as the run.
    ///   - statics: the widths of the rows of constant width.
    public init(
        counts: LabelCounts?,
        cohort: Int,
        rounds: Int,
        schedule: BitWidthSchedule,
        importance: ClientImportance = .standard,
        statics: [BitWidth] = [],
        model: Model,
        selection: Selection = .released
    ) throws(QuantizationError) {
        guard rounds >= 1, cohort >= 1, cohort <= counts?.rows.count ?? cohort else { throw .invalidSchedule }
        var rows: [Row] = []
        for width in statics {
            rows.append(
                Row(
                    "static \(width.bits)",
                    down: Tally(width, count: rounds * cohort),
                    up: Tally(width, count: rounds * cohort),
                    importance: nil,
                    model: model
                )
            )
        }
        var down = Tally()
        for round in 0..<rounds { down.add(try schedule.width(round: round), count: cohort) }
        rows.append(Row("cosine", down: down, up: down, importance: nil, model: model))
        if let counts {
            let homogeneity = counts.rows.map { ClientImportance.homogeneity(ofLabelCounts: $0) }
            let sizes = counts.rows.map { $0.reduce(0, +) }
            var up = Tally()
            var sum = 0.0
            for round in 0..<rounds {
                let participants = try Self.participants(selection, round: round, cohort: cohort, of: sizes.count)
                let largest = participants.map { sizes[$0] }.max() ?? 1
                for client in participants {
                    let value = importance.value(
                        homogeneity: homogeneity[client],
                        sampleCount: sizes[client],
                        sampleCountMax: largest
                    )
                    sum += value
                    up.add(try schedule.width(round: round, importance: value), count: 1)
                }
            }
            let mean = sum / Double(rounds * cohort)
            rows.append(Row("cosine + client", down: down, up: up, importance: mean, model: model))
        }
        self.rows = rows
    }

    private static func participants(
        _ selection: Selection,
        round: Int,
        cohort: Int,
        of clientCount: Int
    ) throws(QuantizationError) -> [Int] {
        switch selection {
        case .released:
            var twister = MersenneTwister(seed: UInt32(truncatingIfNeeded: round))
            return twister.choice(cohort, of: clientCount)
        case .drawn(let rounds):
            guard rounds.indices.contains(round), rounds[round].allSatisfy({ (0..<clientCount).contains($0) }) else {
                throw .wrongCount(got: round, expected: rounds.count)
            }
            return rounds[round]
        }
    }

    /// How often each width was used.
    fileprivate struct Tally {
        var counts = [Int](repeating: 0, count: BitWidth.supported.upperBound + 1)

        init() {}

        init(_ width: BitWidth, count: Int) { add(width, count: count) }

        mutating func add(_ width: BitWidth, count: Int) { counts[width.bits] += count }

        var total: Int { counts.reduce(0, +) }
        var bits: Int { counts.enumerated().reduce(0) { $0 + $1.offset * $1.element } }

        /// The bytes of payloads: two of header, four a scale, and the packed integers.
        func payloadBytes(_ model: Model) -> Int {
            var sum = 0
            for (bits, count) in counts.enumerated() where count > 0 {
                guard let width = try? BitWidth(bits) else { continue }
                let packed = PackedLayout.byteCount(count: model.parameterCount, width: width)
                sum += count * (2 + 4 * model.scaleCount + packed)
            }
            return sum
        }
    }
}

extension CommunicationTable.Row {
    fileprivate init(
        _ schedule: String,
        down: CommunicationTable.Tally,
        up: CommunicationTable.Tally,
        importance: Double?,
        model: CommunicationTable.Model
    ) {
        let exchanges = Double(down.total)
        let dimension = Double(model.parameterCount)
        let payloads = down.payloadBytes(model) + up.payloadBytes(model)
        self.init(
            schedule: schedule,
            widthDown: Double(down.bits) / exchanges,
            widthUp: Double(up.bits) / exchanges,
            importance: importance,
            paperBytesDown: dimension * Double(down.bits) / 8,
            paperBytesUp: dimension * Double(up.bits) / 8,
            paperReduction: 100 * (1 - Double(down.bits + up.bits) / (64 * exchanges)),
            payloadBytes: payloads,
            payloadReduction: 100 * (1 - Double(payloads) / (8 * dimension * exchanges))
        )
    }
}
