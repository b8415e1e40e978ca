import FoundationEssentials
import HansaCore
import HansaWire
import SwiftProtobuf

/// From generated types to values; fields are looked at in the order of their numbers.
extension SwiftProtobufCodec {
    static func native(_ proto: Hansa_V1_Hello) throws(WireError) -> Hello {
        let rules = FieldRules(kind: .hello)
        return Hello(
            versionMin: proto.versionMin,
            versionMax: proto.versionMax,
            nonce: try rules.nonce(proto.clientNonce),
            capabilities: Capabilities(rawValue: proto.capabilities),
            planFormatMax: proto.planFormatMax,
            jobKinds: proto.jobKinds,
            mechanisms: proto.mechanisms,
            widths: proto.widths,
            codecs: proto.codecs,
            trainerKinds: proto.trainerKinds,
            memoryByteCount: proto.memoryByteCount,
            build: try rules.text(proto.build, byteCountMax: WireLimits.buildByteCountMax),
            resumeToken: proto.resumeToken.isEmpty ? [] : try rules.nonce(proto.resumeToken)
        )
    }

    static func native(_ proto: Hansa_V1_Welcome) throws(WireError) -> Welcome {
        let rules = FieldRules(kind: .welcome)
        let nonce = try rules.nonce(proto.serverNonce)
        guard let run = RunID(wireBytes: Array(proto.run)) else { throw rules.malformed }
        try rules.require((1...UInt32(WireLimits.chunkByteCountMax)).contains(proto.chunkByteCountMax))
        let contact: ContactMode
        switch proto.contact {
        case .stay:
            try rules.require(proto.returnMilliseconds == 0 && proto.returnJitterMilliseconds == 0)
            contact = .stay
        case .return:
            contact = .comeBack(
                milliseconds: proto.returnMilliseconds,
                jitterMilliseconds: proto.returnJitterMilliseconds
            )
        case .unspecified, .UNRECOGNIZED: throw rules.unknown
        }
        return Welcome(
            version: proto.version,
            nonce: nonce,
            run: run,
            client: ClientID(proto.client),
            chunkByteCountMax: proto.chunkByteCountMax,
            heartbeatMilliseconds: proto.heartbeatMilliseconds,
            idleMilliseconds: proto.idleMilliseconds,
            holdMilliseconds: proto.holdMilliseconds,
            contact: contact,
            resumeToken: try rules.nonce(proto.resumeToken)
        )
    }

    static func native(_ proto: Hansa_V1_Work) throws(WireError) -> Work {
        let rules = FieldRules(kind: .work)
        let hasNoWork =
            !proto.hasAssignment && proto.plan.isEmpty && proto.schema.isEmpty && proto.memoryRound == 0
        switch proto.status {
        case .assigned:
            try rules.require(proto.waitMilliseconds == 0)
            let id = try rules.assignment(proto.hasAssignment, proto.assignment)
            try rules.require(proto.plan.count <= WireLimits.planByteCountMax)
            try rules.require(proto.schema.count <= WireLimits.schemaByteCountMax)
            return .assigned(
                id,
                plan: Array(proto.plan),
                schema: Array(proto.schema),
                memoryRound: proto.memoryRound
            )
        case .wait:
            try rules.require(hasNoWork)
            return .wait(milliseconds: proto.waitMilliseconds)
        case .finished:
            try rules.require(hasNoWork && proto.waitMilliseconds == 0)
            return .finished
        case .unspecified, .UNRECOGNIZED: throw rules.unknown
        }
    }

    static func native(_ proto: Hansa_V1_ModelRequest) throws(WireError) -> ModelRequest {
        let rules = FieldRules(kind: .modelRequest)
        let id = try rules.assignment(proto.hasAssignment, proto.assignment)
        let digest = try rules.digest(proto.digest)
        try rules.require(proto.have.count <= WireLimits.heldModelCountMax)
        var held: [SHA256Digest] = []
        for bytes in proto.have { held.append(try rules.digest(bytes)) }
        return ModelRequest(assignment: id, digest: digest, offset: proto.offset, held: held)
    }

    static func native(_ proto: Hansa_V1_Model) throws(WireError) -> ModelAnswer {
        let rules = FieldRules(kind: .model)
        let hasNoRange = proto.totalByteCount == 0 && proto.offset == 0
        switch proto.status {
        case .follows:
            return .follows(
                try rules.digest(proto.digest),
                totalByteCount: proto.totalByteCount,
                offset: proto.offset
            )
        case .held:
            try rules.require(hasNoRange)
            return .held(try rules.digest(proto.digest))
        case .gone:
            try rules.require(hasNoRange)
            return .gone(try rules.digest(proto.digest))
        case .unspecified, .UNRECOGNIZED: throw rules.unknown
        }
    }

    static func native(_ proto: Hansa_V1_UploadBegin) throws(WireError) -> UploadBegin {
        let rules = FieldRules(kind: .uploadBegin)
        let id = try rules.assignment(proto.hasAssignment, proto.assignment)
        let planDigest = try rules.digest(proto.planDigest)
        let payloadDigest = try rules.digest(proto.payloadDigest)
        try rules.require(proto.hasTrainingLoss_p || proto.trainingLoss.bitPattern == 0)
        try rules.require(proto.sectionByteCounts.count <= WireLimits.sectionCountMax)
        var sum: UInt64 = 0
        for count in proto.sectionByteCounts {
            let (next, overflows) = sum.addingReportingOverflow(count)
            try rules.require(!overflows)
            sum = next
        }
        try rules.require(sum == proto.totalByteCount)
        try rules.require(proto.expertLoads.count <= WireLimits.expertCountMax)
        var report = UpdateReport(
            assignment: id,
            planDigest: planDigest,
            sampleCount: proto.sampleCount,
            trainingLoss: proto.hasTrainingLoss_p ? proto.trainingLoss : nil,
            payloadDigest: payloadDigest
        )
        report.expertLoads = proto.expertLoads
        return UploadBegin(
            report: report,
            totalByteCount: proto.totalByteCount,
            sectionByteCounts: proto.sectionByteCounts
        )
    }

    static func native(_ proto: Hansa_V1_UploadGranted) throws(WireError) -> WireMessage {
        let id = try FieldRules(kind: .uploadGranted).assignment(proto.hasAssignment, proto.assignment)
        return .uploadGranted(id, offset: proto.offset, windowByteCount: proto.windowByteCount)
    }

    static func native(_ proto: Hansa_V1_UploadAnswer) throws(WireError) -> UploadAnswer {
        let rules = FieldRules(kind: .uploadAnswer)
        let id = try rules.assignment(proto.hasAssignment, proto.assignment)
        switch proto.status {
        case .accepted:
            try rules.require(
                proto.reason == .unspecified && proto.refusalClass == .unspecified && proto.retryMilliseconds == 0
            )
            return UploadAnswer(assignment: id, answer: .accepted)
        case .refused:
            let reason = try rules.reason(proto.reason)
            try rules.refusalClass(proto.refusalClass, of: reason)
            return UploadAnswer(
                assignment: id,
                answer: .refused(reason),
                retryMilliseconds: proto.retryMilliseconds
            )
        case .unspecified, .UNRECOGNIZED: throw rules.unknown
        }
    }

    static func native(_ proto: Hansa_V1_Withdraw) throws(WireError) -> WireMessage {
        let rules = FieldRules(kind: .withdraw)
        let id = try rules.assignment(proto.hasAssignment, proto.assignment)
        return .withdraw(id, try rules.reason(proto.reason))
    }

    static func native(_ proto: Hansa_V1_Cancel) throws(WireError) -> WireMessage {
        let rules = FieldRules(kind: .cancel)
        let id = try rules.assignment(proto.hasAssignment, proto.assignment)
        return .cancel(id, try rules.reason(proto.reason))
    }

    static func native(_ proto: Hansa_V1_Goodbye) -> Goodbye {
        Goodbye(milliseconds: proto.returnMilliseconds, jitterMilliseconds: proto.returnJitterMilliseconds)
    }

    static func native(_ proto: Hansa_V1_Refusal) throws(WireError) -> Refusal {
        let rules = FieldRules(kind: .refusal)
        let reason = try rules.reason(proto.reason)
        try rules.refusalClass(proto.refusalClass, of: reason)
        return Refusal(
            reason: reason,
            retryMilliseconds: proto.retryMilliseconds,
            detail: try rules.text(proto.detail, byteCountMax: WireLimits.detailByteCountMax)
        )
    }
}
