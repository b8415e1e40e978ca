import HansaClient
import HansaCore
import HansaNumerics
import HansaWire

/// What a client's loop tells of its progress.
struct ClientReporter: Sendable {
    let console: Console

    func connected(_ welcome: Welcome) {
        console.say("connected as client \(welcome.client.number) of run \(welcome.run.hexadecimal)")
        var event = JSONObject(event: "connected")
        event.add("run", welcome.run.hexadecimal)
        event.add("client", welcome.client.number)
        console.report(event)
    }

    func resumed(recordCount: Int, damagedCount: Int, otherRunCount: Int) {
        if recordCount > 0 { console.say("\(recordCount) durable but unanswered update(s) will be sent first") }
        if damagedCount > 0 { console.say("\(damagedCount) damaged record(s) moved to aside/; they are not sent") }
        if otherRunCount > 0 { console.say("\(otherRunCount) record(s) of another run moved to aside/") }
        var event = JSONObject(event: "outbox")
        event.add("records", UInt64(clamping: recordCount))
        event.add("damaged", UInt64(clamping: damagedCount))
        event.add("other_run", UInt64(clamping: otherRunCount))
        console.report(event)
    }

    func disconnected(_ words: String, try number: UInt32, waitMilliseconds: UInt64) {
        if LoopSettings.isTold(try: number) {
            console.say("\(words); next try in \(waitMilliseconds) ms (try \(number) failed)")
        }
        var event = JSONObject(event: "disconnected")
        event.add("reason", words)
        event.add("wait_ms", waitMilliseconds)
        console.report(event)
    }

    func comesBack(afterMilliseconds wait: UInt64) {
        console.say("the coordinator has nothing to do now; back in \(wait) ms")
        var event = JSONObject(event: "away")
        event.add("wait_ms", wait)
        console.report(event)
    }

    func assigned(_ id: AssignmentID) {
        console.say("round \(id.round): got work")
        console.report(event("assigned", id))
    }

    /// - Parameter failure: why training gave nothing, where the update hides that.
    func trained(_ id: AssignmentID, milliseconds: UInt64, byteCount: Int, failure: String?) {
        console.say("round \(id.round): trained in \(milliseconds) ms, an update of \(byteCount) bytes")
        var event = event("trained", id)
        if let failure {
            console.say("round \(id.round): \(failure). The update is noise alone, so that nobody else learns of it")
            event.add("failure", failure)
        }
        event.add("ms", milliseconds)
        event.add("bytes", UInt64(clamping: byteCount))
        console.report(event)
    }

    func recorded(_ record: OutboxRecord, spent: DeviceSpending, delta: Double) {
        var event = event("recorded", record.assignment)
        if case .release(_, let cost, _) = record.charge {
            let epsilon = EpsilonText.epsilon(DeviceSpending().epsilon(delta: delta, after: cost))
            let total = EpsilonText.epsilon(spent.epsilon(delta: delta))
            let seeded: PlainText = record.charge.isSeeded ? " if its noise were not from a seed: as it is, none" : ""
            console.say(
                "round \(record.assignment.round): costs epsilon \(epsilon)\(seeded), \(total) in all,"
                    + " at delta \(EpsilonText.probability(delta))"
            )
            event.add("epsilon", epsilon.string)
            event.add("epsilon_total", total.string)
        }
        console.report(event)
    }

    /// What the ledger noticed and a person should know.
    func ledgerNote(_ entry: DeviceLedgerEntry) {
        let words = entry.warning
        console.say("privacy ledger: \(words)")
        var event = JSONObject(event: "ledger")
        event.add("note", words.string)
        console.report(event)
    }

    func sending(_ id: AssignmentID) { console.report(event("sending", id)) }

    func withdrew(_ id: AssignmentID, _ reason: RefusalReason, detail: String) {
        console.say("round \(id.round): not done: \(detail)")
        var event = event("withdrew", id)
        event.add("reason", UInt32(reason.rawValue))
        event.add("detail", detail)
        console.report(event)
    }

    func cancelled(_ id: AssignmentID, _ reason: RefusalReason) {
        console.say("round \(id.round): cancelled: \(reason.explanation)")
        var event = event("cancelled", id)
        event.add("reason", UInt32(reason.rawValue))
        console.report(event)
    }

    func answered(_ id: AssignmentID, _ answer: SubmissionAnswer) {
        switch answer {
        case .accepted:
            console.say("round \(id.round): accepted")
            console.report(event("accepted", id))
        case .refused(let reason):
            console.say("round \(id.round): refused: \(reason.explanation)")
            var event = event("refused", id)
            event.add("reason", UInt32(reason.rawValue))
            event.add("detail", reason.explanation)
            console.report(event)
        }
    }

    func trouble(_ words: PlainText) { console.say(words) }

    /// The last line: why the loop ended, frames' bytes by class, and TLS's bytes, frames included.
    func ended(_ outcome: ClientOutcome, sent: ByteCounts, received: ByteCounts, tls: TLSByteCounts) {
        console.say(
            "\(outcome.words); sent \(Self.words(sent)), received \(Self.words(received));"
                + " with TLS \(tls.sent) and \(tls.received) bytes"
        )
        var event = JSONObject(event: "ended")
        event.add("outcome", outcome.words)
        event.add("status", UInt64(clamping: outcome.status.rawValue))
        event.add("sent", Self.object(sent))
        event.add("received", Self.object(received))
        var both = JSONObject()
        both.add("sent", tls.sent)
        both.add("received", tls.received)
        event.add("tls", both)
        console.report(event)
    }

    private func event(_ name: String, _ id: AssignmentID) -> JSONObject {
        var event = JSONObject(event: name)
        event.add("round", id.round)
        event.add("attempt", id.attempt)
        event.add("client", id.client.number)
        event.add("fence", id.fence)
        return event
    }

    private static func words(_ counts: ByteCounts) -> PlainText {
        "\(counts.training) bytes for training, \(counts.liveness) for liveness, \(counts.repeated) repeated"
    }

    private static func object(_ counts: ByteCounts) -> JSONObject {
        var object = JSONObject()
        object.add("training", counts.training)
        object.add("liveness", counts.liveness)
        object.add("repeated", counts.repeated)
        return object
    }
}

extension ClientOutcome {
    /// For people.
    var words: String {
        switch self {
        case .finished: "the run is over"
        case .answeredOnce: "one update was answered"
        case .interrupted: "stopped by a signal"
        case .refused(let reason): PlainText("refused: \(reason.explanation)").string
        case .unreachable: "no coordinator could be reached"
        case .notTrusted: "the certificates do not fit"
        case .otherRun: "the coordinator works on another run now; start the client again"
        case .stateFailed(let words): words
        }
    }
}
