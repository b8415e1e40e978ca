import CHansaProto
import CProtobufC
import HansaCore
import HansaWire

/// Fields that several messages share.
extension ProtobufCCodec {
    /// Lends an assignment's message.
    static func withAssignment<Value>(
        _ id: AssignmentID,
        _ body: (UnsafeMutablePointer<Hansa__V1__AssignmentId>) -> Value
    ) -> Value {
        var message = Hansa__V1__AssignmentId()
        hansa__v1__assignment_id__init(&message)
        message.round = id.round
        message.attempt = id.attempt
        message.client = id.client.number
        message.fence = id.fence
        return withUnsafeMutablePointer(to: &message) { body($0) }
    }

    static func assignment(
        _ message: UnsafeMutablePointer<Hansa__V1__AssignmentId>?,
        _ kind: FrameKind
    ) throws(WireError) -> AssignmentID {
        guard let fields = message?.pointee else { throw .malformedMessage(kind) }
        return AssignmentID(
            round: fields.round,
            attempt: fields.attempt,
            client: ClientID(fields.client),
            fence: fields.fence
        )
    }

    static func digest(_ data: ProtobufCBinaryData, _ kind: FrameKind) throws(WireError) -> SHA256Digest {
        guard let digest = SHA256Digest(bytes: ProtobufCMemory.bytes(data)) else { throw .malformedMessage(kind) }
        return digest
    }

    static func nonce(_ data: ProtobufCBinaryData, _ kind: FrameKind) throws(WireError) -> [UInt8] {
        guard data.len == WireLimits.nonceByteCount else { throw .malformedMessage(kind) }
        return ProtobufCMemory.bytes(data)
    }

    static func reason(_ value: Hansa__V1__RefusalReason, _ kind: FrameKind) throws(WireError) -> RefusalReason {
        guard let number = UInt8(exactly: value.rawValue), let reason = RefusalReason(rawValue: number) else {
            throw .unknownValue(kind)
        }
        return reason
    }

    /// A reason with its class, which must be the one that the reason has.
    static func reason(
        _ value: Hansa__V1__RefusalReason,
        class retryClass: Hansa__V1__RefusalClass,
        _ kind: FrameKind
    ) throws(WireError) -> RefusalReason {
        let reason = try reason(value, kind)
        guard (1...3).contains(retryClass.rawValue) else { throw .unknownValue(kind) }
        guard retryClass == cClass(reason) else { throw .malformedMessage(kind) }
        return reason
    }

    static func cReason(_ reason: RefusalReason) -> Hansa__V1__RefusalReason {
        Hansa__V1__RefusalReason(rawValue: numericCast(reason.rawValue))
    }

    static func cClass(_ reason: RefusalReason) -> Hansa__V1__RefusalClass {
        switch reason.retryClass {
        case .retryLater: HANSA__V1__REFUSAL_CLASS__REFUSAL_CLASS_RETRY_LATER
        case .never: HANSA__V1__REFUSAL_CLASS__REFUSAL_CLASS_NEVER
        case .afterUpdate: HANSA__V1__REFUSAL_CLASS__REFUSAL_CLASS_AFTER_UPDATE
        }
    }
}
