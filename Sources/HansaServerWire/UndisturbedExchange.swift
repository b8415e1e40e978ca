public import HansaCore
public import HansaNumerics
import HansaQuantization
public import HansaWire

/// The bytes that one contribution takes on the wire when nothing is sent twice: what every transport's `training`
/// counters of a client show after an undisturbed round.
///
/// It encodes the very frames that both sessions would exchange. The question for work is not part of it, because it may
/// have to be asked several times (`ByteClass`).
public struct UndisturbedExchange: Hashable, Sendable {
    /// Work, model, grant, progress and answer.
    public private(set) var down = ByteCounts()
    /// The request for the model, the announcement and the update.
    public private(set) var up = ByteCounts()

    /// - Parameters:
    ///   - plan: the plan, validated against the schema.
    ///   - report: the header of the update that answers it.
    ///   - memoryRound: that of the assignment.
    ///   - updateByteCount: the payload's bytes; nil for as many as the plan says.
    ///   - modelByteCount: the model's bytes as the plan sends them down.
    public init(
        plan: RoundPlan,
        schema: ParameterSchema,
        report: UpdateReport,
        memoryRound: UInt32 = 0,
        updateByteCount: Int? = nil,
        modelByteCount: Int,
        configuration: ServerSession.Configuration
    ) {
        let id = report.assignment
        let sections = plan.sectionByteCounts(
            schema: schema,
            expertLoads: report.expertLoads,
            payloadByteCount: updateByteCount
        )
        let total = sections.reduce(0, +)
        addDown(
            .work(
                .assigned(
                    id,
                    plan: plan.canonicalBytes,
                    schema: schema.canonicalBytes,
                    memoryRound: memoryRound
                )
            )
        )
        addUp(.modelRequest(ModelRequest(assignment: id, digest: plan.model)))
        addDown(.model(.follows(plan.model, totalByteCount: UInt64(modelByteCount), offset: 0)))
        let chunk = UInt64(configuration.chunkByteCountMax)
        for offset in stride(from: 0, to: UInt64(modelByteCount), by: UInt64.Stride(chunk)) {
            addDown(.modelChunk(offset: offset), dataByteCount: min(chunk, UInt64(modelByteCount) - offset))
        }
        addUp(.uploadBegin(UploadBegin(report: report, totalByteCount: total, sectionByteCounts: sections)))
        addDown(.uploadGranted(id, offset: 0, windowByteCount: configuration.windowByteCount))
        var named: UInt64 = 0
        for offset in stride(from: 0, to: total, by: UInt64.Stride(chunk)) {
            let end = min(offset + chunk, total)
            addUp(.uploadChunk(offset: offset), dataByteCount: end - offset)
            if end < total, end - named >= UInt64(configuration.windowByteCount / 2) {
                addDown(.uploadProgress(offset: end))
                named = end
            }
        }
        addDown(.uploadAnswer(UploadAnswer(assignment: id, answer: .accepted)))
    }

    private mutating func addDown(_ message: WireMessage, dataByteCount: UInt64 = 0) {
        down.add(Self.byteCount(message, dataByteCount), as: .training)
    }

    private mutating func addUp(_ message: WireMessage, dataByteCount: UInt64 = 0) {
        up.add(Self.byteCount(message, dataByteCount), as: .training)
    }

    private static func byteCount(_ message: WireMessage, _ dataByteCount: UInt64) -> Int {
        WireLimits.headerByteCount + SwiftProtobufCodec.encode(message).count + Int(dataByteCount)
    }
}
