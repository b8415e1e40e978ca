/// A stream of random words from one key: the only source that noise is drawn from.
///
/// A key is used once: it is made for one payload of one attempt of one client, see `NoiseKey` of HansaCore.
public struct NoiseStream: ~Copyable {
    public static let keyByteCount = 32
}
