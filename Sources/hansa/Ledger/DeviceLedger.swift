import Foundation
import HansaClient
import HansaCore
import HansaPrivacy
import HansaSimulation

/// A device's own privacy ledger, as `hansa-client ledger --json` printed it: its chain is computed again from its lines,
/// and nothing else of it is believed.
struct DeviceLedger {
    /// What an update is charged under.
    struct Key: Hashable {
        let assignment: AssignmentID
        let payload: SHA256Digest
    }

    /// Two files of 16 MiB in hexadecimal digits, and what is written beside them.
    private static let byteCountMax = 256 << 20
    private static let lineByteCountMax = 1 << 16

    /// The charges of the run that is looked at.
    private(set) var charges: [Key: PrivacyCharge] = [:]
    private(set) var sums = DeviceLedgerSums()
    /// Updates that stand only in the sums of older files.
    private(set) var summedCount: UInt64 = 0
    /// What is wrong with it, in words; nil where every line follows from the one before.
    private(set) var damage: String?

    private let run: RunID?
    private var chain: [UInt8] = []
    private var chargedRun: RunID?
    private var lineCount = 0
    private var isEnded = false

    /// Updates of which this ledger cannot say what they were.
    var untoldCount: UInt64 {
        let (sum, overflows) = summedCount.addingReportingOverflow(sums.spending.unknownCount)
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
            guard let line = try? JSONDecoder().decode(DeviceLedgerLine.self, from: line) else {
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
    private mutating func follow(_ line: DeviceLedgerLine) -> String? {
        guard !isEnded else { return "got a line behind the sums" }
        guard line.event != "ledger" else {
            isEnded = true
            guard let words = line.chain, words == "intact" else { return line.chain ?? "got no word on the chain" }
            return line.states(sums) ? nil : "got sums that are not those of the lines"
        }
        guard let bytes = line.entry.flatMap(Self.bytes), let link = line.chain.flatMap(Self.bytes),
            let entry = DeviceLedgerEntry(bytes)
        else { return "got no entry of a ledger with its chain; an older hansa-client does not print them" }
        if case .began(let before, let sums, let run) = entry {
            guard chain.isEmpty || chain == before && self.sums == sums else { return "got a file that does not go on" }
            if chain.isEmpty { summedCount = sums.updateCount }
            (chain, chargedRun, self.sums) = (before, run, sums)
        }
        guard !chain.isEmpty, SHA256Digest(hashing: chain + bytes).bytes == link else {
            return "got an entry that its chain does not follow from"
        }
        chain = link
        switch entry {
        case .run(let next): chargedRun = next
        case .charged(let id, let payload, let charge):
            sums.add(charge)
            if chargedRun == run { charges[Key(assignment: id, payload: payload)] = charge }
        case .unknown(let count): sums.addUnknown(count)
        case .began, .other: break
        }
        return nil
    }

    private static func bytes(_ digits: String) -> [UInt8]? {
        let digits = Array(digits.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
