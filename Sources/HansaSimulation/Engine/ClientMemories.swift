import Foundation
import HansaClient
import HansaCore

/// What simulated clients remember between their rounds: in memory, and where a folder is given in a file for each client,
/// so that a run that is resumed in another process finds it.
///
/// A file is replaced whole. It is written before its update is sent, and holds what counted as well as what the update
/// would change, so it is right whatever becomes of the update.
struct ClientMemories {
    private let folder: URL?
    private var known: [ClientID: ClientMemory] = [:]

    init(folder: URL?) { self.folder = folder }

    subscript(client: ClientID) -> ClientMemory {
        mutating get {
            if let memory = known[client] { return memory }
            var memory = ClientMemory()
            if let file = file(of: client), let bytes = try? Data(contentsOf: file) {
                memory = ClientMemory(bytes: Array(bytes)) ?? ClientMemory()
            }
            known[client] = memory
            return memory
        }
    }

    /// Those of all clients that remember something.
    var all: [ClientID: ClientMemory] { known.filter { $0.value != ClientMemory() } }

    /// Takes the byte form that came with an update.
    mutating func keep(_ bytes: [UInt8], of client: ClientID) throws(SimulationError) {
        known[client] = ClientMemory(bytes: bytes)
        guard let folder, let file = file(of: client) else { return }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(bytes).write(to: file, options: .atomic)
        } catch {
            throw .clientMemory(path: file.path)
        }
    }

    private func file(of client: ClientID) -> URL? {
        folder?.appendingPathComponent("client-\(client.number).memory")
    }
}
