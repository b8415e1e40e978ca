import CPosix

/// What a person sees on standard error, and a program, with `--json`, on standard output: one line each.
public struct Console: Sendable {
    private let writesJSON: Bool

    public init(writesJSON: Bool) { self.writesJSON = writesJSON }

    /// A line for people.
    func say(_ text: String) { Self.write("hansa-client: " + text + "\n", to: 2) }

    /// A line for programs.
    func report(_ event: JSONObject) {
        guard writesJSON else { return }
        Self.write(event.text + "\n", to: 1)
    }

    /// Text for standard output whether or not there is JSON: what the user asked to see.
    static func show(_ text: String) { write(text, to: 1) }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        // Nobody may be listening; the client's work does not depend on it.
        _ = bytes.withUnsafeBytes { hansa_write_all(descriptor, $0.baseAddress, $0.count) }
    }
}
