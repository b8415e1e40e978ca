/// Paths as the configuration writes them.
enum FilePath {
    /// The folder of a file: what stands before its last slash, `.` where there is none.
    static func folder(of path: String) -> String {
        let bytes = Array(path.utf8)
        guard let slash = bytes.lastIndex(of: 0x2F) else { return "." }
        return slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
    }

    /// An absolute path as it is, a relative one in the folder.
    static func resolve(_ path: String, in folder: String) -> String {
        if path.utf8.first == 0x2F || folder == "." { return path }
        return folder.utf8.last == 0x2F ? folder + path : folder + "/" + path
    }
}
