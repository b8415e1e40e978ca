import HansaNumerics

extension ClientConfiguration {
    /// The most letters of a DNS name.
    private static let nameByteCountMax = 253

    /// The sections and keys of the file.
    public static let layout: [FlatFile.Section] = [
        FlatFile.Section("coordinator", keys: ["address", "server-name", "ca"]),
        FlatFile.Section("identity", keys: ["certificate", "key"]),
        FlatFile.Section("state", keys: ["folder"]),
        FlatFile.Section("data", keys: ["features", "labels"]),
        FlatFile.Section("trainer", keys: ["kind", "command", "answer-seconds", "thirty-seconds"]),
        FlatFile.Section("policy", keys: ["file"]),
        FlatFile.Section("retry", keys: ["base-milliseconds", "cap-milliseconds"]),
        FlatFile.Section("reproducible", keys: ["seed"]),
    ]

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: its content.
    ///   - path: where it lies; relative paths in it begin in its folder.
    ///   - overrides: `section.key=value`, in the order of the command line.
    public init(bytes: [UInt8], path: String, overrides: [String] = []) throws(FlatFileError) {
        var file = try FlatFile(bytes: bytes, name: path, layout: Self.layout)
        for assignment in overrides { try file.override(assignment) }
        let folder = FilePath.folder(of: path)
        func filePath(_ section: String, _ key: String, example: String) throws(FlatFileError) -> String {
            FilePath.resolve(try file.required(section, key, example: example).value, in: folder)
        }
        let address = try Self.address(file.required("coordinator", "address", example: "coordinator.example:4443"))
        coordinator = Coordinator(
            host: address.host,
            port: address.port,
            serverName: try Self.serverName(file) ?? address.host,
            authorityFile: try filePath("coordinator", "ca", example: "ca.pem")
        )
        identity = Identity(
            certificateFile: try filePath("identity", "certificate", example: "client.pem"),
            keyFile: try filePath("identity", "key", example: "client.key")
        )
        stateFolder = try filePath("state", "folder", example: "state")
        trainer = try Self.trainer(file, folder: folder)
        policyFile = file.entry("policy", "file").map { FilePath.resolve($0.value, in: folder) }
        retry = try Self.retry(file)
        seed = try file.number("reproducible", "seed", in: 0...UInt64.max)
    }

    private static func trainer(_ file: FlatFile, folder: String) throws(FlatFileError) -> Trainer {
        let kind = file.entry("trainer", "kind")
        let name = kind?.value ?? "exact"
        if name.isSame(as: "exact") {
            try refuseProgram(file, kind: "exact")
            let features = try file.required("data", "features", example: "features.npy").value
            let labels = try file.required("data", "labels", example: "labels.npy").value
            return .exact(
                DataFiles(
                    features: FilePath.resolve(features, in: folder),
                    labels: FilePath.resolve(labels, in: folder)
                )
            )
        }
        if name.isSame(as: "external") {
            let entry = try file.required("trainer", "command", example: "/usr/bin/python3 trainer.py")
            var words = try Self.words(entry)
            // A bare name is looked up in PATH; anything with a folder in it is a path as all others are.
            if words[0].bytes.contains(0x2F) { words[0] = FilePath.resolve(words[0], in: folder) }
            let seconds = try file.number("trainer", "answer-seconds", in: 1...answerSecondsMax)
            return .external(command: words, answerSeconds: seconds ?? answerSecondsDefault)
        }
        if name.isSame(as: "one-hot") {
            try refuseProgram(file, kind: "one-hot")
            return .oneHot
        }
        if name.isSame(as: "constant") {
            try refuseProgram(file, kind: "constant")
            return .constant(thirtySeconds: try file.number("trainer", "thirty-seconds", in: 1...1_024) ?? 32)
        }
        throw try file.required("trainer", "kind", example: "exact").invalid(expected: "exact or external")
    }

    private static func refuseProgram(_ file: FlatFile, kind: String) throws(FlatFileError) {
        for key in ["command", "answer-seconds"] {
            if let entry = file.entry("trainer", key) {
                throw entry.invalid(expected: "no \(key) with kind = \(kind): remove it, or set kind = external")
            }
        }
    }

    private static func retry(_ file: FlatFile) throws(FlatFileError) -> RetryPolicy {
        let standard = RetryPolicy()
        let base = try file.number("retry", "base-milliseconds", in: 1...waitMillisecondsMax)
        let cap = try file.number("retry", "cap-milliseconds", in: 1...waitMillisecondsMax)
        let policy = RetryPolicy(
            baseMilliseconds: base ?? min(standard.baseMilliseconds, cap ?? .max),
            capMilliseconds: cap ?? max(standard.capMilliseconds, base ?? 0)
        )
        if policy.baseMilliseconds > policy.capMilliseconds, let entry = file.entry("retry", "base-milliseconds") {
            throw entry.invalid(expected: "at most cap-milliseconds, which is \(policy.capMilliseconds)")
        }
        return policy
    }

    /// Splits `host:port` or `[IPv6 address]:port`.
    private static func address(_ entry: FlatFile.Entry) throws(FlatFileError) -> (host: String, port: UInt16) {
        let expected: PlainText =
            "host:port with a port from 1 to 65535, for example coordinator.example:4443 or [::1]:4443"
        let bytes = entry.value.bytes
        guard let colon = bytes.lastIndex(of: 0x3A) else { throw entry.invalid(expected: expected) }
        var host = bytes[..<colon]
        let digits = bytes[(colon + 1)...]
        if host.first == 0x5B, host.last == 0x5D, host.count > 2 {
            host = host.dropFirst().dropLast()
        } else if host.contains(0x3A) || host.contains(0x5B) || host.contains(0x5D) {
            throw entry.invalid(expected: expected)
        }
        guard !host.isEmpty, host.count <= nameByteCountMax, !host.contains(0x20), !host.contains(0x09),
            let number = Array(digits).wholeNumber, let port = UInt16(exactly: number), port >= 1
        else { throw entry.invalid(expected: expected) }
        return (String(bytes: Array(host)), port)
    }

    /// The name in the coordinator's certificate, where it is given.
    private static func serverName(_ file: FlatFile) throws(FlatFileError) -> String? {
        guard let entry = file.entry("coordinator", "server-name") else { return nil }
        let isName = entry.value.bytes.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                // - . : _
                || byte == 0x2D || byte == 0x2E || byte == 0x3A || byte == 0x5F
        }
        guard isName, entry.value.utf8.count <= nameByteCountMax else {
            throw entry.invalid(expected: "one DNS name or address without blanks, as in the coordinator's certificate")
        }
        return entry.value
    }

    /// Splits a command at blanks; double quotes keep blanks in a word.
    private static func words(_ entry: FlatFile.Entry) throws(FlatFileError) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        var isQuoted = false
        var hasWord = false
        for byte in entry.value.bytes + [0x20] {
            if byte == 0x22 {
                isQuoted.toggle()
                hasWord = true
            } else if !isQuoted, byte == 0x20 || byte == 0x09 {
                if hasWord { words.append(String(bytes: word)) }
                (word, hasWord) = ([], false)
            } else {
                word.append(byte)
                hasWord = true
            }
        }
        guard !isQuoted, let program = words.first, !program.isEmpty else {
            throw entry.invalid(expected: "a program and its arguments, double quotes in pairs")
        }
        return words
    }
}
