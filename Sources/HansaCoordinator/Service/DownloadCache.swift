import HansaCore
import HansaNumerics

/// The bytes that many clients are sent alike, made once: a model's content by its digest, plans by value.
struct DownloadCache {
    private var contents: [SHA256Digest: [UInt8]] = [:]
    private var plans: [RoundPlan: [UInt8]] = [:]

    /// The content of a model; nil where nobody asked for it yet.
    func content(of digest: SHA256Digest) -> [UInt8]? { contents[digest] }

    /// Keeps a model's content for those who ask next.
    mutating func hold(_ content: [UInt8], of digest: SHA256Digest) { contents[digest] = content }

    /// The canonical bytes of a plan.
    mutating func bytes(of plan: RoundPlan) -> [UInt8] {
        if let held = plans[plan] { return held }
        let bytes = plan.canonicalBytes
        plans[plan] = bytes
        return bytes
    }

    /// Forgets the plans of ended rounds and every model but these.
    mutating func keepOnly(_ digests: Set<SHA256Digest>) {
        plans.removeAll()
        contents = contents.filter { digests.contains($0.key) }
    }
}
