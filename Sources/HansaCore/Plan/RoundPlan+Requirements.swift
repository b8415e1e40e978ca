import HansaNumerics

extension RoundPlan {
    /// What a client must have said of itself to be given the plan with these canonical bytes; nil for what is none.
    ///
    /// The coordinator asks for every assignment that it hands out, so the plan is not read for it.
    public static func requirements(ofCanonicalBytes bytes: [UInt8]) -> (format: UInt8, capabilities: Capabilities)? {
        guard let format = bytes.first, bytes.count > 8 else { return nil }
        // The required capabilities stand at the end in every format.
        var value: UInt64 = 0
        for byte in bytes.suffix(8).reversed() { value = value << 8 | UInt64(byte) }
        return (format, Capabilities(rawValue: value))
    }
}
