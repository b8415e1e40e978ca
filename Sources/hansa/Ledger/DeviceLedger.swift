import Foundation
import HansaClient
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaSimulation

/// A device's own privacy ledger, as `hansa-client ledger --json` printed it: its chain is computed again from its lines,
/// and nothing else of it is believed.
struct DeviceLedger {
    /// Two files of 16 MiB in hexadecimal digits, and what is written beside them.
    private static let byteCountMax = 256 << 20
    private static let lineByteCountMax = 1 << 16

    /// The charges of the run that is looked at.
    private(set) var charges: [UploadName: PrivacyCharge] = [:]
    /// Updates that stand only in the sums of older files.
    private(set) var summedCount: UInt64 = 0
    /// What is wrong with it, in words; nil where every line follows from the one before.
    private(set) var damage: String?

    /// What the lines come to.
    var totals: DeviceLedgerTotals { chain.totals }

    private let run: RunID?
    private var chain = DeviceLedgerChain()
    private var hasBegun = false
    private var lineCount = 0
    private var isEnded = false

    /// Updates of which this ledger cannot say what they were.
    var untoldCount: UInt64 {
        let (sum, overflows) = summedCount.addingReportingOverflow(totals.spending.unknownCount)
        return overflows ? .max : sum
    }

    /// Reads a file; `run` is the one whose charges are kept.
    init(file: String, run: RunID?) throws(CommandFailure) {
        self.run = run
        try LineFile.read(
            file,
            expected: "what `hansa-client ledger --json` printed",
            byteCountMax: Self.byteCountMax,
            lineByteCountMax: Self.lineByteCountMax
        ) { line throws(CommandFailure) in
            lineCount += 1
            guard damage == nil else { return }
            guard let line = try? JSONDecoder().decode(DeviceLedgerRow.self, from: line) else {
                throw CommandFailure(
                    .data,
                    "\(file), line \(lineCount): got something that cannot be read, expected a line that `hansa-client "
                        + "ledger --json` printed."
                )
            }
            damage = follow(line).map { "line \(lineCount): \($0)" }
        }
        if damage == nil, !isEnded {
            throw CommandFailure(
                .data,
                "\(file): got no sums of a device's ledger in the last line, expected all that `hansa-client ledger "
                    + "--json` printed."
            )
        }
    }

    /// Takes a line in; what is wrong with it, or nil.
    private mutating func follow(_ line: DeviceLedgerRow) -> String? {
        guard !isEnded else { return "got a line behind the sums" }
        guard line.event != "ledger" else {
            isEnded = true
            guard let words = line.chain, words == "intact" else { return line.chain ?? "got no word on the chain" }
            return line.states(totals) ? nil : "got sums that are not those of the lines"
        }
        guard let bytes = line.entry.flatMap({ DeviceLedgerLine.hexadecimal($0.bytes) }),
            let link = line.chain.flatMap({ DeviceLedgerLine.hexadecimal($0.bytes) }),
            let entry = DeviceLedgerEntry(bytes)
        else { return "got no entry of a ledger with its chain; an older hansa-client does not print them" }
        if case .began(let before, let sums) = entry {
            let goesOn = before == chain.value && sums.isContinuation(of: totals)
            guard !hasBegun || goesOn else { return "got a file that does not go on" }
            if !hasBegun { summedCount = sums.updateCount }
            hasBegun = true
        }
        guard hasBegun, chain.follow(bytes, link: link) != nil else {
            return "got an entry that its chain does not follow from"
        }
        if case .charged(let charge) = entry, totals.run == run {
            charges[UploadName(assignment: charge.assignment, digest: charge.payloadDigest)] = charge.charge
        }
        return nil
    }
}
