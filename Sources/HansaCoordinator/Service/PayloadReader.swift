import Foundation
import HansaCore
import HansaNumerics

/// Reads finished payloads out of a spool and checks their integers, several at once and off the service's thread.
///
/// The room is a count of bytes, whatever the number of clients: a payload that finds none waits, and each keeps its room
/// until its update is answered. The service owns one and calls it from its thread only.
struct PayloadReader {
    /// What a payload is checked against.
    struct Question: Sendable {
        let report: UpdateReport
        let plan: RoundPlan
        let planDigest: SHA256Digest
        let schema: ParameterSchema
    }

    /// A payload, and whether it is on the plan's lattice; nil where the spool has it no more.
    typealias Answer = (payload: SpooledPayload, isOnLattice: Bool)?

    /// The most payload bytes in memory at once; a single larger payload goes alone.
    static let byteCountMax = 128 << 20
    /// Payloads up to this size are not worth another thread.
    static let inlineByteCountMax = 256 << 10

    private let spool: any UploadSpool
    private let queue = OperationQueue()
    private var byteCount = 0
    private var waiting: [(byteCount: Int, turn: CheckedContinuation<Void, Never>)] = []

    init(spool: any UploadSpool) {
        self.spool = spool
        queue.name = "hansa-payloads"
        queue.maxConcurrentOperationCount = max(2, ProcessInfo.processInfo.activeProcessorCount)
    }

    /// Takes room for a payload if there is some and nobody waits for it.
    mutating func admits(_ size: Int) -> Bool {
        guard waiting.isEmpty, hasRoom(for: size) else { return false }
        byteCount += size
        return true
    }

    /// Waits for room, which is the caller's when its turn comes.
    mutating func wait(_ size: Int, for turn: CheckedContinuation<Void, Never>) { waiting.append((size, turn)) }

    /// Gives room back; those who wait go on in their order.
    mutating func release(_ size: Int) {
        byteCount -= size
        while let next = waiting.first, hasRoom(for: next.byteCount) {
            byteCount += next.byteCount
            waiting.removeFirst().turn.resume()
        }
    }

    /// Lets everybody go on, who then find the service closed.
    mutating func releaseAll() {
        for next in waiting {
            byteCount += next.byteCount
            next.turn.resume()
        }
        waiting.removeAll()
    }

    /// The work itself, which touches no state and may run anywhere; nil where the spool fails or has it no more.
    func read(_ question: Question) async -> Answer {
        let work = { @Sendable [spool] in Self.read(question, from: spool) }
        guard question.plan.updateByteCount(schema: question.schema) > Self.inlineByteCountMax else { return work() }
        return await withCheckedContinuation { continuation in
            queue.addOperation { continuation.resume(returning: work()) }
        }
    }

    private static func read(_ question: Question, from spool: any UploadSpool) -> Answer {
        do throws(StoreError) {
            let report = question.report
            guard let payload = try spool.take(report.assignment, digest: report.payloadDigest) else { return nil }
            let isOnLattice = UpdatePipeline.isOnLattice(
                payload.bytes,
                plan: question.plan,
                schema: question.schema,
                expertLoads: report.expertLoads
            )
            return (payload, isOnLattice)
        } catch {
            return nil
        }
    }

    private func hasRoom(for size: Int) -> Bool { byteCount == 0 || size <= Self.byteCountMax - byteCount }
}
