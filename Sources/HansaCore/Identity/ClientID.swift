/// A client's number in the run's roster, from 0.
///
/// The roster maps it to the name in the client's certificate; selection, random streams and participation records use
/// the number, so that a million clients are a range and not a million strings.
public struct ClientID: Hashable, Comparable, Sendable {
    public let number: UInt32

    public init(_ number: UInt32) { self.number = number }

    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
