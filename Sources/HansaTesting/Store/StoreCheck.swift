import HansaAccounting
import HansaCoordinator
import HansaCore

/// The cases of ``checkCoordinatorStore(make:)`` and what they found.
final class StoreCheck {
    /// All that can be seen of a store through its protocol.
    struct Snapshot: Equatable {
        var recovered: RecoveredRun?
        /// For each update of the script.
        var digests: [SHA256Digest?]
        var payloads: [[UInt8]?]
        var ledger: [LedgerLine]
    }

    let script: StoreScript
    let make: () -> StorePlace
    private(set) var violations: [LawViolation] = []

    init(script: StoreScript, make: @escaping () -> StorePlace) {
        self.script = script
        self.make = make
    }

    // MARK: Laws

    /// After each call, the store and one opened anew show the script's state.
    func checkRoundTrip() {
        let law = "a call is durable when it returns"
        let place = make()
        expect(law, "a fresh place") { () throws(StoreError) in
            try Self.snapshot(try place.open(nil), script) == expected(after: -1)
        }
        for index in script.steps.indices {
            expect(law, script.steps[index].name) { () throws(StoreError) in
                let store = try place.open(nil)
                try script.steps[index].call(store)
                return try Self.snapshot(store, script) == expected(after: index)
            }
            expect(law, "\(script.steps[index].name), opened anew") { () throws(StoreError) in
                try Self.snapshot(try place.open(nil), script) == expected(after: index)
            }
        }
    }

    /// The same bytes are stored once, other bytes under their assignment conflict, at any time after.
    func checkRepeats() {
        let law = "one assignment, one payload"
        let place = make()
        for index in script.steps.indices {
            let name = script.steps[index].name
            expect(law, name) { () throws(StoreError) in
                let store = try place.open(nil)
                try script.steps[index].call(store)
                for (update, payload) in script.updates.prefix(script.steps[index].durableCount) {
                    try store.append([(update, payload), (update, payload)])
                    var other = update
                    other.report.payloadDigest = SHA256Digest(hashing: payload + [1])
                    let error = Self.error { () throws(StoreError) in
                        try store.append([(other, payload + [1])])
                    }
                    guard error == .conflict else { return false }
                }
                return try Self.snapshot(store, script) == expected(after: index)
            }
        }
        expect(law, "a batch that contradicts itself stores nothing") { () throws(StoreError) in
            let place = make()
            let store = try place.open(nil)
            for step in script.steps.prefix(2) { try step.call(store) }
            let (update, payload) = script.updates[0]
            var other = update
            other.report.payloadDigest = SHA256Digest(hashing: payload + [1])
            let error = Self.error { () throws(StoreError) in
                try store.append([(update, payload), (other, payload + [1])])
            }
            let found = try Self.snapshot(store, script)
            return error == .conflict && found == expected(after: 1)
        }
    }

    /// Calls out of order and foreign configurations are refused and change nothing.
    func checkOrder() {
        let place = make()
        for index in -1..<script.steps.count {
            let name = index < 0 ? "a fresh place" : script.steps[index].name
            expect("calls come in order", name) { () throws(StoreError) in
                let store = try place.open(nil)
                if index >= 0 { try script.steps[index].call(store) }
                for other in script.steps.indices where isOutOfOrder(other, after: index) {
                    switch Self.error(of: { () throws(StoreError) in try script.steps[other].call(store) }) {
                    case nil, .outOfOrder: break
                    default: return false
                    }
                    guard try Self.snapshot(store, script) == expected(after: index) else { return false }
                }
                return true
            }
            if index < 0 { continue }
            expect("a foreign configuration is refused", name) { () throws(StoreError) in
                let store = try place.open(nil)
                let foreign = StoreScript.foreignConfiguration
                let errors = [
                    Self.error { () throws(StoreError) in _ = try store.recover(configurationDigest: foreign) },
                    Self.error { () throws(StoreError) in
                        let initial = script.checkpoint(version: 0, round: 0)
                        try store.create(run: StoreScript.run, configurationDigest: foreign, initial: initial)
                    },
                ]
                let refused = errors.allSatisfy { if case .foreignRun = $0 { true } else { false } }
                let found = try Self.snapshot(store, script)
                return refused && found == expected(after: index)
            }
        }
    }

    /// A stop at any durable write leaves the state before or after the call.
    func checkStops() {
        for index in script.steps.indices {
            var moment = 0
            while checkStop(inStep: index, atMoment: moment) { moment += 1 }
        }
    }

    // MARK: Cases

    /// Stops a store at one moment of one call; false if the call has no such moment.
    private func checkStop(inStep index: Int, atMoment moment: Int) -> Bool {
        let law = "a stop leaves the state before or after"
        let name = "\(script.steps[index].name), moment \(moment)"
        let place = make()
        var wasStopped = false
        expect(law, name) { () throws(StoreError) in
            do {
                let store = try place.open(nil)
                for step in script.steps[..<index] { try step.call(store) }
            }
            var countdown: Int?
            do {
                let store = try place.open { (_) throws(StoreError) in
                    guard let left = countdown else { return }
                    countdown = left - 1
                    if left == 0 { throw .crashed }
                }
                countdown = moment
                let error = Self.error { () throws(StoreError) in try script.steps[index].call(store) }
                wasStopped = error == .crashed
                guard wasStopped else { return error == nil && countdown ?? 0 >= 0 }
                let later = Self.error { () throws(StoreError) in
                    _ = try store.recover(configurationDigest: StoreScript.configuration)
                }
                guard later == .crashed else { return false }
            }
            try Self.openUnderStops(place)
            let store = try place.open(nil)
            let found = try Self.snapshot(store, script)
            let isBefore = found == expected(after: index - 1)
            guard isBefore || found == expected(after: index) else { return false }
            for step in script.steps[(isBefore ? index : index + 1)...] { try step.call(store) }
            return try Self.snapshot(store, script) == expected(after: script.steps.count - 1)
        }
        return wasStopped
    }

    /// Opens a place again and again, each time stopped one moment later, until it opens.
    private static func openUnderStops(_ place: StorePlace) throws(StoreError) {
        for moment in 0..<64 {
            var left = moment
            var isOpen = false
            let error = Self.error { () throws(StoreError) in
                _ = try place.open { (_) throws(StoreError) in
                    left -= 1
                    if left < 0, !isOpen { throw .crashed }
                }
                isOpen = true
            }
            guard let error else { return }
            guard error == .crashed else { throw error }
        }
    }

    /// Whether a call has no place after step `index`, so that it must be refused or change nothing.
    private func isOutOfOrder(_ other: Int, after index: Int) -> Bool {
        if other == index + 1 { return false }
        guard index >= 0 else { return true }
        let step = script.steps[other]
        let isCollecting = script.steps[index].after?.progress.map { $0.closing == nil } ?? false
        switch step.kind {
        case .create: return true
        // A later attempt at a round may be opened where an earlier one would be.
        case .open: return other <= index || script.steps[index].after?.progress != nil
        case .collect: return !isCollecting || step.part != script.steps[index].part
        // "X again" may stand where X does, and be left out.
        case .end:
            let rest = script.steps.indices[(index + 1)...]
            guard let next = rest.first(where: { !script.steps[$0].name.hasSuffix("again") }) else { return true }
            return !(index + 1...next).contains(other) && !step.name.hasPrefix(script.steps[next].name)
        }
    }

    // MARK: Means

    /// What must be seen after step `index`; -1 for a fresh place.
    private func expected(after index: Int) -> Snapshot {
        guard index >= 0 else {
            let none = script.updates.map { _ in nil as SHA256Digest? }
            return Snapshot(recovered: nil, digests: none, payloads: none.map { _ in nil }, ledger: [])
        }
        let step = script.steps[index]
        let open = Set((step.after?.progress?.updates ?? []).map(\.report.assignment))
        return Snapshot(
            recovered: step.after,
            digests: script.updates.enumerated().map { number, entry in
                number < step.durableCount ? entry.update.report.payloadDigest : nil
            },
            payloads: script.updates.map { open.contains($0.update.report.assignment) ? $0.payload : nil },
            ledger: Array(script.lines.prefix(step.lineCount))
        )
    }

    private static func snapshot(
        _ store: any CoordinatorStore,
        _ script: StoreScript
    ) throws(StoreError) -> Snapshot {
        var snapshot = Snapshot(
            recovered: try store.recover(configurationDigest: StoreScript.configuration),
            digests: [],
            payloads: [],
            ledger: try store.ledger()
        )
        for (update, _) in script.updates {
            snapshot.digests.append(try store.payloadDigest(of: update.report.assignment))
            do throws(StoreError) {
                snapshot.payloads.append(try store.payload(of: update.report.assignment))
            } catch {
                guard case .missing = error else { throw error }
                snapshot.payloads.append(nil)
            }
        }
        return snapshot
    }

    private static func error(of call: () throws(StoreError) -> Void) -> StoreError? {
        do throws(StoreError) {
            try call()
            return nil
        } catch {
            return error
        }
    }

    private func expect(_ law: String, _ detail: String, _ holds: () throws(StoreError) -> Bool) {
        do throws(StoreError) {
            if try !holds() { violations.append(LawViolation(law, detail)) }
        } catch {
            violations.append(LawViolation(law, "\(detail): \(error)"))
        }
    }
}
