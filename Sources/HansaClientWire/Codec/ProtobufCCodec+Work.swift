import CHansaProto
import CProtobufC
import HansaCore
import HansaWire

/// WorkRequest, Work, Withdraw and Cancel.
extension ProtobufCCodec {
    static func decodeWorkRequest(_ bytes: [UInt8]) throws(WireError) -> WireMessage {
        try ProtobufCMemory.unpack(
            bytes,
            kind: .workRequest,
            hansa__v1__work_request__unpack,
            hansa__v1__work_request__free_unpacked
        ) { (_: Hansa__V1__WorkRequest) throws(WireError) -> WireMessage in .workRequest }
    }

    static func encode(_ work: Work) -> [UInt8] {
        var message = Hansa__V1__Work()
        hansa__v1__work__init(&message)
        switch work {
        #if hasFeature(Embedded)
        case .assigned(let id, let plan, let schema): return encode(id, plan, schema, into: &message)
        #else
        case .assigned(let id, let plan, let schema, let memoryRound):
            message.memory_round = memoryRound
            return encode(id, plan, schema, into: &message)
        #endif
        case .wait(let milliseconds):
            message.status = HANSA__V1__WORK_STATUS__WORK_STATUS_WAIT
            message.wait_milliseconds = milliseconds
        case .finished:
            message.status = HANSA__V1__WORK_STATUS__WORK_STATUS_FINISHED
        }
        return pack(&message)
    }

    private static func encode(
        _ id: AssignmentID,
        _ plan: [UInt8],
        _ schema: [UInt8],
        into message: inout Hansa__V1__Work
    ) -> [UInt8] {
        message.status = HANSA__V1__WORK_STATUS__WORK_STATUS_ASSIGNED
        return withAssignment(id) { assignment in
            ProtobufCMemory.withBinaryData(plan) { plan in
                ProtobufCMemory.withBinaryData(schema) { schema in
                    message.assignment = assignment
                    message.plan = plan
                    message.schema = schema
                    return pack(&message)
                }
            }
        }
    }

    private static func pack(_ message: inout Hansa__V1__Work) -> [UInt8] {
        ProtobufCMemory.pack(&message, byteCount: hansa__v1__work__get_packed_size, pack: hansa__v1__work__pack)
    }

    static func decodeWork(_ bytes: [UInt8]) throws(WireError) -> WireMessage {
        try ProtobufCMemory.unpack(bytes, kind: .work, hansa__v1__work__unpack, hansa__v1__work__free_unpacked) {
            (message: Hansa__V1__Work) throws(WireError) -> WireMessage in
            let isEmpty =
                message.assignment == nil && message.plan.len == 0 && message.schema.len == 0
                && message.memoryIsNone
            switch message.status {
            case HANSA__V1__WORK_STATUS__WORK_STATUS_ASSIGNED:
                guard message.wait_milliseconds == 0, message.plan.len <= WireLimits.planByteCountMax,
                    message.schema.len <= WireLimits.schemaByteCountMax
                else { throw .malformedMessage(.work) }
                let id = try assignment(message.assignment, .work)
                let (plan, schema) = (ProtobufCMemory.bytes(message.plan), ProtobufCMemory.bytes(message.schema))
                #if hasFeature(Embedded)
                return .work(.assigned(id, plan: plan, schema: schema))
                #else
                return .work(.assigned(id, plan: plan, schema: schema, memoryRound: message.memory_round))
                #endif
            case HANSA__V1__WORK_STATUS__WORK_STATUS_WAIT:
                guard isEmpty else { throw .malformedMessage(.work) }
                return .work(.wait(milliseconds: message.wait_milliseconds))
            case HANSA__V1__WORK_STATUS__WORK_STATUS_FINISHED:
                guard isEmpty, message.wait_milliseconds == 0 else { throw .malformedMessage(.work) }
                return .work(.finished)
            default: throw .unknownValue(.work)
            }
        }
    }

    static func encodeWithdraw(_ id: AssignmentID, _ reason: RefusalReason) -> [UInt8] {
        var message = Hansa__V1__Withdraw()
        hansa__v1__withdraw__init(&message)
        message.reason = cReason(reason)
        return withAssignment(id) { assignment in
            message.assignment = assignment
            return ProtobufCMemory.pack(
                &message,
                byteCount: hansa__v1__withdraw__get_packed_size,
                pack: hansa__v1__withdraw__pack
            )
        }
    }

    static func decodeWithdraw(_ bytes: [UInt8]) throws(WireError) -> WireMessage {
        try ProtobufCMemory.unpack(
            bytes,
            kind: .withdraw,
            hansa__v1__withdraw__unpack,
            hansa__v1__withdraw__free_unpacked
        ) { (message: Hansa__V1__Withdraw) throws(WireError) -> WireMessage in
            .withdraw(try assignment(message.assignment, .withdraw), try reason(message.reason, .withdraw))
        }
    }

    static func encodeCancel(_ id: AssignmentID, _ reason: RefusalReason) -> [UInt8] {
        var message = Hansa__V1__Cancel()
        hansa__v1__cancel__init(&message)
        message.reason = cReason(reason)
        return withAssignment(id) { assignment in
            message.assignment = assignment
            return ProtobufCMemory.pack(
                &message,
                byteCount: hansa__v1__cancel__get_packed_size,
                pack: hansa__v1__cancel__pack
            )
        }
    }

    static func decodeCancel(_ bytes: [UInt8]) throws(WireError) -> WireMessage {
        try ProtobufCMemory.unpack(bytes, kind: .cancel, hansa__v1__cancel__unpack, hansa__v1__cancel__free_unpacked) {
            (message: Hansa__V1__Cancel) throws(WireError) -> WireMessage in
            .cancel(try assignment(message.assignment, .cancel), try reason(message.reason, .cancel))
        }
    }
}

extension Hansa__V1__Work {
    /// Whether it names no round of memory; the thin client, which has none, does not look.
    fileprivate var memoryIsNone: Bool {
        #if hasFeature(Embedded)
        true
        #else
        memory_round == 0
        #endif
    }
}
