import Foundation
import HansaCoordinator
import HansaCore
import Testing

@testable import HansaStore

/// Flipped bytes: found, typed, and with the file's name; never a trap, never a wrong model.
@Suite("Damage")
struct DamageTests {
    /// Runs what must find damage in the file `name`.
    private func expectDamage(in name: String, _ comment: String, _ body: () throws -> Void) {
        let error = #expect(throws: StoreError.self, "\(comment)", performing: body)
        guard case .damaged(let file, let reason) = error else {
            Issue.record("\(comment): got \(String(describing: error))")
            return
        }
        #expect(file.hasSuffix(name), "\(comment)")
        #expect(!reason.isEmpty)
    }

    @Test("of any byte of a segment is found")
    func segment() throws {
        let folder = TemporaryFolder()
        let run = try TestRun()
        let update = run.update(client: 0, payload: Array(0..<50))
        try run.fill(folder.path, updates: [update])
        let segment = try folder.onlyFile(in: "segments")
        let good = try folder.bytes(of: segment)
        for index in good.indices {
            var bytes = good
            bytes[index] ^= 0x40
            try folder.write(bytes, to: segment)
            expectDamage(in: segment, "byte \(index)") {
                _ = try DurableStore(folder: folder.path).payload(of: update.update.report.assignment)
            }
        }
        try folder.write(Array(good.dropLast()), to: segment)
        expectDamage(in: segment, "cut") { _ = try DurableStore(folder: folder.path) }
    }

    @Test("of any byte of a checkpoint is found, with and without the file's digest")
    func checkpoint() throws {
        let folder = TemporaryFolder()
        let run = try TestRun()
        try run.fill(folder.path, updates: [])
        let name = try folder.onlyFile(in: "checkpoints")
        let good = try folder.bytes(of: name)
        for index in good.indices {
            var bytes = good
            bytes[index] ^= 0x01
            try folder.write(bytes, to: name)
            expectDamage(in: name, "byte \(index)") { _ = try run.recover(folder.path) }
            // The strategy's values, the round and the run's name are covered by the file's digest alone.
            if let read = try? SafetensorsFile.read(folder.path + "/" + name) {
                #expect(read.checkpoint.modelDigest == run.checkpoint().modelDigest, "byte \(index)")
            }
        }
        for count in 0..<good.count {
            try folder.write(Array(good[..<count]), to: name)
            expectDamage(in: name, "cut at \(count)") { _ = try SafetensorsFile.read(folder.path + "/" + name) }
        }
    }

    @Test("of a byte of the database's header is found or harmless")
    func databaseHeader() throws {
        let folder = TemporaryFolder()
        let run = try TestRun()
        try run.fill(folder.path, updates: [run.update(client: 0, payload: [1])])
        let whole = try run.recover(folder.path)
        let good = try folder.bytes(of: "hansa.sqlite")
        var damagedCount = 0
        for index in 0..<100 {
            var bytes = good
            bytes[index] ^= 0x20
            try folder.write(bytes, to: "hansa.sqlite")
            do {
                #expect(try run.recover(folder.path) == whole, "byte \(index)")
            } catch let error as StoreError {
                switch error {
                case .damaged: damagedCount += 1
                case .tooNew: #expect((60..<64).contains(index))
                default: Issue.record("byte \(index): \(error)")
                }
            }
        }
        #expect(damagedCount >= 24)
    }

    @Test("of the database's rows is found")
    func databaseRows() throws {
        let folder = TemporaryFolder()
        let run = try TestRun()
        try run.fill(folder.path, updates: [run.update(client: 0, payload: [1])])
        let digest = Array(run.opening().recordBytes)
        var bytes = try folder.bytes(of: "hansa.sqlite")
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: digest) })
        bytes[place + 9] ^= 1
        try folder.write(bytes, to: "hansa.sqlite")
        expectDamage(in: "hansa.sqlite", "the opening") { _ = try DurableStore(folder: folder.path) }
    }
}
