import Foundation
import HansaCore

/// Downloads the catalogue's files to a folder, each under its name only once its SHA-256 is the pinned one.
///
/// What arrives is kept in `NAME.partial` beside its place, so that a broken or cancelled download goes on where it
/// stopped. Addresses are tried in order. `hansa data fetch` calls it.
public struct DataFetcher: Sendable {
    /// How far a file has come.
    public struct Progress: Equatable, Sendable {
        public let file: String
        /// Bytes on disk, those of earlier attempts included.
        public let received: Int
        /// Bytes of the whole file.
        public let total: Int
    }

    /// How often an address is tried again as long as each attempt brings some bytes.
    static let triesMax = 8

    /// An address that stands in for the published ones: files are at `baseAddress/SET/FILE`.
    public let baseAddress: String?
    /// How long a connection may give nothing.
    public let timeout: Duration

    public init(baseAddress: String? = nil, timeout: Duration = .seconds(30)) {
        self.baseAddress = baseAddress
        self.timeout = timeout
    }

    /// Fetches all files of a data set to its folder below `folder`, and returns that folder.
    ///
    /// Files that are there with the right digest stay as they are. `progress` is called from the downloading thread.
    @discardableResult
    public func fetch(
        _ entry: CatalogueEntry,
        to folder: String,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws(DataError) -> String {
        let target = folder + "/" + entry.folderName
        for file in entry.files {
            let addresses = baseAddress.map { ["\($0)/\(entry.folderName)/\(file.name)"] } ?? file.addresses
            if addresses.isEmpty, let advice = entry.advice, !isThere(file, in: target) {
                throw .notPublished(file: file.name, digest: file.digest.hexadecimal, advice: advice)
            }
            try await fetch(file, from: addresses, to: target, progress: progress)
        }
        return target
    }

    /// Fetches one file from the first of the addresses that has it.
    public func fetch(
        _ file: PinnedFile,
        from addresses: [String],
        to folder: String,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws(DataError) {
        let path = folder + "/" + file.name
        if isThere(file, in: folder) {
            progress(Progress(file: file.name, received: file.byteCount, total: file.byteCount))
            return
        }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .system(file: folder, operation: "make the folder", reason: error.localizedDescription)
        }
        let partial = try PartialFile(target: path)
        var attempts: [String] = []
        for address in addresses {
            if try await fetch(file, from: address, to: partial, progress: progress, attempts: &attempts) {
                try partial.promote()
                return
            }
        }
        throw .downloadFailed(file: file.name, attempts: attempts)
    }

    private func isThere(_ file: PinnedFile, in folder: String) -> Bool {
        let path = folder + "/" + file.name
        guard let bytes = try? FileBytes.read(path) else { return false }
        return (try? file.check(bytes, path: path)) != nil
    }

    /// Tries one address until the file is whole or nothing more comes; returns whether it is whole.
    private func fetch(
        _ file: PinnedFile,
        from address: String,
        to partial: PartialFile,
        progress: @escaping @Sendable (Progress) -> Void,
        attempts: inout [String]
    ) async throws(DataError) -> Bool {
        guard let url = URL(string: address) else {
            attempts.append("\(address): no valid address")
            return false
        }
        for _ in 0..<Self.triesMax {
            if Task.isCancelled { throw .cancelled(file: file.name) }
            if try partial.byteCount() > file.byteCount { try partial.truncate() }
            let start = try partial.byteCount()
            if start < file.byteCount {
                let transfer = DataTransfer(file: file, start: start, partial: partial, progress: progress)
                switch await transfer.run(url, timeout: timeout) {
                case .ended: break
                case .cancelled: throw .cancelled(file: file.name)
                case .storage(let error): throw error
                case .failed(let reason): attempts.append("\(address): \(reason)")
                }
            }
            let end = try partial.byteCount()
            if end == file.byteCount {
                if try partial.hasDigest(file.digest) { return true }
                attempts.append("\(address): other bytes than the pinned SHA-256")
                try partial.truncate()
                // Bytes of an earlier attempt may be the wrong ones; an attempt from the start leaves no such doubt.
                if start == 0 { return false }
            } else if end <= start, start == 0 || end == start {
                return false
            }
        }
        return false
    }
}
