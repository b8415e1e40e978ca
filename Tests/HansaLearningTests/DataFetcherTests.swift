import Foundation
import HansaCore
import Synchronization
import Testing

@testable import HansaLearning

@Suite("Downloads")
struct DataFetcherTests {
    private static let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) }

    private let file = PinnedFile(
        name: "x.gz",
        byteCount: content.count,
        digest: SHA256Digest(hashing: content),
        addresses: []
    )

    private func names(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    /// Fetches from servers of these behaviours in order.
    private func fetch(_ behaviours: LoopbackServer.Behaviour..., to folder: TemporaryFolder) async throws -> [[String]]
    {
        let servers = behaviours.map { LoopbackServer(content: Self.content, behaviour: $0) }
        defer { for server in servers { server.stop() } }
        let addresses = servers.map { "http://127.0.0.1:\($0.port)/x.gz" }
        try await DataFetcher().fetch(file, from: addresses, to: folder.path)
        #expect(try fileBytes(folder.path + "/x.gz") == Self.content)
        #expect(try names(folder) == ["x.gz"])
        return servers.map(\.ranges)
    }

    @Test("A file arrives whole, and progress ends at its size")
    func whole() async throws {
        let folder = try TemporaryFolder()
        let server = LoopbackServer(content: Self.content, behaviour: .sound)
        defer { server.stop() }
        let last = SeenProgress()
        let address = "http://127.0.0.1:\(server.port)/x.gz"
        try await DataFetcher().fetch(file, from: [address], to: folder.path) { last.see($0.received) }
        #expect(try fileBytes(folder.path + "/x.gz") == Self.content)
        #expect(last.value == Self.content.count)
        // A second fetch finds the file and asks nobody.
        try await DataFetcher().fetch(file, from: [address], to: folder.path)
        #expect(server.ranges == [""])
    }

    @Test("A cut connection is taken up where it broke")
    func cut() async throws {
        let ranges = try await fetch(.cutOnce(100_000), to: TemporaryFolder())
        #expect(ranges == [["", "bytes=100000-"]])
    }

    @Test("An earlier partial download is resumed; a server without ranges starts over")
    func resume() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("x.gz.partial", Array(Self.content[..<1_000]))
        #expect(try await fetch(.sound, to: folder) == [["bytes=1000-"]])
        let other = try TemporaryFolder()
        _ = try other.file("x.gz.partial", Array(Self.content[..<1_000]))
        #expect(try await fetch(.withoutRange, to: other) == [["bytes=1000-"]])
    }

    @Test("A partial download of wrong bytes is dropped and fetched from the start")
    func wrongPartial() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("x.gz.partial", [UInt8](repeating: 7, count: 1_000))
        #expect(try await fetch(.sound, to: folder) == [["bytes=1000-", ""]])
        let full = try TemporaryFolder()
        _ = try full.file("x.gz.partial", [UInt8](repeating: 7, count: Self.content.count))
        #expect(try await fetch(.sound, to: full) == [[""]])
    }

    @Test("The next address is tried after a bad one")
    func mirrors() async throws {
        #expect(try await fetch(.status(404), .sound, to: TemporaryFolder()).last == [""])
        #expect(try await fetch(.wrongBytes, .tooMany, .sound, to: TemporaryFolder()).last == [""])
    }

    @Test("Without a good address no file appears under the final name")
    func failure() async throws {
        let folder = try TemporaryFolder()
        await #expect {
            _ = try await fetch(.wrongBytes, .status(500), to: folder)
        } throws: { error in
            if case DataError.downloadFailed(_, let attempts) = error { attempts.count == 2 } else { false }
        }
        #expect(try names(folder) == ["x.gz.partial"])
    }

    @Test("A damaged file in the cache is replaced")
    func damaged() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("x.gz", [1, 2, 3])
        _ = try await fetch(.sound, to: folder)
    }

    @Test("A cancelled download ends, keeps its bytes and leaves no file under the final name")
    func cancellation() async throws {
        let folder = try TemporaryFolder()
        let server = LoopbackServer(content: Self.content, behaviour: .stall(50_000))
        defer { server.stop() }
        let address = "http://127.0.0.1:\(server.port)/x.gz"
        let (arrivals, arrived) = AsyncStream<Int>.makeStream()
        let download = Task { [file] in
            try await DataFetcher().fetch(file, from: [address], to: folder.path) { arrived.yield($0.received) }
        }
        for await received in arrivals where received == 50_000 { break }
        download.cancel()
        await #expect(throws: DataError.cancelled(file: "x.gz")) { try await download.value }
        #expect(try names(folder) == ["x.gz.partial"])
        #expect(try fileBytes(folder.path + "/x.gz.partial") == Array(Self.content[..<50_000]))
    }

    @Test("A partial download that is held elsewhere is refused")
    func busy() async throws {
        let folder = try TemporaryFolder()
        let holder = try PartialFile(target: folder.path + "/x.gz")
        await #expect(throws: DataError.downloadBusy(file: folder.path + "/x.gz")) {
            try await DataFetcher().fetch(file, from: ["http://127.0.0.1:1/x.gz"], to: folder.path)
        }
        #expect(try holder.byteCount() == 0)
    }
}

/// The last progress seen.
private final class SeenProgress: Sendable {
    private let state = Mutex(0)
    var value: Int { state.withLock { $0 } }
    func see(_ received: Int) { state.withLock { $0 = received } }
}
