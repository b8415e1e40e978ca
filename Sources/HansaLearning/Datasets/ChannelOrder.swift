/// How the channels of a stored image lie.
public enum ChannelOrder: String, CaseIterable, Sendable {
    /// Channel × height × width: one plane a channel, as models see images.
    case first
    /// Height × width × channel: a pixel's channels side by side, as picture files and NumPy mostly have them.
    case last
}
