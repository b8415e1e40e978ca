import CHansaProto
import CProtobufC
import HansaCore
import HansaWire

/// Hello, Welcome, Heartbeat, Goodbye and Refusal.
extension ProtobufCCodec {
    static func encode(_ hello: Hello) -> [UInt8] {
        var message = Hansa__V1__Hello()
        hansa__v1__hello__init(&message)
        message.version_min = hello.versionMin
        message.version_max = hello.versionMax
        message.capabilities = hello.capabilities.rawValue
        message.plan_format_max = hello.planFormatMax
        message.job_kinds = hello.jobKinds
        message.mechanisms = hello.mechanisms
        message.widths = hello.widths
        message.codecs = hello.codecs
        message.trainer_kinds = hello.trainerKinds
        message.memory_byte_count = hello.memoryByteCount
        return ProtobufCMemory.withBinaryData(hello.nonce) { nonce in
            ProtobufCMemory.withBinaryData(hello.resumeToken) { token in
                ProtobufCMemory.withText(hello.build, byteCountMax: WireLimits.buildByteCountMax) { build in
                    message.client_nonce = nonce
                    message.resume_token = token
                    message.build = build
                    return ProtobufCMemory.pack(
                        &message,
                        byteCount: hansa__v1__hello__get_packed_size,
                        pack: hansa__v1__hello__pack
                    )
                }
            }
        }
    }

    static func decodeHello(_ bytes: [UInt8]) throws(WireError) -> WireMessage {
        let kind = FrameKind.hello
        return try ProtobufCMemory.unpack(bytes, kind: kind, hansa__v1__hello__unpack, hansa__v1__hello__free_unpacked)
        {
            (message: Hansa__V1__Hello) throws(WireError) -> WireMessage in
            guard let build = ProtobufText.read(bytes, field: 12, byteCountMax: WireLimits.buildByteCountMax) else {
                throw .malformedMessage(kind)
            }
            return .hello(
                Hello(
                    versionMin: message.version_min,
                    versionMax: message.version_max,
                    nonce: try nonce(message.client_nonce, kind),
                    capabilities: Capabilities(rawValue: message.capabilities),
                    planFormatMax: message.plan_format_max,
                    jobKinds: message.job_kinds,
                    mechanisms: message.mechanisms,
                    widths: message.widths,
                    codecs: message.codecs,
                    trainerKinds: message.trainer_kinds,
                    memoryByteCount: message.memory_byte_count,
                    build: build,
                    resumeToken: message.resume_token.len == 0 ? [] : try nonce(message.resume_token, kind)
                )
            )
        }
    }

    static func encode(_ welcome: Welcome) -> [UInt8] {
        var message = Hansa__V1__Welcome()
        hansa__v1__welcome__init(&message)
        message.version = welcome.version
        message.client = welcome.client.number
        message.chunk_byte_count_max = welcome.chunkByteCountMax
        message.heartbeat_milliseconds = welcome.heartbeatMilliseconds
        message.idle_milliseconds = welcome.idleMilliseconds
        message.hold_milliseconds = welcome.holdMilliseconds
        switch welcome.contact {
        case .stay: message.contact = HANSA__V1__CONTACT_MODE__CONTACT_MODE_STAY
        case .comeBack(let milliseconds, let jitter):
            message.contact = HANSA__V1__CONTACT_MODE__CONTACT_MODE_RETURN
            message.return_milliseconds = milliseconds
            message.return_jitter_milliseconds = jitter
        }
        return ProtobufCMemory.withBinaryData(welcome.nonce) { nonce in
            ProtobufCMemory.withBinaryData(welcome.run.wireBytes) { run in
                ProtobufCMemory.withBinaryData(welcome.resumeToken) { token in
                    message.server_nonce = nonce
                    message.run = run
                    message.resume_token = token
                    return ProtobufCMemory.pack(
                        &message,
                        byteCount: hansa__v1__welcome__get_packed_size,
                        pack: hansa__v1__welcome__pack
                    )
                }
            }
        }
    }

    static func decodeWelcome(_ bytes: [UInt8]) throws(WireError) -> WireMessage {
        let kind = FrameKind.welcome
        return try ProtobufCMemory.unpack(
            bytes,
            kind: kind,
            hansa__v1__welcome__unpack,
            hansa__v1__welcome__free_unpacked
        ) { (message: Hansa__V1__Welcome) throws(WireError) -> WireMessage in
            guard let run = RunID(wireBytes: ProtobufCMemory.bytes(message.run)),
                (1...UInt32(WireLimits.chunkByteCountMax)).contains(message.chunk_byte_count_max)
            else { throw .malformedMessage(kind) }
            return .welcome(
                Welcome(
                    version: message.version,
                    nonce: try nonce(message.server_nonce, kind),
                    run: run,
                    client: ClientID(message.client),
                    chunkByteCountMax: message.chunk_byte_count_max,
                    heartbeatMilliseconds: message.heartbeat_milliseconds,
                    idleMilliseconds: message.idle_milliseconds,
                    holdMilliseconds: message.hold_milliseconds,
                    contact: try contact(message),
                    resumeToken: try nonce(message.resume_token, kind)
                )
            )
        }
    }

    private static func contact(_ message: Hansa__V1__Welcome) throws(WireError) -> ContactMode {
        switch message.contact {
        case HANSA__V1__CONTACT_MODE__CONTACT_MODE_STAY:
            guard message.return_milliseconds == 0, message.return_jitter_milliseconds == 0 else {
                throw .malformedMessage(.welcome)
            }
            return .stay
        case HANSA__V1__CONTACT_MODE__CONTACT_MODE_RETURN:
            return .comeBack(
                milliseconds: message.return_milliseconds,
                jitterMilliseconds: message.return_jitter_milliseconds
            )
        default: throw .unknownValue(.welcome)
        }
    }

    static func decodeHeartbeat(_ bytes: [UInt8]) throws(WireError) -> WireMessage {
        try ProtobufCMemory.unpack(
            bytes,
            kind: .heartbeat,
            hansa__v1__heartbeat__unpack,
            hansa__v1__heartbeat__free_unpacked
        ) { (_: Hansa__V1__Heartbeat) throws(WireError) -> WireMessage in .heartbeat }
    }

    static func encode(_ goodbye: Goodbye) -> [UInt8] {
        var message = Hansa__V1__Goodbye()
        hansa__v1__goodbye__init(&message)
        message.return_milliseconds = goodbye.milliseconds
        message.return_jitter_milliseconds = goodbye.jitterMilliseconds
        return ProtobufCMemory.pack(
            &message,
            byteCount: hansa__v1__goodbye__get_packed_size,
            pack: hansa__v1__goodbye__pack
        )
    }

    static func decodeGoodbye(_ bytes: [UInt8]) throws(WireError) -> WireMessage {
        try ProtobufCMemory.unpack(
            bytes,
            kind: .goodbye,
            hansa__v1__goodbye__unpack,
            hansa__v1__goodbye__free_unpacked
        ) { (message: Hansa__V1__Goodbye) throws(WireError) -> WireMessage in
            .goodbye(
                Goodbye(
                    milliseconds: message.return_milliseconds,
                    jitterMilliseconds: message.return_jitter_milliseconds
                )
            )
        }
    }

    static func encode(_ refusal: Refusal) -> [UInt8] {
        var message = Hansa__V1__Refusal()
        hansa__v1__refusal__init(&message)
        message.reason = cReason(refusal.reason)
        message.refusal_class = cClass(refusal.reason)
        message.retry_milliseconds = refusal.retryMilliseconds
        return ProtobufCMemory.withText(refusal.detail, byteCountMax: WireLimits.detailByteCountMax) { detail in
            message.detail = detail
            return ProtobufCMemory.pack(
                &message,
                byteCount: hansa__v1__refusal__get_packed_size,
                pack: hansa__v1__refusal__pack
            )
        }
    }

    static func decodeRefusal(_ bytes: [UInt8]) throws(WireError) -> WireMessage {
        let kind = FrameKind.refusal
        return try ProtobufCMemory.unpack(
            bytes,
            kind: kind,
            hansa__v1__refusal__unpack,
            hansa__v1__refusal__free_unpacked
        ) { (message: Hansa__V1__Refusal) throws(WireError) -> WireMessage in
            guard let detail = ProtobufText.read(bytes, field: 4, byteCountMax: WireLimits.detailByteCountMax) else {
                throw .malformedMessage(kind)
            }
            return .refusal(
                Refusal(
                    reason: try reason(message.reason, class: message.refusal_class, kind),
                    retryMilliseconds: message.retry_milliseconds,
                    detail: detail
                )
            )
        }
    }
}
