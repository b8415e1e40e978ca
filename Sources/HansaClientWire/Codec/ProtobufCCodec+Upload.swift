import CHansaProto
import CProtobufC
import HansaCore
import HansaWire

/// UploadBegin, UploadGranted, UploadChunk, UploadProgress and UploadAnswer.
extension ProtobufCCodec {
    static func encode(_ begin: UploadBegin) -> [UInt8] {
        var message = Hansa__V1__UploadBegin()
        hansa__v1__upload_begin__init(&message)
        message.total_byte_count = begin.totalByteCount
        message.sample_count = begin.report.sampleCount
        message.has_training_loss = begin.report.trainingLoss == nil ? 0 : 1
        message.training_loss = begin.report.trainingLoss ?? 0
        var counts = begin.sectionByteCounts
        #if !hasFeature(Embedded)
        var loads = begin.report.expertLoads
        #endif
        return withAssignment(begin.report.assignment) { assignment in
            ProtobufCMemory.withBinaryData(begin.report.planDigest.bytes) { plan in
                ProtobufCMemory.withBinaryData(begin.report.payloadDigest.bytes) { payload in
                    counts.withUnsafeMutableBufferPointer { sections in
                        message.assignment = assignment
                        message.plan_digest = plan
                        message.payload_digest = payload
                        message.n_section_byte_counts = sections.count
                        message.section_byte_counts = sections.baseAddress
                        #if hasFeature(Embedded)
                        return pack(&message)
                        #else
                        return loads.withUnsafeMutableBufferPointer { loads in
                            message.n_expert_loads = loads.count
                            message.expert_loads = loads.baseAddress
                            return pack(&message)
                        }
                        #endif
                    }
                }
            }
        }
    }

    private static func pack(_ message: inout Hansa__V1__UploadBegin) -> [UInt8] {
        ProtobufCMemory.pack(
            &message,
            byteCount: hansa__v1__upload_begin__get_packed_size,
            pack: hansa__v1__upload_begin__pack
        )
    }

    static func decodeUploadBegin(_ bytes: [UInt8]) throws(WireError) -> WireMessage {
        let kind = FrameKind.uploadBegin
        return try ProtobufCMemory.unpack(
            bytes,
            kind: kind,
            hansa__v1__upload_begin__unpack,
            hansa__v1__upload_begin__free_unpacked
        ) { (message: Hansa__V1__UploadBegin) throws(WireError) -> WireMessage in
            let hasLoss = message.has_training_loss != 0
            guard hasLoss || message.training_loss.bitPattern == 0 else { throw .malformedMessage(kind) }
            #if hasFeature(Embedded)
            let report: UpdateReport
            #else
            var report: UpdateReport
            #endif
            report = UpdateReport(
                assignment: try assignment(message.assignment, kind),
                planDigest: try digest(message.plan_digest, kind),
                sampleCount: message.sample_count,
                trainingLoss: hasLoss ? message.training_loss : nil,
                payloadDigest: try digest(message.payload_digest, kind)
            )
            #if !hasFeature(Embedded)
            report.expertLoads = try expertLoads(message)
            #endif
            return .uploadBegin(
                UploadBegin(
                    report: report,
                    totalByteCount: message.total_byte_count,
                    sectionByteCounts: try sectionByteCounts(message)
                )
            )
        }
    }

    #if !hasFeature(Embedded)
    private static func expertLoads(_ message: Hansa__V1__UploadBegin) throws(WireError) -> [UInt32] {
        let count = message.expert_loads == nil ? 0 : message.n_expert_loads
        guard count <= WireLimits.expertCountMax else { throw .malformedMessage(.uploadBegin) }
        // Bounds: libprotobuf-c has allocated that many elements.
        return [UInt32](UnsafeBufferPointer(start: message.expert_loads, count: count))
    }
    #endif

    /// The byte counts of the sections, whose sum must be the total.
    private static func sectionByteCounts(_ message: Hansa__V1__UploadBegin) throws(WireError) -> [UInt64] {
        let count = message.section_byte_counts == nil ? 0 : message.n_section_byte_counts
        guard count <= WireLimits.sectionCountMax else { throw .malformedMessage(.uploadBegin) }
        // Bounds: libprotobuf-c has allocated that many elements.
        let counts = [UInt64](UnsafeBufferPointer(start: message.section_byte_counts, count: count))
        var total: UInt64 = 0
        for sectionByteCount in counts {
            let (sum, overflows) = total.addingReportingOverflow(sectionByteCount)
            guard !overflows else { throw .malformedMessage(.uploadBegin) }
            total = sum
        }
        guard total == message.total_byte_count else { throw .malformedMessage(.uploadBegin) }
        return counts
    }

    static func encodeGranted(_ id: AssignmentID, offset: UInt64, window: UInt32) -> [UInt8] {
        var message = Hansa__V1__UploadGranted()
        hansa__v1__upload_granted__init(&message)
        message.offset = offset
        message.window_byte_count = window
        return withAssignment(id) { assignment in
            message.assignment = assignment
            return ProtobufCMemory.pack(
                &message,
                byteCount: hansa__v1__upload_granted__get_packed_size,
                pack: hansa__v1__upload_granted__pack
            )
        }
    }

    static func decodeGranted(_ bytes: [UInt8]) throws(WireError) -> WireMessage {
        try ProtobufCMemory.unpack(
            bytes,
            kind: .uploadGranted,
            hansa__v1__upload_granted__unpack,
            hansa__v1__upload_granted__free_unpacked
        ) { (message: Hansa__V1__UploadGranted) throws(WireError) -> WireMessage in
            .uploadGranted(
                try assignment(message.assignment, .uploadGranted),
                offset: message.offset,
                windowByteCount: message.window_byte_count
            )
        }
    }

    static func encodeUploadChunk(offset: UInt64) -> [UInt8] {
        var message = Hansa__V1__UploadChunk()
        hansa__v1__upload_chunk__init(&message)
        message.offset = offset
        return ProtobufCMemory.pack(
            &message,
            byteCount: hansa__v1__upload_chunk__get_packed_size,
            pack: hansa__v1__upload_chunk__pack
        )
    }

    static func decodeUploadChunk(_ bytes: [UInt8]) throws(WireError) -> WireMessage {
        try ProtobufCMemory.unpack(
            bytes,
            kind: .uploadChunk,
            hansa__v1__upload_chunk__unpack,
            hansa__v1__upload_chunk__free_unpacked
        ) { (message: Hansa__V1__UploadChunk) throws(WireError) -> WireMessage in
            .uploadChunk(offset: message.offset)
        }
    }

    static func encodeProgress(offset: UInt64) -> [UInt8] {
        var message = Hansa__V1__UploadProgress()
        hansa__v1__upload_progress__init(&message)
        message.offset = offset
        return ProtobufCMemory.pack(
            &message,
            byteCount: hansa__v1__upload_progress__get_packed_size,
            pack: hansa__v1__upload_progress__pack
        )
    }

    static func decodeProgress(_ bytes: [UInt8]) throws(WireError) -> WireMessage {
        try ProtobufCMemory.unpack(
            bytes,
            kind: .uploadProgress,
            hansa__v1__upload_progress__unpack,
            hansa__v1__upload_progress__free_unpacked
        ) { (message: Hansa__V1__UploadProgress) throws(WireError) -> WireMessage in
            .uploadProgress(offset: message.offset)
        }
    }

    static func encode(_ answer: UploadAnswer) -> [UInt8] {
        var message = Hansa__V1__UploadAnswer()
        hansa__v1__upload_answer__init(&message)
        switch answer.answer {
        case .accepted: message.status = HANSA__V1__UPLOAD_STATUS__UPLOAD_STATUS_ACCEPTED
        case .refused(let reason):
            message.status = HANSA__V1__UPLOAD_STATUS__UPLOAD_STATUS_REFUSED
            message.reason = cReason(reason)
            message.refusal_class = cClass(reason)
            message.retry_milliseconds = answer.retryMilliseconds
        }
        return withAssignment(answer.assignment) { assignment in
            message.assignment = assignment
            return ProtobufCMemory.pack(
                &message,
                byteCount: hansa__v1__upload_answer__get_packed_size,
                pack: hansa__v1__upload_answer__pack
            )
        }
    }

    static func decodeUploadAnswer(_ bytes: [UInt8]) throws(WireError) -> WireMessage {
        let kind = FrameKind.uploadAnswer
        return try ProtobufCMemory.unpack(
            bytes,
            kind: kind,
            hansa__v1__upload_answer__unpack,
            hansa__v1__upload_answer__free_unpacked
        ) { (message: Hansa__V1__UploadAnswer) throws(WireError) -> WireMessage in
            let id = try assignment(message.assignment, kind)
            switch message.status {
            case HANSA__V1__UPLOAD_STATUS__UPLOAD_STATUS_ACCEPTED:
                guard message.reason.rawValue == 0, message.refusal_class.rawValue == 0,
                    message.retry_milliseconds == 0
                else { throw .malformedMessage(kind) }
                return .uploadAnswer(UploadAnswer(assignment: id, answer: .accepted))
            case HANSA__V1__UPLOAD_STATUS__UPLOAD_STATUS_REFUSED:
                let reason = try reason(message.reason, class: message.refusal_class, kind)
                return .uploadAnswer(
                    UploadAnswer(
                        assignment: id,
                        answer: .refused(reason),
                        retryMilliseconds: message.retry_milliseconds
                    )
                )
            default: throw .unknownValue(kind)
            }
        }
    }
}
