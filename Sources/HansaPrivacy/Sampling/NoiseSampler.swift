/// Draws of one law of integer noise, exact: no floating point decides any bit.
public struct NoiseSampler {
    public let mechanism: NoiseMechanism
}
