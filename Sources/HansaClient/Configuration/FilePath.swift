import HansaNumerics

/// Paths as the configuration writes them.
enum FilePath {
    /// The folder of a file: what stands before its last slash, `.` where there is none.
    static func folder(of path: String) -> String {
        let bytes = path.bytes
        guard let slash = bytes.lastIndex(of: 0x2F) else { return "." }
        return slash == 0 ? "/" : String(bytes: Array(bytes[..<slash]))
    }

    /// An absolute path as it is, a relative one in the folder.
    static func resolve(_ path: String, in folder: String) -> String {
        if path.bytes.first == 0x2F || folder.isSame(as: ".") { return path }
        return folder.bytes.last == 0x2F ? PlainText("\(folder)\(path)").string : PlainText("\(folder)/\(path)").string
    }
}
