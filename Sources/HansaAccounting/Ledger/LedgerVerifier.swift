import Foundation
import HansaCore

/// A reader of a ledger that believes nothing: each line is made again from what it says was released and the lines
/// before it, and compared byte by byte.
///
/// `hansa ledger verify` feeds it a file, a coordinator its own rows when it opens a run. What a line says was released
/// is covered by the chain: whoever changes it must change every later line, up to the seal, whose digest an auditor
/// keeps apart. The seal is no signature.
public struct LedgerVerifier: Sendable {
    /// The state after the lines so far; nil before the header.
    public private(set) var state: LedgerState?
    /// Whether the seal was read; nothing may follow.
    public private(set) var isSealed = false
    /// The publications so far, in order: one for each role.
    public private(set) var publications: [LedgerPublication] = []
    /// How many lines record that another process went on.
    public private(set) var restartCount = 0
    private var lineCount = 0

    public init() {}

    /// Takes in the next line, without its end.
    public mutating func read(_ bytes: [UInt8]) throws(LedgerError) {
        lineCount += 1
        guard !isSealed else { throw broken("nothing follows the seal") }
        let fields: LedgerFields
        do {
            fields = try JSONDecoder().decode(LedgerFields.self, from: Data(bytes))
        } catch {
            throw broken("it is not a ledger's line in JSON")
        }
        let expected = try expectedLine(fields)
        guard expected.bytes == bytes else { throw broken(Self.difference(bytes, expected.bytes)) }
    }

    /// Checks a whole file: lines that each end with a newline, the seal last.
    public static func verify(file bytes: some Collection<UInt8>) throws(LedgerError) -> Self {
        var verifier = Self()
        var line: [UInt8] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                try verifier.read(line)
                line.removeAll(keepingCapacity: true)
            } else {
                line.append(byte)
            }
        }
        guard line.isEmpty else {
            verifier.lineCount += 1
            throw verifier.broken("it does not end with a newline, so something is cut off")
        }
        guard verifier.isSealed else {
            verifier.lineCount += 1
            throw verifier.broken("expected a seal; without one nobody knows whether lines are cut off")
        }
        return verifier
    }

    private mutating func expectedLine(_ fields: LedgerFields) throws(LedgerError) -> LedgerLine {
        guard var state else {
            guard let terms = fields.terms else { throw broken("expected a header") }
            var fresh = LedgerState(terms: terms)
            let line = fresh.header()
            state = fresh
            return line
        }
        // The state is one value of many parts: it is changed in its place, or each line would copy them.
        self.state = nil
        defer { self.state = state }
        switch fields.kind {
        case "restart":
            restartCount += 1
            return state.restart()
        case "seal":
            isSealed = true
            return state.seal()
        default:
            guard let release = fields.release else { throw broken("it is not in the form of a \(fields.kind) line") }
            try check(release, clientCount: state.terms.clientCount)
            do throws(LedgerError) {
                return try state.release(release)
            } catch {
                throw broken("the accountant refuses what it says was released")
            }
        }
    }

    /// Refuses what no run can have done: clients that it does not have, versions out of order.
    private mutating func check(_ release: LedgerRelease, clientCount: UInt32) throws(LedgerError) {
        switch release.content {
        case .received(let client, _, _, _):
            guard client.number < clientCount else { throw broken("client \(client.number) of \(clientCount)") }
        case .published(let version, let clients):
            guard clients.allSatisfy({ $0.number < clientCount }),
                zip(clients, clients.dropFirst()).allSatisfy({ $0.number < $1.number })
            else { throw broken("its clients are not ascending numbers below \(clientCount)") }
            let last = publications.last
            // Each role has a line of the same publication.
            let isSame = last?.version == version && last?.round == release.round && last?.attempt == release.attempt
            let isNext = version >= 1 && (last.map { $0.version < version && version - $0.version == 1 } ?? true)
            guard isSame || isNext else { throw broken("version \(version) after version \(last?.version ?? 0)") }
            publications.append(
                LedgerPublication(
                    round: release.round,
                    attempt: release.attempt,
                    version: version,
                    placement: release.placement,
                    clients: clients
                )
            )
        }
    }

    private func broken(_ reason: String) -> LedgerError { .broken(line: lineCount, reason: reason) }

    /// Where two lines part, in words.
    private static func difference(_ got: [UInt8], _ expected: [UInt8]) -> String {
        let place = zip(got, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        let start = max(0, (place ?? min(got.count, expected.count)) - 24)
        func excerpt(_ bytes: [UInt8]) -> String {
            String(decoding: bytes[min(start, bytes.count)..<min(start + 72, bytes.count)], as: UTF8.self)
        }
        return "got …\(excerpt(got))…, expected …\(excerpt(expected))…"
    }
}
