import HansaCore
import HansaNumerics
import HansaWire

/// The answer to a request for work.
extension ClientSession {
    mutating func take(_ work: Work) throws(WireError) -> (ClientSessionEvent, ByteClass) {
        question = nil
        if operation == .work { operation = nil }
        switch work {
        case .wait(let milliseconds):
            return (.workAnswered(.wait(milliseconds: milliseconds), schema: nil), .liveness)
        case .finished:
            return (.workAnswered(.finished, schema: nil), .liveness)
        #if hasFeature(Embedded)
        case .assigned(let id, let plan, let schema): return try assigned(id, plan, schema)
        #else
        case .assigned(let id, let plan, let schema, let memoryRound):
            return try assigned(id, plan, schema, memoryRound: memoryRound)
        #endif
        }
    }

    private mutating func assigned(
        _ id: AssignmentID,
        _ plan: [UInt8],
        _ schema: [UInt8],
        memoryRound: UInt32 = 0
    ) throws(WireError) -> (ClientSessionEvent, ByteClass) {
        guard let welcome, id.client == welcome.client else { throw .malformedMessage(.work) }
        let byteClass = beginExchange(.work, id)
        do throws(RefusalReason) {
            let schema = try Self.schema(schema)
            let plan = try Self.plan(plan, of: id, run: welcome.run, schema: schema)
            #if hasFeature(Embedded)
            let assignment = Assignment(id: id, plan: plan)
            #else
            var assignment = Assignment(id: id, plan: plan)
            assignment.memoryRound = memoryRound
            #endif
            return (.workAnswered(.assignment(assignment), schema: schema), byteClass)
        } catch {
            return (.unreadableWork(id, error), byteClass)
        }
    }

    private static func schema(_ bytes: [UInt8]) throws(RefusalReason) -> ParameterSchema {
        var reader = ByteReader(bytes)
        let schema: ParameterSchema
        do throws(SchemaError) { schema = try ParameterSchema(from: &reader) } catch { throw .malformed }
        guard reader.remaining == 0 else { throw .malformed }
        return schema
    }

    /// Reads a plan whose every field this program can follow.
    private static func plan(
        _ bytes: [UInt8],
        of id: AssignmentID,
        run: RunID,
        schema: ParameterSchema
    ) throws(RefusalReason) -> RoundPlan {
        // The first byte is the format; one that this program does not know can hold anything.
        guard let format = bytes.first else { throw .malformed }
        guard format >= 1, format <= RoundPlan.formatVersionMax else { throw .unknownValue }
        let plan: RoundPlan
        do throws(PlanError) {
            plan = try RoundPlan(canonicalBytes: bytes)
            try plan.validate(schema: schema, cohortMax: 1)
        } catch {
            throw error == .unknownCapability ? .missingCapability : .malformed
        }
        guard plan.run == run, plan.round == id.round, plan.attempt == id.attempt else { throw .malformed }
        // A model of local blocks alone has nothing to learn together.
        guard !plan.down.isEmpty else { throw .malformed }
        return plan
    }
}
