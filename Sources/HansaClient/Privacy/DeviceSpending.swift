public import HansaPrivacy

/// What a device has given away with all its updates so far, whatever run they were for.
///
/// The state folder reads it from the device's ledger, the agent goes on with it, and the policy judges plans after it.
public struct DeviceSpending: Hashable, Sendable {
    /// What the noised updates cost together; seeded noise is counted as if it were noise.
    public var noised = PrivacySpending()
    /// Updates that left, or may have left, without noise that counts.
    public var unboundedCount: UInt64 = 0
    /// Noised updates whose noise came from a seed, and so protects nothing.
    public var seededCount: UInt64 = 0
    /// Noised updates that are protected from readers of the model only, their coordinator being trusted.
    public var trustingCount: UInt64 = 0
    /// Updates of which it is known only that they were, or may have been, sent.
    ///
    /// A record whose charge cannot be read, lines that a restored backup lacks: they count as unbounded.
    public var unknownCount: UInt64 = 0
    /// How often the ledger had moved or was copied since it was used last: perhaps a restored backup, without what was
    /// sent since.
    public var copyCount: UInt64 = 0
    /// Places at which something may be missing from this account.
    public var gapCount: UInt64 {
        let (sum, overflows) = unknownCount.addingReportingOverflow(copyCount)
        return overflows ? .max : sum
    }

    public init() {}

    /// Whether an ε bounds what was sent so far.
    public var isBounded: Bool { unboundedCount == 0 && unknownCount == 0 }

    /// Counts an update.
    public mutating func add(_ charge: PrivacyCharge) {
        // Bounds: each update takes milliseconds at least, so 64 bits are never counted through.
        guard case .release(let event, let cost, let adversary) = charge else { return unboundedCount &+= 1 }
        noised.add(cost)
        if event.source == .seeded { seededCount &+= 1 }
        if adversary == .modelReaders { trustingCount &+= 1 }
    }

    /// ε at a δ of all that was sent, with one more release if given; infinite where nothing bounds it.
    public func epsilon(delta: Double, after cost: PrivacyCost? = nil) -> Double {
        guard isBounded else { return .infinity }
        var sum = noised
        if let cost { sum.add(cost) }
        return sum.epsilon(delta: delta)
    }
}
