// Stands in for the samplers until they are pushed; whoever pushes them deletes this file.
extension NoiseStream {
    public init(key: [UInt8]) throws(PrivacyError) { throw .noRandomness }
    public static func systemKey() throws(PrivacyError) -> [UInt8] { throw .noRandomness }
}
extension NoiseSampler {
    public init(_ mechanism: NoiseMechanism) throws(PrivacyError) { self.mechanism = mechanism }
    public func fill(_ values: UnsafeMutableBufferPointer<Int32>, from stream: inout NoiseStream) throws(PrivacyError) {
        throw .noRandomness
    }
}
