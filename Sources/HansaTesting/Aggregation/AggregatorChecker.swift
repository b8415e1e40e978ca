public import HansaAggregation
import HansaCore
import HansaNumerics

/// Checks the laws of `Aggregator`: order-free, merge is accumulate, no trace of a rejected update, once.
///
/// Works with `#expect(checkAggregator(…) == [])` and with anything else: it depends on no test framework.
///
/// - Parameters:
///   - updates: Valid updates of the shape's plans under distinct assignments, at least 2. ``UpdateFactory`` makes them.
///   - shape: The plans and the model; the checker sets the cohort to the number of updates.
///   - seeds: One random order and one random grouping is tried for each.
///   - make: A fresh aggregator; called often.
/// - Returns: One violation for each law and case that failed; empty for a lawful aggregator.
public func checkAggregator(
    updates: [VerifiedUpdate],
    shape: AggregationShape,
    seeds: Range<UInt64> = 0..<20,
    make: @escaping (AggregationShape) throws -> any Aggregator
) -> [LawViolation] {
    do {
        let shape = try AggregationShape(schema: shape.schema, plans: shape.plans, cohortMax: updates.count)
        let first = try make(shape)
        return check(like: first, updates: updates, shape: shape, seeds: seeds, make: make)
    } catch {
        return [LawViolation("make", "no aggregator could be made: \(error)")]
    }
}

/// Opens the existential, because partial aggregates merge with their own type only.
private func check<A: Aggregator>(
    like _: A,
    updates: [VerifiedUpdate],
    shape: AggregationShape,
    seeds: Range<UInt64>,
    make: @escaping (AggregationShape) throws -> any Aggregator
) -> [LawViolation] {
    let make: () throws -> A = {
        guard let made = try make(shape) as? A else { throw WrongTypeError() }
        return made
    }
    do {
        var checker = try AggregatorChecker<A>(updates: updates, shape: shape, seeds: seeds, make: make)
        return try checker.run()
    } catch {
        return [LawViolation("accept", "a valid update, or the report of valid updates, was refused: \(error)")]
    }
}

/// `make` returned aggregators of two types.
private struct WrongTypeError: Error {}

/// One run of ``checkAggregator(updates:shape:seeds:make:)``.
private struct AggregatorChecker<A: Aggregator> {
    let updates: [VerifiedUpdate]
    let shape: AggregationShape
    let seeds: Range<UInt64>
    let make: () throws -> A
    /// All updates in the given order.
    let expected: Aggregate
    var violations: [LawViolation] = []

    init(
        updates: [VerifiedUpdate],
        shape: AggregationShape,
        seeds: Range<UInt64>,
        make: @escaping () throws -> A
    ) throws {
        self.updates = updates
        self.shape = shape
        self.seeds = seeds
        self.make = make
        expected = try Self.fold(updates, into: make()).report()
    }

    mutating func run() throws -> [LawViolation] {
        guard updates.count >= 2 else { return [LawViolation("make", "the laws need at least 2 updates")] }
        try checkEmpty()
        try checkOrders()
        try checkMerges()
        try checkOverlaps()
        try checkRejections()
        return violations
    }

    private mutating func checkEmpty() throws {
        let empty = try make()
        if empty.canReport { note("empty", "an aggregator without updates says it can report") }
        expectRefusal("empty", "the report of an aggregator without updates") { _ = try empty.report() }
        if try !Self.fold(updates, into: make()).canReport { note("empty", "a full aggregator says it cannot report") }
    }

    private mutating func checkOrders() throws {
        for seed in seeds {
            var order = updates
            var stream = RandomStream(seed: seed, purpose: .network)
            stream.shuffle(&order)
            expectSame(try Self.fold(order, into: make()), "order-free", "the order of seed \(seed)")
        }
        expectSame(try Self.fold(updates.reversed(), into: make()), "order-free", "the reversed order")
    }

    private mutating func checkMerges() throws {
        for cut in 0...updates.count {
            let left = try Self.fold(updates[..<cut], into: make())
            let right = try Self.fold(updates[cut...], into: make())
            var joined = left
            try joined.merge(right)
            expectSame(joined, "merge is accumulate", "updates split at \(cut)")
            joined = right
            try joined.merge(left)
            expectSame(joined, "merge is accumulate", "updates split at \(cut), the later ones first")
        }
        for seed in seeds {
            var stream = RandomStream(seed: seed, round: 1, purpose: .network)
            var parts = try (0..<3).map { _ in try make() }
            for update in updates { try parts[Int(stream.next(below: 3))].accumulate(update) }
            stream.shuffle(&parts)
            try parts[1].merge(parts[2])
            try parts[0].merge(parts[1])
            expectSame(parts[0], "merge is accumulate", "three parts of seed \(seed)")
        }
    }

    private mutating func checkOverlaps() throws {
        for update in updates {
            var whole = try Self.fold(updates, into: make())
            expectRefusal("once", "the second of two updates under one assignment") { try whole.accumulate(update) }
            let part = try Self.fold([update], into: make())
            expectRefusal("once", "a merge with a part that holds the same assignment") { try whole.merge(part) }
            expectSame(whole, "a rejected update leaves no trace", "a duplicate, accumulated and merged")
        }
        var extra = updates[0]
        let id = extra.assignment
        extra.assignment = AssignmentID(round: id.round, attempt: id.attempt, client: id.client, fence: .max)
        var whole = try Self.fold(updates, into: make())
        expectRefusal("bounded", "an update more than the cohort") { try whole.accumulate(extra) }
        let part = try Self.fold([extra], into: make())
        expectRefusal("bounded", "a merge to more than the cohort") { try whole.merge(part) }
        expectSame(whole, "a rejected update leaves no trace", "more updates than the cohort")
    }

    /// Each bad update comes before its good one, so a refusal that kept the assignment shows as well.
    private mutating func checkRejections() throws {
        for position in Set([0, updates.count / 2, updates.count - 1]).sorted() {
            for corruption in UpdateCorruption.all(of: updates[position], shape: shape) {
                var aggregator = try Self.fold(updates[..<position], into: make())
                let couldReport = aggregator.canReport
                var wasRefused = false
                do { try aggregator.accumulate(corruption.update) } catch { wasRefused = true }
                guard wasRefused else {
                    note("refusal", "an update with \(corruption.name) was taken in")
                    continue
                }
                if aggregator.canReport != couldReport {
                    note("a rejected update leaves no trace", "\(corruption.name) changed whether it can report")
                }
                do {
                    aggregator = try Self.fold(updates[position...], into: aggregator)
                } catch {
                    note(
                        "a rejected update leaves no trace",
                        "after \(corruption.name) a good one was refused: \(error)"
                    )
                    continue
                }
                expectSame(aggregator, "a rejected update leaves no trace", corruption.name)
            }
        }
    }

    private static func fold(_ updates: some Sequence<VerifiedUpdate>, into aggregator: A) throws -> A {
        var aggregator = aggregator
        for update in updates { try aggregator.accumulate(update) }
        return aggregator
    }

    private mutating func expectSame(_ aggregator: A, _ law: String, _ detail: String) {
        do {
            let got = try aggregator.report()
            let isSame =
                got.delta.map(\.bitPattern) == expected.delta.map(\.bitPattern)
                && got.updateCount == expected.updateCount && got.totalWeight == expected.totalWeight
            if !isSame { note(law, "another report after \(detail)") }
        } catch {
            note(law, "no report after \(detail): \(error)")
        }
    }

    private mutating func expectRefusal(_ law: String, _ detail: String, _ body: () throws -> Void) {
        do {
            try body()
            note(law, "\(detail) was not refused")
        } catch {}
    }

    private mutating func note(_ law: String, _ detail: String) {
        violations.append(LawViolation(law, detail))
    }
}
