import HansaCore
import HansaNumerics
import HansaWire

/// Random messages of every kind, with the edges of every field more often than chance would have them.
struct MessageFactory {
    private var stream: RandomStream

    init(seed: UInt64) { stream = RandomStream(seed: seed, purpose: .faults) }

    mutating func number(below bound: Int) -> Int { Int(stream.next(below: UInt64(bound))) }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(stream.next(below: 256)) } }

    mutating func word() -> UInt64 {
        switch number(below: 6) {
        case 0: 0
        case 1: 1
        case 2: .max
        case 3: UInt64(number(below: 128))
        default: stream.next64() >> UInt64(number(below: 64))
        }
    }

    mutating func half() -> UInt32 { UInt32(truncatingIfNeeded: word()) }

    mutating func assignment() -> AssignmentID {
        AssignmentID(round: half(), attempt: half(), client: ClientID(half()), fence: half())
    }

    mutating func digest() -> SHA256Digest { SHA256Digest(hashing: bytes(4)) }

    mutating func reason() -> RefusalReason {
        RefusalReason.allCases[number(below: RefusalReason.allCases.count)]
    }

    mutating func text(byteCountMax: Int) -> String {
        let characters = ["a", "Z", "0", " ", "ß", "€", "𝄞", "\n", "\u{301}"]
        var text = ""
        for _ in 0..<number(below: byteCountMax) {
            let next = characters[number(below: characters.count)]
            if text.utf8.count + next.utf8.count <= byteCountMax { text += next }
        }
        return text
    }

    mutating func message(_ kind: FrameKind) -> WireMessage {
        switch kind {
        case .hello: .hello(hello())
        case .workRequest: .workRequest
        case .modelRequest:
            .modelRequest(
                ModelRequest(
                    assignment: assignment(),
                    digest: digest(),
                    offset: word(),
                    held: (0..<number(below: WireLimits.heldModelCountMax + 1)).map { _ in digest() }
                )
            )
        case .uploadBegin: .uploadBegin(uploadBegin())
        case .uploadChunk: .uploadChunk(offset: word())
        case .withdraw: .withdraw(assignment(), reason())
        case .welcome: .welcome(welcome())
        case .work: .work(work())
        case .model: .model(model())
        case .modelChunk: .modelChunk(offset: word())
        case .uploadGranted: .uploadGranted(assignment(), offset: word(), windowByteCount: half())
        case .uploadProgress: .uploadProgress(offset: word())
        case .uploadAnswer:
            if number(below: 2) == 0 {
                .uploadAnswer(UploadAnswer(assignment: assignment(), answer: .accepted))
            } else {
                .uploadAnswer(
                    UploadAnswer(assignment: assignment(), answer: .refused(reason()), retryMilliseconds: half())
                )
            }
        case .cancel: .cancel(assignment(), reason())
        case .heartbeat: .heartbeat
        case .goodbye: .goodbye(Goodbye(milliseconds: half(), jitterMilliseconds: half()))
        case .refusal:
            .refusal(
                Refusal(
                    reason: reason(),
                    retryMilliseconds: half(),
                    detail: text(byteCountMax: WireLimits.detailByteCountMax)
                )
            )
        }
    }

    private mutating func hello() -> Hello {
        Hello(
            versionMin: half(),
            versionMax: half(),
            nonce: bytes(32),
            capabilities: Capabilities(rawValue: word()),
            planFormatMax: half(),
            jobKinds: word(),
            mechanisms: word(),
            widths: word(),
            codecs: word(),
            trainerKinds: word(),
            memoryByteCount: word(),
            build: text(byteCountMax: WireLimits.buildByteCountMax),
            resumeToken: number(below: 2) == 0 ? [] : bytes(32)
        )
    }

    private mutating func welcome() -> Welcome {
        Welcome(
            version: half(),
            nonce: bytes(32),
            run: RunID(high: word(), low: word()),
            client: ClientID(half()),
            chunkByteCountMax: 1 + UInt32(number(below: WireLimits.chunkByteCountMax)),
            heartbeatMilliseconds: half(),
            idleMilliseconds: half(),
            holdMilliseconds: half(),
            contact: number(below: 2) == 0 ? .stay : .comeBack(milliseconds: half(), jitterMilliseconds: half()),
            resumeToken: bytes(32)
        )
    }

    private mutating func work() -> Work {
        switch number(below: 3) {
        case 0: .assigned(assignment(), plan: bytes(number(below: 300)), schema: bytes(number(below: 300)))
        case 1: .wait(milliseconds: half())
        default: .finished
        }
    }

    private mutating func model() -> ModelAnswer {
        switch number(below: 3) {
        case 0: .follows(digest(), totalByteCount: word(), offset: word())
        case 1: .held(digest())
        default: .gone(digest())
        }
    }

    private mutating func uploadBegin() -> UploadBegin {
        let sections = (0..<number(below: 20)).map { _ in word() >> 8 }
        let losses: [Float?] = [nil, 0, 0.693, -1.5, .infinity, .leastNonzeroMagnitude]
        return UploadBegin(
            report: UpdateReport(
                assignment: assignment(),
                planDigest: digest(),
                sampleCount: half(),
                trainingLoss: losses[number(below: losses.count)],
                payloadDigest: digest()
            ),
            totalByteCount: sections.reduce(0, +),
            sectionByteCounts: sections
        )
    }

    /// The bytes with a few changes of the kinds that damage, mischief and newer programs make.
    mutating func mutation(of original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0..<1 + number(below: 3) {
            let position = number(below: bytes.count + 1)
            switch number(below: 8) {
            case 0 where position < bytes.count: bytes[position] ^= 1 << UInt8(number(below: 8))
            case 1 where position < bytes.count: bytes[position] = UInt8(number(below: 256))
            case 2: bytes.removeLast(bytes.count - position)
            case 3: bytes.insert(UInt8(number(below: 256)), at: position)
            case 4 where position < bytes.count: bytes.remove(at: position)
            case 5: bytes += self.bytes(number(below: 6))
            case 6: bytes += bytes[position...]
            default: bytes += field()
            }
        }
        return bytes
    }

    /// A well-formed field of any number, often one that the message has with another type.
    private mutating func field() -> [UInt8] {
        let number = 1 + number(below: self.number(below: 4) == 0 ? 1_000 : 14)
        let wireType = [0, 0, 1, 2, 2, 3, 5][self.number(below: 7)]
        var bytes = Self.varint(UInt64(number << 3 | wireType))
        switch wireType {
        case 0: bytes += Self.varint(word())
        case 1: bytes += self.bytes(8)
        case 2:
            let content = self.bytes(self.number(below: 40))
            bytes += Self.varint(UInt64(content.count)) + content
        case 5: bytes += self.bytes(4)
        default: bytes += [UInt8(truncatingIfNeeded: number << 3 | 4)]
        }
        return bytes
    }

    static func varint(_ value: UInt64) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
