import CPosix

/// What the operating system refused, by its number.
public struct SystemError: Error, Equatable, Sendable {
    /// The negative errno.
    public let number: Int32

    init(_ number: Int32) { self.number = number }

    /// A file above its limit.
    static var tooLarge: SystemError { SystemError(hansa_error_too_large()) }
    /// A file or folder that is not there.
    static var noSuchFile: SystemError { SystemError(hansa_error_no_such_file()) }
    /// A lock that another process holds.
    static var wouldBlock: SystemError { SystemError(hansa_error_would_block()) }

    /// The system's words.
    public var words: String {
        guard let words = hansa_error_text(number) else { return "unknown error" }
        return String(cString: words)
    }
}
