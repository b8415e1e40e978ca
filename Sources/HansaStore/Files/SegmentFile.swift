import Glibc
import HansaCoordinator
import HansaCore
import HansaNumerics

/// The append-only file of one attempt at a round: the payloads of its durable updates, each behind its own head.
///
/// A file begins with `HANSASEG`, `u32` round, `u32` attempt. A record is `HANSAREC`, `u32` byte count of the update's
/// record bytes, `u64` byte count of the payload, the record bytes, SHA-256 of all that, then the payload; the payload's
/// own digest stands in the record bytes, so every byte is covered and no payload is hashed twice. The rows of the
/// database say which records count: what lies behind the last of them was never acknowledged.
///
/// A large payload that came in a file of its own stays in it, as `ROUND-ATTEMPT-CLIENT-FENCE.payload` beside the
/// segment; its record is then its head alone.
struct SegmentFile {
    /// Where a record lies.
    struct Place {
        /// Of the record's head.
        var offset: Int
        /// Of head and payload together, or of the head alone where the payload has its own file.
        var byteCount: Int
    }

    static let headerByteCount = 16
    private static let fileMagic = Array("HANSASEG".utf8)
    private static let recordMagic = Array("HANSAREC".utf8)
    /// Heads and small payloads are gathered up to this size, so that a batch costs few system calls.
    private static let gatherByteCountMax = 1 << 18

    private let file: OpenFile
    private let folder: StateFolder
    private let round: UInt32
    private let attempt: UInt32
    /// Where the next record goes.
    private(set) var end: Int

    /// Opens a segment whose durable records end at `durableEnd`, 0 for a new one, and cuts what lies behind it.
    init(_ folder: StateFolder, round: UInt32, attempt: UInt32, durableEnd: Int) throws(StoreError) {
        let isNew = durableEnd == 0
        file = try OpenFile(
            folder.segment(round: round, attempt: attempt),
            flags: O_RDWR | (isNew ? O_CREAT : 0)
        )
        self.folder = folder
        self.round = round
        self.attempt = attempt
        end = durableEnd
        let held = try file.byteCount()
        try checkLength(held)
        if held > durableEnd { try file.truncate(toByteCount: durableEnd) }
        if isNew {
            try file.write(header, at: 0)
            end = Self.headerByteCount
            try StateFolder.syncFolder(folder.segments)
        } else {
            try checkHeader()
        }
    }

    /// Opens a segment whose durable records end at `durableEnd` to look at it: nothing is cut.
    init(reading folder: StateFolder, round: UInt32, attempt: UInt32, durableEnd: Int) throws(StoreError) {
        file = try OpenFile(folder.segment(round: round, attempt: attempt), flags: O_RDONLY)
        self.folder = folder
        self.round = round
        self.attempt = attempt
        end = durableEnd
        try checkLength(try file.byteCount())
        try checkHeader()
    }

    /// Appends a batch and makes it durable: one sync for the segment, and one for each payload that comes in a file.
    ///
    /// Returns where each record lies.
    mutating func append(
        _ updates: [(update: StoredUpdate, payload: [UInt8])],
        files: [AssignmentID: PayloadFile]
    ) throws(StoreError) -> [Place] {
        try takeOver(files)
        var places: [Place] = []
        places.reserveCapacity(updates.count)
        var gathered: [UInt8] = []
        var gatheredOffset = end
        for (update, payload) in updates {
            let head = Self.head(of: update, payloadByteCount: payload.count)
            let offset = gatheredOffset + gathered.count
            guard files[update.report.assignment] == nil else {
                places.append(Place(offset: offset, byteCount: head.count))
                gathered += head
                continue
            }
            places.append(Place(offset: offset, byteCount: head.count + payload.count))
            gathered += head
            if payload.count <= Self.gatherByteCountMax {
                gathered += payload
                if gathered.count < Self.gatherByteCountMax { continue }
            }
            try file.write(gathered, at: gatheredOffset)
            gatheredOffset += gathered.count
            gathered.removeAll(keepingCapacity: true)
            if payload.count > Self.gatherByteCountMax {
                try file.write(payload, at: gatheredOffset)
                gatheredOffset += payload.count
            }
        }
        try file.write(gathered, at: gatheredOffset)
        try file.syncContent()
        end = gatheredOffset + gathered.count
        return places
    }

    /// Gives files of payloads their names beside the segment, content and names durable.
    private func takeOver(_ files: [AssignmentID: PayloadFile]) throws(StoreError) {
        guard !files.isEmpty else { return }
        for (assignment, file) in files {
            try OpenFile(file.path, flags: O_RDONLY).syncContent()
            try StateFolder.rename(file.path, to: folder.payload(assignment))
            file.take()
        }
        try StateFolder.syncFolder(folder.segments)
    }

    /// The payload of an update, with head and payload checked.
    func payload(of update: StoredUpdate, at place: Place) throws(StoreError) -> [UInt8] {
        let headByteCount = Self.headByteCount(of: update)
        guard place.offset >= Self.headerByteCount, place.byteCount >= headByteCount, place.byteCount <= end,
            place.offset <= end - place.byteCount
        else { throw .damaged(file: file.path, reason: "a row places a record outside of it") }
        var payloadByteCount = place.byteCount - headByteCount
        let head = try file.readBytes(count: headByteCount, at: place.offset)
        let payload: [UInt8]
        let path = folder.payload(update.report.assignment)
        if payloadByteCount == 0, StateFolder.exists(path) {
            let own = try OpenFile(path, flags: O_RDONLY)
            payloadByteCount = try own.byteCount()
            payload = try own.readBytes(count: payloadByteCount, at: 0)
        } else {
            payload = try file.readBytes(count: payloadByteCount, at: place.offset + headByteCount)
        }
        guard head == Self.head(of: update, payloadByteCount: payloadByteCount),
            SHA256Digest(hashing: payload) == update.report.payloadDigest
        else {
            throw .damaged(
                file: file.path,
                reason: "the record at byte \(place.offset) does not match its digest; restore the folder from a backup"
            )
        }
        return payload
    }

    private func checkLength(_ held: Int) throws(StoreError) {
        guard held >= end else {
            throw .damaged(
                file: file.path,
                reason: "it has \(held) bytes and \(end) are acknowledged; restore the folder from a backup"
            )
        }
    }

    private func checkHeader() throws(StoreError) {
        guard try file.readBytes(count: Self.headerByteCount, at: 0) == header else {
            throw .damaged(file: file.path, reason: "its header is not that of this round's segment")
        }
    }

    private var header: [UInt8] {
        var writer = ByteWriter(reservingCapacity: Self.headerByteCount)
        writer.writeRaw(Self.fileMagic)
        writer.write(round)
        writer.write(attempt)
        return writer.bytes
    }

    private static func head(of update: StoredUpdate, payloadByteCount: Int) -> [UInt8] {
        let record = update.recordBytes
        var writer = ByteWriter(reservingCapacity: record.count + 52)
        writer.writeRaw(recordMagic)
        writer.write(UInt32(truncatingIfNeeded: record.count))
        writer.write(UInt64(payloadByteCount))
        writer.writeRaw(record)
        writer.writeRaw(SHA256Digest(hashing: writer.bytes).bytes)
        return writer.bytes
    }

    private static func headByteCount(of update: StoredUpdate) -> Int {
        recordMagic.count + 12 + update.recordBytes.count + SHA256Digest.byteCount
    }
}
