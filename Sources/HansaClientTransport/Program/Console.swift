import CPosix
import HansaNumerics

/// What a person sees on standard error, and a program, with `--json`, on standard output: one line each.
public struct Console: Sendable {
    private let writesJSON: Bool

    public init(writesJSON: Bool) { self.writesJSON = writesJSON }

    /// A line for people.
    func say(_ text: PlainText) { Self.write("hansa-client: \(text)\n", to: 2) }

    /// A line for programs.
    func report(_ event: JSONObject) {
        guard writesJSON else { return }
        Self.write("\(event.line)\n", to: 1)
    }

    /// Text for standard output whether or not there is JSON: what the user asked to see.
    static func show(_ text: PlainText) { write(text, to: 1) }

    private static func write(_ text: PlainText, to descriptor: Int32) {
        // Nobody may be listening; the client's work does not depend on it.
        _ = text.bytes.withUnsafeBytes { hansa_write_all(descriptor, $0.baseAddress, $0.count) }
    }
}
