import HansaNumerics

/// What a process says of itself before the first round; all must say the same, or the model would depend on who trained.
struct RankGreeting: Equatable, Sendable {
    /// The digest of the run's configuration, in hexadecimal digits.
    var configuration: String
    /// The digest of the partition, in hexadecimal digits.
    var partition: String
    /// What the arithmetic runs on: networks are reproducible on one kind of processor and library only.
    var arithmetic: String

    private static let byteCountMax = 1 << 12

    /// The bytes of a greeting, or of the reason why there is none.
    static func bytes(_ greeting: Result<Self, RankRefusal>) -> [UInt8] {
        var writer = ByteWriter()
        switch greeting {
        case .success(let greeting):
            writer.write(true)
            writer.write(greeting.configuration)
            writer.write(greeting.partition)
            writer.write(greeting.arithmetic)
        case .failure(let refusal):
            writer.write(false)
            writer.writeCounted(Array(refusal.words.utf8.prefix(byteCountMax)))
        }
        return writer.bytes
    }

    /// Refuses what another process says if it is not what this one says.
    func check(_ bytes: [UInt8], of rank: Int) throws(RankError) {
        let other = try Self.read(bytes, of: rank)
        for (what, got, expected) in [
            ("configuration", other.configuration, configuration), ("partition", other.partition, partition),
            ("arithmetic", other.arithmetic, arithmetic),
        ] where got != expected {
            throw .mismatch(rank: rank, what: what, got: got, expected: expected)
        }
    }

    private static func read(_ bytes: [UInt8], of rank: Int) throws(RankError) -> Self {
        var reader = ByteReader(bytes)
        let refusal: [UInt8]
        do throws(ByteReaderError) {
            if try reader.readBool() {
                let greeting = RankGreeting(
                    configuration: try reader.readString(byteCountMax: byteCountMax),
                    partition: try reader.readString(byteCountMax: byteCountMax),
                    arithmetic: try reader.readString(byteCountMax: byteCountMax)
                )
                try reader.finish()
                return greeting
            }
            refusal = try reader.readCounted(byteCountMax: byteCountMax)
            try reader.finish()
        } catch {
            throw .malformed(rank: rank)
        }
        throw .refused(rank: rank, words: String(decoding: refusal, as: UTF8.self))
    }
}

/// Why a process cannot begin, in words for people.
struct RankRefusal: Error, Equatable { let words: String }
