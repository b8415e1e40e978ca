import Testing

@testable import HansaClient

@Suite("A client's configuration")
struct ClientConfigurationTests {
    static let good = """
        # a client
        [coordinator]
        address = coordinator.example:4443   # its door
        server-name = coordinator
        ca = /etc/hansa/ca.pem
        [identity]
        certificate = client.pem
        key = keys/client#1.key
        [state]
        folder = state
        [data]
        features = x.npy
        labels = y.npy
        """

    static func read(
        _ text: String,
        path: String = "conf/client.conf",
        overrides: [String] = []
    ) throws(FlatFileError) -> ClientConfiguration {
        try ClientConfiguration(bytes: Array(text.utf8), path: path, overrides: overrides)
    }

    @Test("has its paths in the file's folder and its defaults")
    func goodFile() throws {
        let configuration = try Self.read(Self.good)
        #expect(configuration.coordinator.host == "coordinator.example")
        #expect(configuration.coordinator.port == 4443)
        #expect(configuration.coordinator.serverName == "coordinator")
        #expect(configuration.coordinator.authorityFile == "/etc/hansa/ca.pem")
        #expect(configuration.identity.certificateFile == "conf/client.pem")
        #expect(configuration.identity.keyFile == "conf/keys/client#1.key")
        #expect(configuration.stateFolder == "conf/state")
        #expect(configuration.trainer == .exact(.init(features: "conf/x.npy", labels: "conf/y.npy")))
        #expect(configuration.policyFile == nil)
        #expect(configuration.retry == RetryPolicy())
        #expect(configuration.seed == nil)
        #expect(try Self.read(Self.good, path: "client.conf").stateFolder == "state")
        #expect(try Self.read(Self.good, path: "/client.conf").stateFolder == "/state")
        #expect(try Self.read(Self.good.replacing("\n", with: "\r\n")) == configuration)
        #expect(try Self.read("\u{FEFF}" + Self.good) == configuration)
    }

    @Test("takes overrides, the last one counting")
    func overrides() throws {
        let configuration = try Self.read(
            Self.good,
            overrides: [
                "coordinator.address=[::1]:9", "reproducible.seed=5", "reproducible.seed=18446744073709551615",
                "trainer.kind = external", "trainer.command=bin/train \"two words\" -n 3", "retry.cap-milliseconds=100",
                "policy.file=policy.conf",
            ]
        )
        #expect(configuration.coordinator.host == "::1")
        #expect(configuration.coordinator.port == 9)
        #expect(configuration.seed == .max)
        #expect(
            configuration.trainer
                == .external(command: ["conf/bin/train", "two words", "-n", "3"], answerSeconds: 600)
        )
        #expect(configuration.retry == RetryPolicy(baseMilliseconds: 100, capMilliseconds: 100))
        #expect(configuration.policyFile == "conf/policy.conf")
    }

    /// A mistake, the start of the message, and the words that must be in it.
    static let mistakes: [(text: String, place: String, words: [String])] = [
        ("[coordinater]", ":1: ", ["[coordinater]", "did you mean \"coordinator\"?"]),
        ("[zzzzzzzzz]", ":1: ", ["expected one of coordinator, identity, state"]),
        ("[coordinator]\nadress = a:1", ":2: ", ["\"adress\" in [coordinator]", "did you mean \"address\"?"]),
        ("[state]\nfolder = a\nfolder = b", ":3: ", ["each key once", "conf:2"]),
        ("[state]\nfolder = a\n[data]\n[state]", ":4: ", ["each section once", "conf:1"]),
        ("folder = a", ":1: ", ["before any section"]),
        ("[state]\nfolder a", ":2: ", ["\"folder a\"", "key = value"]),
        ("[state\nfolder = a", ":1: ", ["\"[state\""]),
        ("[state]\n= a", ":2: ", ["key = value"]),
        ("[state]\nfolder =  # nothing", ":2: ", ["a value behind \"=\""]),
        ("[state]\nfolder = a\u{0}b", ":2: ", ["UTF-8 without control characters"]),
        ("[state]\nfolder = a", ": ", ["no address in [coordinator]", "add \"address = "]),
        (good.replacing(":4443", with: ""), ":3: ", ["host:port"]),
        (good.replacing(":4443", with: ":0"), ":3: ", ["1 to 65535"]),
        (good.replacing(":4443", with: ":65536"), ":3: ", ["1 to 65535"]),
        (good.replacing(":4443", with: ":+80"), ":3: ", ["1 to 65535"]),
        (
            good.replacing("= coordinator\n", with: "= the coordinator\n"), ":4: ",
            ["\"the coordinator\"", "without blanks"]
        ),
        (good.replacing("= coordinator\n", with: "= *\n"), ":4: ", ["\"*\" for [coordinator] server-name"]),
        ("[state]\n\u{FEFF}folder = a", ":2: ", ["in [state]"]),
        (good.replacing("coordinator.example", with: "::1"), ":3: ", ["[::1]:4443"]),
        (good.replacing("features = x.npy", with: ""), ": ", ["no features in [data]"]),
        (good + "\n[trainer]\nkind = exat", ":15: ", ["\"exat\"", "exact or external"]),
        (good + "\n[trainer]\nkind = external", ": ", ["no command in [trainer]"]),
        (good + "\n[trainer]\nkind = external\ncommand = \"a", ":16: ", ["quotes in pairs"]),
        (good + "\n[trainer]\ncommand = a", ":15: ", ["set kind = external"]),
        (good + "\n[trainer]\nkind = external\ncommand = a\nanswer-seconds = 0", ":17: ", ["from 1 to 604800"]),
        (good + "\n[retry]\nbase-milliseconds = 9e3", ":15: ", ["whole number from 1 to 86400000"]),
        (good + "\n[retry]\nbase-milliseconds = 9\ncap-milliseconds = 8", ":15: ", ["at most cap-milliseconds", "8"]),
        (good + "\n[reproducible]\nseed = -1", ":15: ", ["whole number from 0"]),
    ]

    @Test("refuses each mistake with its line, what came, what was due", arguments: mistakes.indices)
    func mistake(index: Int) throws {
        let (text, place, words) = Self.mistakes[index]
        let error = #expect(throws: FlatFileError.self) { try Self.read(text) }
        let message = try #require(error).description
        #expect(message.hasPrefix("conf/client.conf" + place), "\(message)")
        for word in words { #expect(message.contains(word), "\(message)") }
    }

    @Test(
        "refuses overrides that are none",
        arguments: ["", "a", "a=b", "a.b", ".b=c", "a.=c", "state.foldr=x", "state.folder=", "state.folder=a\u{7}"]
    )
    func override(text: String) throws {
        let error = #expect(throws: FlatFileError.self) { try Self.read(Self.good, overrides: [text]) }
        #expect(try #require(error).description.hasPrefix("--set"))
    }

    @Test("is bounded and is text")
    func bounds() throws {
        let large = [UInt8](repeating: 0x0A, count: FlatFile.byteCountMax + 1)
        #expect(throws: FlatFileError.tooLarge(file: "c", got: 65_537, max: 65_536)) {
            try FlatFile(bytes: large, name: "c", layout: [])
        }
        #expect(throws: FlatFileError.notText(place: .line(2, file: "c"))) {
            try FlatFile(bytes: [0x0A, 0x23, 0xFF], name: "c", layout: [])
        }
        #expect(try FlatFile(bytes: Array(large.dropLast()), name: "c", layout: []).entries.isEmpty)
    }

    @Test("never traps, however its bytes are cut or flipped", arguments: 0..<8)
    func garbage(bit: Int) {
        let bytes = Array(Self.good.utf8)
        for index in bytes.indices {
            var flipped = bytes
            flipped[index] ^= 1 << UInt8(bit)
            _ = try? ClientConfiguration(bytes: flipped, path: "c")
            _ = try? ClientConfiguration(bytes: Array(bytes[..<index]), path: "c")
        }
    }
}
