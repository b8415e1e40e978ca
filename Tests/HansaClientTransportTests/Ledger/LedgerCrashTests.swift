import Foundation
import HansaClient
import HansaCore
import HansaPrivacy
import Testing

@testable import HansaClientTransport

/// A device that dies at every durable write around an update, its state taken as it is on disk at that moment.
@Suite("A device that dies at any moment")
struct LedgerCrashTests {
    /// What a power cut leaves: a folder, and what must be known of it afterwards.
    struct Moment {
        let name: String
        let path: String
        /// How many updates became durable, each at ε = 0.5.
        let chargedCount: Int
        /// The rounds that are not answered.
        let waiting: [UInt32]
    }

    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Three rounds, stopped at every step of each.
    private func moments() throws -> [Moment] {
        let path = folder.path + "/state"
        var moments: [Moment] = []
        func take(_ name: String, charged: Int, waiting: [UInt32], _ change: (String) throws -> Void = { _ in }) throws
        {
            let copy = folder.path + "/\(moments.count)"
            try LedgerWork.copy(path, to: copy)
            try change(copy)
            moments.append(Moment(name: name, path: copy, chargedCount: charged, waiting: waiting))
        }
        func put(_ bytes: some Sequence<UInt8>, _ file: String) throws {
            try Data(bytes).write(to: URL(filePath: file))
        }
        do {
            var state = try StateFolder(path: path)
            _ = try state.begin(LedgerWork.run)
        }
        for round: UInt32 in 1...3 {
            let record = try LedgerWork.record(round, payload: [7, UInt8(round)])
            let file = "/outbox/\(round)-0-3-0.rec"
            let done = Int(round) - 1
            try take("before \(round)", charged: done, waiting: [])
            for count in [0, 1, record.bytes.count - 1] {
                try take("draft \(round)", charged: done, waiting: []) { copy in
                    try put(record.bytes.prefix(count), copy + file + ".tmp")
                }
            }
            try take("record \(round)", charged: done + 1, waiting: [round]) { try put(record.bytes, $0 + file) }
            let ledger = try folder.bytes(of: "state/ledger")
            do {
                var state = try StateFolder(path: path)
                try state.write(record)
            }
            let charged = try folder.bytes(of: "state/ledger")
            for count in stride(from: ledger.count, to: charged.count, by: 37) {
                try take("torn line \(round)", charged: done + 1, waiting: [round]) { copy in
                    try put(charged.prefix(count), copy + "/ledger")
                }
            }
            try take("charged \(round)", charged: done + 1, waiting: [round])
            let journal = try? folder.bytes(of: "state/journal")
            do {
                var state = try StateFolder(path: path)
                try state.settle(LedgerWork.entry(record))
            }
            let answered = try folder.bytes(of: "state/journal")
            for count in stride(from: journal?.count ?? 0, through: answered.count, by: 29) + [answered.count] {
                try take("answer \(round)", charged: done + 1, waiting: [round]) { copy in
                    try put(record.bytes, copy + file)
                    try put(answered.prefix(count), copy + "/journal")
                }
            }
            try take("settled \(round)", charged: done + 1, waiting: [])
        }
        return moments
    }

    @Test("has spent the same when it is back, however often")
    func spending() throws {
        for moment in try moments() {
            for _ in 0..<2 {
                let spending = try LedgerWork.totals(of: moment.path).spending
                #expect(spending.noised.pureEpsilon == 0.5 * Double(moment.chargedCount), "\(moment.name)")
                #expect(spending.isBounded, "\(moment.name)")
            }
            #expect(try LedgerReport(folder: moment.path, policy: .standard).isIntact, "\(moment.name)")
        }
    }

    @Test("sends the bytes that it recorded, and asks for no work before they are answered")
    func sameBytes() throws {
        for moment in try moments() {
            var state = try StateFolder(path: moment.path)
            #expect(try state.begin(LedgerWork.run) == 0)
            let records = try state.records()
            #expect(records.damagedCount == 0)
            #expect(records.records.map { $0.assignment.round } == moment.waiting, "\(moment.name)")
            let before = state.ledger.totals.spending
            var agent = ClientAgent(spending: before, words: SystemWords())
            for round in moment.waiting {
                guard case .send(let record)? = agent.handle(.started(outbox: records.records)).first else {
                    Issue.record("\(moment.name): not sent")
                    return
                }
                #expect(record == (try LedgerWork.record(round, payload: [7, UInt8(round)])))
            }
            // Sending again costs nothing.
            #expect(agent.spending == before)
        }
    }
}
