import GRDB
import HansaAccounting
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaResults
import Testing

@testable import HansaStore

@Suite("What a state folder keeps of releases")
struct LedgerStorageTests {
    private static func entry(_ noise: NoisePlan, seed: [UInt8] = []) -> ReleaseEntry {
        ReleaseEntry(
            round: 1,
            attempt: 0,
            version: 1,
            planDigest: TestRun.configuration,
            noise: noise,
            noiseSeed: seed
        )
    }

    private static func noises() throws -> [NoisePlan] {
        var noises = [NoisePlan.none]
        let mechanisms: [NoiseMechanism] = [
            .discreteLaplace(scale: try Ratio(7, 3)), .discreteGaussian(variance: try Ratio(1 << 40)),
            .skellam(variance: try Ratio(9)),
        ]
        for mechanism in mechanisms {
            for placement in [NoisePlacement.local, .central, .distributed(cohortMin: 12)] {
                for source in [NoiseSource.system, .seeded] {
                    noises.append(.added(Noise(mechanism: mechanism, placement: placement, source: source)))
                }
            }
        }
        return noises
    }

    @Test("names the noise plan, and reads no bytes of another form")
    func bytes() throws {
        for noise in try Self.noises() {
            let entry = Self.entry(noise, seed: Array(0..<32))
            #expect(try ReleaseEntry(recordBytes: entry.recordBytes) == entry)
            for count in 0..<entry.recordBytes.count {
                #expect(throws: ByteReaderError.self) {
                    try ReleaseEntry(recordBytes: Array(entry.recordBytes[..<count]))
                }
            }
        }
        var bytes = Self.entry(.none).recordBytes
        bytes[48] = 9
        #expect(throws: ByteReaderError.self) { try ReleaseEntry(recordBytes: bytes) }
    }

    @Test("forgets the secret seed with the round, in every file")
    func erasure() throws {
        let folder = TemporaryFolder()
        let run = try TestRun()
        try run.fill(folder.path, updates: [])
        let seed = (0..<32).map { UInt8(truncatingIfNeeded: 0xA0 ^ ($0 * 37)) }
        func isOnDisk() throws -> Bool {
            try folder.contents().values.contains { $0.firstRange(of: seed) != nil }
        }
        var store: DurableStore? = try DurableStore(folder: folder.path)
        try store?.close(RoundClosing(round: 1, attempt: 0, accepted: []))
        try store?.recordRelease(Self.entry(.none, seed: seed))
        #expect(try isOnDisk())
        // The process that erases it is not the one that drew it.
        store = nil
        store = try DurableStore(folder: folder.path)
        let recovered = try store?.recover(configurationDigest: TestRun.configuration)
        #expect(recovered?.progress?.release?.noiseSeed == seed)
        let next = run.checkpoint(version: 1, round: 1)
        try store?.writeCheckpoint(next)
        try store?.makeCurrent(
            version: 1,
            participation: ParticipationRecord(
                round: 1,
                attempt: 0,
                population: 4,
                selected: [0, 1, 2, 3],
                accepted: [],
                outcome: .committed(version: 1, digest: next.modelDigest.hexadecimal)
            )
        )
        #expect(try !isOnDisk())
        store = nil
        #expect(try !isOnDisk())
    }

    @Test("finds a line of the privacy ledger that was changed with its digest")
    func forgery() throws {
        let folder = TemporaryFolder()
        let run = try TestRun()
        try run.fill(folder.path, updates: [])
        var state = LedgerState(terms: LedgerTerms(run: TestRun.run, clientCount: 4))
        let lines = [state.header(), state.restart()]
        var store: DurableStore? = try DurableStore(folder: folder.path)
        try store?.append([], files: [:], ledger: lines)
        #expect(throws: StoreError.self) { try store?.append([], files: [:], ledger: lines) }
        store = nil
        let reader: StateReader? = try StateReader(folder: folder.path)
        #expect(try reader?.privacyLedger() == lines)
        _ = try reader?.verify()
        try forge(folder.path, LedgerLine(index: 1, bytes: lines[1].bytes + [0x20]))
        #expect(throws: StoreError.self) { try StateReader(folder: folder.path).verify() }
    }

    private func forge(_ path: String, _ line: LedgerLine) throws {
        let queue = try DatabaseQueue(path: path + "/hansa.sqlite")
        try queue.write {
            try $0.execute(sql: "DELETE FROM privacy WHERE line = ?", arguments: [Int64(line.index)])
            try StoreRows.insert($0, ledger: [line])
        }
        try queue.close()
    }
}
