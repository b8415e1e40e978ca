import Foundation

/// What standard error can show.
public struct Terminal: Sendable {
    /// Whether lines can be redrawn.
    public let isInteractive: Bool

    public init() {
        let kind = ProcessInfo.processInfo.environment["TERM"] ?? "dumb"
        isInteractive = isatty(STDERR_FILENO) == 1 && kind != "dumb"
    }

    /// The columns of the window, 80 where it does not say.
    public var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes text to standard error, all of it or nothing that can be helped.
    public func write(_ text: String) {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes { source in
                Glibc.write(STDERR_FILENO, source.baseAddress.map { $0 + start }, bytes.count - start)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            start += count
        }
    }

    /// A bar of `width` places, filled to a share from 0 to 1 in eighths of a place.
    public static func bar(_ share: Double, width: Int) -> String {
        let eighths = Int((min(1, max(0, share.isFinite ? share : 0)) * Double(width * 8)).rounded())
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        let full = eighths / 8
        let text = String(repeating: "█", count: full) + parts[eighths % 8]
        return text + String(repeating: " ", count: max(0, width - text.count))
    }
}
