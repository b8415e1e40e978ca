import HansaCore
import HansaWire
import WireTestSupport

/// Messages with random fields, all of them valid.
struct RandomMessages {
    private var generator: SplitMix

    init(seed: UInt64) { generator = SplitMix(seed: seed) }

    mutating func message(_ kind: FrameKind) -> WireMessage {
        switch kind {
        case .hello: .hello(hello())
        case .workRequest: .workRequest
        case .modelRequest: .modelRequest(modelRequest())
        case .uploadBegin: .uploadBegin(uploadBegin())
        case .uploadChunk: .uploadChunk(offset: wide())
        case .withdraw: .withdraw(assignment(), reason())
        case .welcome: .welcome(welcome())
        case .work: .work(work())
        case .model: .model(model())
        case .modelChunk: .modelChunk(offset: wide())
        case .uploadGranted: .uploadGranted(assignment(), offset: wide(), windowByteCount: narrow())
        case .uploadProgress: .uploadProgress(offset: wide())
        case .uploadAnswer: .uploadAnswer(uploadAnswer())
        case .cancel: .cancel(assignment(), reason())
        case .heartbeat: .heartbeat
        case .goodbye: .goodbye(Goodbye(milliseconds: narrow(), jitterMilliseconds: narrow()))
        case .refusal:
            .refusal(Refusal(reason: reason(), retryMilliseconds: narrow(), detail: text(byteCountMax: 256)))
        }
    }

    /// Numbers of every length, so that zeros and all lengths of varints occur.
    private mutating func wide() -> UInt64 { generator.next() >> UInt64.random(in: 0...64, using: &generator) }
    private mutating func narrow() -> UInt32 { UInt32(truncatingIfNeeded: wide()) }
    private mutating func flag() -> Bool { Bool.random(using: &generator) }
    private mutating func nonce() -> [UInt8] { generator.bytes(WireLimits.nonceByteCount) }
    private mutating func digest() -> SHA256Digest { SHA256Digest(hashing: nonce()) }

    private mutating func assignment() -> AssignmentID {
        AssignmentID(round: narrow(), attempt: narrow(), client: ClientID(narrow()), fence: narrow())
    }

    private mutating func reason() -> RefusalReason {
        RefusalReason.allCases.randomElement(using: &generator) ?? .busy
    }

    private mutating func text(byteCountMax: Int) -> String {
        let scalars: [Character] = ["a", "Z", " ", "é", "ß", "水", "🌊", "\u{7F}", "\n"]
        var text = ""
        let count = Int.random(in: 0...byteCountMax, using: &generator)
        while let next = scalars.randomElement(using: &generator), text.utf8.count + next.utf8.count <= count {
            text.append(next)
        }
        return text
    }

    private mutating func hello() -> Hello {
        Hello(
            versionMin: narrow(),
            versionMax: narrow(),
            nonce: nonce(),
            capabilities: Capabilities(rawValue: wide()),
            planFormatMax: narrow(),
            jobKinds: wide(),
            mechanisms: wide(),
            widths: wide(),
            codecs: wide(),
            trainerKinds: wide(),
            memoryByteCount: wide(),
            build: text(byteCountMax: 64),
            resumeToken: flag() ? nonce() : []
        )
    }

    private mutating func welcome() -> Welcome {
        Welcome(
            version: narrow(),
            nonce: nonce(),
            run: RunID(high: wide(), low: wide()),
            client: ClientID(narrow()),
            chunkByteCountMax: UInt32.random(in: 1...262_144, using: &generator),
            heartbeatMilliseconds: narrow(),
            idleMilliseconds: narrow(),
            holdMilliseconds: narrow(),
            contact: flag() ? .stay : .comeBack(milliseconds: narrow(), jitterMilliseconds: narrow()),
            resumeToken: nonce()
        )
    }

    private mutating func work() -> Work {
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: .wait(milliseconds: narrow())
        case 1: .finished
        default:
            .assigned(
                assignment(),
                plan: generator.bytes(Int.random(in: 0...400, using: &generator)),
                schema: generator.bytes(Int.random(in: 0...400, using: &generator))
            )
        }
    }

    private mutating func modelRequest() -> ModelRequest {
        let held = (0..<Int.random(in: 0...8, using: &generator)).map { _ in digest() }
        return ModelRequest(assignment: assignment(), digest: digest(), offset: wide(), held: held)
    }

    private mutating func model() -> ModelAnswer {
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: .held(digest())
        case 1: .gone(digest())
        default: .follows(digest(), totalByteCount: wide(), offset: wide())
        }
    }

    private mutating func uploadBegin() -> UploadBegin {
        let sections = (0..<Int.random(in: 0...40, using: &generator)).map { _ in wide() >> 8 }
        let report = UpdateReport(
            assignment: assignment(),
            planDigest: digest(),
            sampleCount: narrow(),
            trainingLoss: flag() ? Float.random(in: 0...8, using: &generator) : nil,
            payloadDigest: digest()
        )
        return UploadBegin(report: report, totalByteCount: sections.reduce(0, +), sectionByteCounts: sections)
    }

    private mutating func uploadAnswer() -> UploadAnswer {
        flag()
            ? UploadAnswer(assignment: assignment(), answer: .accepted)
            : UploadAnswer(assignment: assignment(), answer: .refused(reason()), retryMilliseconds: narrow())
    }
}
