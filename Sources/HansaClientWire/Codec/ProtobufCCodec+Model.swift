import CHansaProto
import CProtobufC
import HansaCore
import HansaWire

/// ModelRequest, Model and ModelChunk.
extension ProtobufCCodec {
    static func encode(_ request: ModelRequest) -> [UInt8] {
        var message = Hansa__V1__ModelRequest()
        hansa__v1__model_request__init(&message)
        message.offset = request.offset
        let heldBytes = request.held.flatMap { $0.bytes }
        return withAssignment(request.assignment) { assignment in
            ProtobufCMemory.withBinaryData(request.digest.bytes) { digest in
                ProtobufCMemory.withBinaryData(heldBytes) { held in
                    var parts: [ProtobufCBinaryData] = []
                    for index in request.held.indices {
                        // Bounds: `held` is the digests back to back, a fixed number of bytes each.
                        let start = held.data?.advanced(by: index * SHA256Digest.byteCount)
                        parts.append(ProtobufCBinaryData(len: SHA256Digest.byteCount, data: start))
                    }
                    return parts.withUnsafeMutableBufferPointer { have in
                        message.assignment = assignment
                        message.digest = digest
                        message.n_have = have.count
                        message.have = have.baseAddress
                        return ProtobufCMemory.pack(
                            &message,
                            byteCount: hansa__v1__model_request__get_packed_size,
                            pack: hansa__v1__model_request__pack
                        )
                    }
                }
            }
        }
    }

    static func decodeModelRequest(_ bytes: [UInt8]) throws(WireError) -> WireMessage {
        let kind = FrameKind.modelRequest
        return try ProtobufCMemory.unpack(
            bytes,
            kind: kind,
            hansa__v1__model_request__unpack,
            hansa__v1__model_request__free_unpacked
        ) { (message: Hansa__V1__ModelRequest) throws(WireError) -> WireMessage in
            guard message.n_have <= WireLimits.heldModelCountMax else { throw .malformedMessage(kind) }
            var held: [SHA256Digest] = []
            // Bounds: libprotobuf-c has allocated `n_have` elements.
            for part in UnsafeBufferPointer(start: message.have, count: message.have == nil ? 0 : message.n_have) {
                held.append(try digest(part, kind))
            }
            return .modelRequest(
                ModelRequest(
                    assignment: try assignment(message.assignment, kind),
                    digest: try digest(message.digest, kind),
                    offset: message.offset,
                    held: held
                )
            )
        }
    }

    static func encode(_ answer: ModelAnswer) -> [UInt8] {
        var message = Hansa__V1__Model()
        hansa__v1__model__init(&message)
        let digest: SHA256Digest
        switch answer {
        case .follows(let model, let total, let offset):
            digest = model
            message.status = HANSA__V1__MODEL_STATUS__MODEL_STATUS_FOLLOWS
            message.total_byte_count = total
            message.offset = offset
        case .held(let model):
            digest = model
            message.status = HANSA__V1__MODEL_STATUS__MODEL_STATUS_HELD
        case .gone(let model):
            digest = model
            message.status = HANSA__V1__MODEL_STATUS__MODEL_STATUS_GONE
        }
        return ProtobufCMemory.withBinaryData(digest.bytes) { bytes in
            message.digest = bytes
            return ProtobufCMemory.pack(
                &message,
                byteCount: hansa__v1__model__get_packed_size,
                pack: hansa__v1__model__pack
            )
        }
    }

    static func decodeModel(_ bytes: [UInt8]) throws(WireError) -> WireMessage {
        try ProtobufCMemory.unpack(bytes, kind: .model, hansa__v1__model__unpack, hansa__v1__model__free_unpacked) {
            (message: Hansa__V1__Model) throws(WireError) -> WireMessage in
            let isBare = message.total_byte_count == 0 && message.offset == 0
            switch message.status {
            case HANSA__V1__MODEL_STATUS__MODEL_STATUS_FOLLOWS:
                return .model(
                    .follows(
                        try digest(message.digest, .model),
                        totalByteCount: message.total_byte_count,
                        offset: message.offset
                    )
                )
            case HANSA__V1__MODEL_STATUS__MODEL_STATUS_HELD:
                guard isBare else { throw .malformedMessage(.model) }
                return .model(.held(try digest(message.digest, .model)))
            case HANSA__V1__MODEL_STATUS__MODEL_STATUS_GONE:
                guard isBare else { throw .malformedMessage(.model) }
                return .model(.gone(try digest(message.digest, .model)))
            default: throw .unknownValue(.model)
            }
        }
    }

    static func encodeModelChunk(offset: UInt64) -> [UInt8] {
        var message = Hansa__V1__ModelChunk()
        hansa__v1__model_chunk__init(&message)
        message.offset = offset
        return ProtobufCMemory.pack(
            &message,
            byteCount: hansa__v1__model_chunk__get_packed_size,
            pack: hansa__v1__model_chunk__pack
        )
    }

    static func decodeModelChunk(_ bytes: [UInt8]) throws(WireError) -> WireMessage {
        try ProtobufCMemory.unpack(
            bytes,
            kind: .modelChunk,
            hansa__v1__model_chunk__unpack,
            hansa__v1__model_chunk__free_unpacked
        ) { (message: Hansa__V1__ModelChunk) throws(WireError) -> WireMessage in
            .modelChunk(offset: message.offset)
        }
    }
}
