/// The version of this program.
public enum HansaVersion {
    /// Named in every result, and by `hansa --version`.
    public static let current = "0.1.0"
}
