/// A call of oneDNN that did not succeed.
public struct DNNLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was asked for.
    public let operation: String
    /// oneDNN's status, for example 1 for too little memory and 3 for what it does not implement.
    public let status: UInt32

    public var description: String { "oneDNN could not \(operation) (status \(status))" }
}
