import Glibc
public import HansaCoordinator
public import HansaCore
import Synchronization

/// A spool of files in a state folder: one file for each payload on its way, small payloads in memory.
///
/// A file is named after its assignment and digest and holds what arrived, so a process that opens the folder again
/// goes on where the file ends. Files are not synced: a power failure may leave damage, which the digest finds.
/// Connections may append from several threads, each to its own payload; a payload that two connections of one client
/// append to at once takes the bytes of one and turns the other away.
public final class FileSpool: UploadSpool {
    private struct Payload {
        let digest: SHA256Digest
        let byteCount: Int
        var receivedByteCount: Int
        /// What arrived of a small payload; nil for one with a file.
        var bytes: [UInt8]?
        /// Whether an earlier process wrote part of the file.
        var isLeftOver = false
        let running: RunningDigest
        /// Whether a connection writes to the file just now.
        ///
        /// Another one that would is turned away, and the payload is not taken out: what is hashed, read and made durable
        /// must not change any more.
        var isBeingWritten = false

        /// Writes a piece of a small payload, which begins no further than what is here.
        mutating func write(_ piece: [UInt8], at start: Int) {
            guard let count = bytes?.count else { return }
            let overlap = min(count - start, piece.count)
            bytes?.replaceSubrange(start..<start + overlap, with: piece[..<overlap])
            bytes?.append(contentsOf: piece[overlap...])
            receivedByteCount = max(receivedByteCount, start + piece.count)
        }
    }

    private struct State {
        var payloads: [AssignmentID: Payload] = [:]
        /// The announced bytes of payloads with files and of those without.
        var fileByteCount = 0
        var memoryByteCount = 0
        /// How many files were taken out, which numbers them.
        var takenCount: UInt64 = 0
        /// What an earlier process left and nobody asked for yet.
        var leftOver: [AssignmentID: SHA256Digest] = [:]

        @discardableResult
        mutating func remove(_ assignment: AssignmentID) -> Payload? {
            guard let held = payloads.removeValue(forKey: assignment) else { return nil }
            if held.bytes == nil { fileByteCount -= held.byteCount } else { memoryByteCount -= held.byteCount }
            return held
        }
    }

    /// The largest payload that is kept in memory.
    public static let memoryPayloadByteCountMax = 64 << 10
    /// The most bytes of payloads in memory, announced; what is above goes to files.
    public static let memoryByteCountMax = 16 << 20

    /// The end of the name of a file that was taken out; a process that died left it to nobody.
    private static let takenSuffix = ".taken"

    private let folder: String
    private let byteCountMax: Int
    private let state: Mutex<State>

    /// Opens the spool of a state folder that a ``DurableStore`` holds.
    ///
    /// - Parameter byteCountMax: the most announced bytes of files, so that uploads alone do not fill a disk.
    public init(stateFolder: String, byteCountMax: Int = 16 << 30) throws(StoreError) {
        folder = stateFolder + "/spool"
        self.byteCountMax = byteCountMax
        try StateFolder(path: stateFolder).create()
        try StateFolder(path: folder).create()
        var leftOver: [AssignmentID: SHA256Digest] = [:]
        for name in try StateFolder.names(in: folder) {
            guard let file = SpoolFileName(name) else {
                if name.hasSuffix(Self.takenSuffix) { try StateFolder.remove(folder + "/" + name) }
                continue
            }
            // Two digests of one assignment: a crash between the removal of one and the first bytes of the other.
            if let other = leftOver.updateValue(file.digest, forKey: file.assignment) {
                let stale = SpoolFileName(assignment: file.assignment, digest: other).text
                try StateFolder.remove(folder + "/" + stale)
            }
        }
        state = Mutex(State(leftOver: leftOver))
    }

    public func begin(
        _ assignment: AssignmentID,
        digest: SHA256Digest,
        byteCount: UInt64
    ) throws(StoreError) -> UInt64? {
        guard let count = Int(exactly: byteCount), count > 0 else { return nil }
        if let offset = held(assignment, digest: digest, byteCount: count) { return offset }
        try drop(assignment, except: digest)
        let path = path(assignment, digest)
        var received = 0
        if StateFolder.exists(path) {
            received = try OpenFile(path, flags: O_RDONLY).byteCount()
            if received > count {
                try StateFolder.remove(path)
                received = 0
            }
        }
        return state.withLock { state in
            let fitsMemory =
                received == 0 && count <= Self.memoryPayloadByteCountMax
                && count <= Self.memoryByteCountMax - state.memoryByteCount
            guard fitsMemory || count <= byteCountMax - state.fileByteCount else { return nil }
            state.payloads[assignment] = Payload(
                digest: digest,
                byteCount: count,
                receivedByteCount: received,
                bytes: fitsMemory ? [] : nil,
                isLeftOver: received > 0,
                running: RunningDigest()
            )
            if fitsMemory { state.memoryByteCount += count } else { state.fileByteCount += count }
            return UInt64(received)
        }
    }

    public func append(
        _ assignment: AssignmentID,
        digest: SHA256Digest,
        offset: UInt64,
        bytes: [UInt8]
    ) throws(StoreError) -> Bool {
        guard let start = Int(exactly: offset) else { return false }
        enum Place { case nowhere, memory, file(RunningDigest) }
        let place = state.withLock { state -> Place in
            guard let held = state.payloads[assignment], held.digest == digest, start <= held.receivedByteCount,
                bytes.count <= held.byteCount - start
            else { return .nowhere }
            guard held.bytes != nil else {
                guard !held.isBeingWritten else { return .nowhere }
                state.payloads[assignment]?.isBeingWritten = true
                return .file(held.running)
            }
            state.payloads[assignment]?.write(bytes, at: start)
            return .memory
        }
        let running: RunningDigest
        switch place {
        case .nowhere: return false
        case .memory: return true
        case .file(let digest): running = digest
        }
        // Opened for each piece: descriptors must not be held by every client that ever began an upload.
        do throws(StoreError) {
            try OpenFile(path(assignment, digest), flags: O_WRONLY | O_CREAT).write(bytes, at: start)
        } catch {
            state.withLock { $0.payloads[assignment]?.isBeingWritten = false }
            throw error
        }
        // While the piece is in the processor's cache; its connection is the only one that waits.
        running.update(bytes, at: start)
        return state.withLock { state in
            guard var held = state.payloads[assignment], held.digest == digest else { return false }
            held.receivedByteCount = max(held.receivedByteCount, start + bytes.count)
            held.isBeingWritten = false
            state.payloads[assignment] = held
            return true
        }
    }

    public func take(_ assignment: AssignmentID, digest: SHA256Digest) throws(StoreError) -> SpooledPayload? {
        let whole = state.withLock { state -> Payload? in
            guard let held = state.payloads[assignment], held.digest == digest,
                held.receivedByteCount == held.byteCount, !held.isBeingWritten
            else { return nil }
            return state.remove(assignment)
        }
        guard let whole else { return nil }
        if let bytes = whole.bytes { return SpooledPayload(bytes: bytes, isLeftOver: false) }
        // Removed with its last reference, unless a store takes it over.
        let path = path(assignment, digest)
        // Under another name, so that the file of a new upload of the same payload is another one.
        let number = state.withLock { state in
            state.takenCount &+= 1
            return state.takenCount
        }
        let file = PayloadFile(path: path + ".\(number)" + Self.takenSuffix)
        try StateFolder.rename(path, to: file.path)
        let bytes = try OpenFile(file.path, flags: O_RDONLY).readBytes(count: whole.byteCount, at: 0)
        return SpooledPayload(
            bytes: bytes,
            isLeftOver: whole.isLeftOver,
            digest: whole.running.finish(byteCount: whole.byteCount),
            file: file
        )
    }

    public func discard(_ assignment: AssignmentID, digest: SHA256Digest) throws(StoreError) {
        let isHeld = state.withLock { state in
            guard state.payloads[assignment]?.digest == digest else { return false }
            state.remove(assignment)
            return true
        }
        if isHeld { try StateFolder.remove(path(assignment, digest)) }
    }

    public func digest(of assignment: AssignmentID) throws(StoreError) -> SHA256Digest? {
        state.withLock { $0.payloads[assignment]?.digest ?? $0.leftOver[assignment] }
    }

    public func uploads(except round: UInt32?, attempt: UInt32) throws(StoreError) -> [UploadName] {
        state.withLock { state in
            let held = state.payloads.map { UploadName(assignment: $0.key, digest: $0.value.digest) }
            let left = state.leftOver.map { UploadName(assignment: $0.key, digest: $0.value) }
            return (held + left).filter { $0.assignment.round != round || $0.assignment.attempt != attempt }
        }
    }

    public func sweep(round: UInt32?, attempt: UInt32) throws(StoreError) {
        func isOver(_ id: AssignmentID) -> Bool { id.round != round || id.attempt != attempt }
        state.withLock { state in
            for id in state.payloads.keys where isOver(id) { state.remove(id) }
            state.leftOver = state.leftOver.filter { !isOver($0.key) }
        }
        // By the folder and not by memory: a piece may have been written while its payload was dropped.
        for name in try StateFolder.names(in: folder) {
            guard let file = SpoolFileName(name), isOver(file.assignment) else { continue }
            try StateFolder.remove(folder + "/" + name)
        }
    }

    /// How much is here of a payload that this process began.
    private func held(_ assignment: AssignmentID, digest: SHA256Digest, byteCount: Int) -> UInt64? {
        state.withLock { state in
            guard let held = state.payloads[assignment], held.digest == digest, held.byteCount == byteCount else {
                return nil
            }
            return UInt64(held.receivedByteCount)
        }
    }

    /// Drops what an assignment has under another digest or byte count, and forgets what an earlier process left.
    private func drop(_ assignment: AssignmentID, except digest: SHA256Digest) throws(StoreError) {
        let (held, leftOver) = state.withLock { state in
            (state.remove(assignment)?.digest, state.leftOver.removeValue(forKey: assignment))
        }
        if let held { try StateFolder.remove(path(assignment, held)) }
        if let leftOver, leftOver != digest { try StateFolder.remove(path(assignment, leftOver)) }
    }

    private func path(_ assignment: AssignmentID, _ digest: SHA256Digest) -> String {
        folder + "/" + SpoolFileName(assignment: assignment, digest: digest).text
    }
}
