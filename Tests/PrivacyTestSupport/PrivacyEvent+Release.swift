public import HansaPrivacy

extension PrivacyEvent {
    /// A release over `dimension` coordinates, with noise from the system.
    public static func release(
        _ mechanism: NoiseMechanism,
        l1: UInt64 = 0,
        l2Squared: UInt64 = 0,
        dimension: UInt64 = 1
    ) -> PrivacyEvent {
        PrivacyEvent(
            mechanism: mechanism,
            sensitivityL1: l1,
            sensitivityL2Squared: l2Squared,
            dimension: dimension,
            source: .system
        )
    }
}
