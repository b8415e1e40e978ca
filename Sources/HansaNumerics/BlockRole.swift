/// What a parameter block is for, which decides how strategies may aggregate it.
public enum BlockRole: Hashable, Sendable {
    /// Shared by every client and averaged as a whole.
    case dense
    /// The gate of a mixture-of-experts layer.
    case router(layer: Int)
    /// One expert of one mixture-of-experts layer, both counted from 0.
    case expert(layer: Int, index: Int)
    /// Never leaves the client, such as a personal head.
    case local
}
