/// Composition of releases by Rényi divergence, order by order.
public struct RenyiAccountant: Sendable {}
