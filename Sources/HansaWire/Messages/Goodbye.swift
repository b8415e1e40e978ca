/// An orderly end; the coordinator says when to come back: `milliseconds` ± `jitterMilliseconds`.
public struct Goodbye: Hashable, Sendable {
    public var milliseconds: UInt32
    public var jitterMilliseconds: UInt32

    public init(milliseconds: UInt32 = 0, jitterMilliseconds: UInt32 = 0) {
        self.milliseconds = milliseconds
        self.jitterMilliseconds = jitterMilliseconds
    }
}
