@testable import HansaPrivacy

/// `count` draws from the stream of a key that is `key` in every byte.
func draws(_ sampler: NoiseSampler, _ count: Int, key: UInt8) throws -> [Int32] {
    var stream = try NoiseStream(key: [UInt8](repeating: key, count: NoiseStream.keyByteCount))
    return try draws(sampler, count, from: &stream)
}

func draws(_ sampler: NoiseSampler, _ count: Int, from stream: inout NoiseStream) throws -> [Int32] {
    let buffer = UnsafeMutableBufferPointer<Int32>.allocate(capacity: count)
    defer { buffer.deallocate() }
    buffer.initialize(repeating: .min)
    try sampler.fill(buffer, from: &stream)
    return Array(buffer)
}
