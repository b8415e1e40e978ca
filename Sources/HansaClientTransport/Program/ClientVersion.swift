/// The version of the client's program.
public enum ClientVersion {
    public static let current = "0.1.0"
    /// What the client says of itself in Hello.
    static let build = "hansa-client " + current
}
