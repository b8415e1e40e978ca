public import HansaPrivacy

/// Something that turns one of two neighbouring inputs into what adversaries see, as often as an audit wants.
public protocol AuditedRelease: Sendable {
    /// Who sees what: one entry for each adversary.
    var views: [AuditView] { get }
    /// Releases one input anew; what each adversary's statistics then are, in the order of ``views``.
    ///
    /// A trial's number tells nothing but one trial from another.
    func statistics(isPlus: Bool, trial: UInt32) throws(AuditError) -> [[Int64]]
}

/// One adversary of a release, and what the plan claims against it.
public struct AuditView: Hashable, Sendable {
    public let adversary: String
    public let event: PrivacyEvent

    public init(adversary: String, event: PrivacyEvent) {
        self.adversary = adversary
        self.event = event
    }
}

/// The statistics of a vector of integers that audits look at.
public enum AuditStatistic {
    /// For people, in the order of ``values(of:byteCount:)``.
    public static let names = ["first coordinate", "message length", "first less second coordinate"]

    /// The first coordinate, which alone differs between the inputs and is all that independent noise leaves; how long the
    /// message is; and the first coordinate less the second, which tells where two have the same noise.
    public static func values(of integers: some RandomAccessCollection<Int64>, byteCount: Int) -> [Int64] {
        var values = [integers.first ?? 0, Int64(byteCount)]
        if let second = integers.dropFirst().first { values.append(values[0] - second) }
        return values
    }
}
