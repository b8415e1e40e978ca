/// How simulated clients and the coordinator exchange requests and answers.
public enum SimulatedTransport: Hashable, Sendable {
    /// As values.
    case inProcess
    /// As the bytes that a deployment sends, through both sides' real codecs and sessions.
    case framed(FramedSettings = FramedSettings())
}
