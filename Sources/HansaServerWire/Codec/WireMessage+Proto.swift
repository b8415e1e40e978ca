import FoundationEssentials
import HansaCore
import HansaWire
import SwiftProtobuf

extension WireMessage {
    /// The message as SwiftProtobuf's generated type.
    var proto: any SwiftProtobuf.Message {
        switch self {
        case .hello(let hello): hello.proto
        case .workRequest: Hansa_V1_WorkRequest()
        case .modelRequest(let request): request.proto
        case .uploadBegin(let begin): begin.proto
        case .uploadChunk(let offset): Hansa_V1_UploadChunk.with { $0.offset = offset }
        case .withdraw(let id, let reason):
            Hansa_V1_Withdraw.with {
                $0.assignment = id.proto
                $0.reason = reason.proto
            }
        case .welcome(let welcome): welcome.proto
        case .work(let work): work.proto
        case .model(let answer): answer.proto
        case .modelChunk(let offset): Hansa_V1_ModelChunk.with { $0.offset = offset }
        case .uploadGranted(let id, let offset, let window):
            Hansa_V1_UploadGranted.with {
                $0.assignment = id.proto
                $0.offset = offset
                $0.windowByteCount = window
            }
        case .uploadProgress(let offset): Hansa_V1_UploadProgress.with { $0.offset = offset }
        case .uploadAnswer(let answer): answer.proto
        case .cancel(let id, let reason):
            Hansa_V1_Cancel.with {
                $0.assignment = id.proto
                $0.reason = reason.proto
            }
        case .heartbeat: Hansa_V1_Heartbeat()
        case .goodbye(let goodbye):
            Hansa_V1_Goodbye.with {
                $0.returnMilliseconds = goodbye.milliseconds
                $0.returnJitterMilliseconds = goodbye.jitterMilliseconds
            }
        case .refusal(let refusal):
            Hansa_V1_Refusal.with {
                $0.reason = refusal.reason.proto
                $0.refusalClass = refusal.reason.retryClass.proto
                $0.retryMilliseconds = refusal.retryMilliseconds
                $0.detail = refusal.detail
            }
        }
    }
}

extension Hello {
    fileprivate var proto: Hansa_V1_Hello {
        .with {
            $0.versionMin = versionMin
            $0.versionMax = versionMax
            $0.clientNonce = Data(nonce)
            $0.capabilities = capabilities.rawValue
            $0.planFormatMax = planFormatMax
            $0.jobKinds = jobKinds
            $0.mechanisms = mechanisms
            $0.widths = widths
            $0.codecs = codecs
            $0.trainerKinds = trainerKinds
            $0.memoryByteCount = memoryByteCount
            $0.build = build
            $0.resumeToken = Data(resumeToken)
        }
    }
}

extension Welcome {
    fileprivate var proto: Hansa_V1_Welcome {
        .with {
            $0.version = version
            $0.serverNonce = Data(nonce)
            $0.run = Data(run.wireBytes)
            $0.client = client.number
            $0.chunkByteCountMax = chunkByteCountMax
            $0.heartbeatMilliseconds = heartbeatMilliseconds
            $0.idleMilliseconds = idleMilliseconds
            $0.holdMilliseconds = holdMilliseconds
            switch contact {
            case .stay: $0.contact = .stay
            case .comeBack(let milliseconds, let jitter):
                $0.contact = .return
                $0.returnMilliseconds = milliseconds
                $0.returnJitterMilliseconds = jitter
            }
            $0.resumeToken = Data(resumeToken)
        }
    }
}

extension Work {
    fileprivate var proto: Hansa_V1_Work {
        .with {
            switch self {
            case .assigned(let id, let plan, let schema, let memoryRound):
                $0.status = .assigned
                $0.assignment = id.proto
                $0.plan = Data(plan)
                $0.schema = Data(schema)
                $0.memoryRound = memoryRound
            case .wait(let milliseconds):
                $0.status = .wait
                $0.waitMilliseconds = milliseconds
            case .finished:
                $0.status = .finished
            }
        }
    }
}

extension ModelRequest {
    fileprivate var proto: Hansa_V1_ModelRequest {
        .with {
            $0.assignment = assignment.proto
            $0.digest = Data(digest.bytes)
            $0.offset = offset
            $0.have = held.map { Data($0.bytes) }
        }
    }
}

extension ModelAnswer {
    fileprivate var proto: Hansa_V1_Model {
        .with {
            switch self {
            case .follows(let digest, let total, let offset):
                $0.status = .follows
                $0.digest = Data(digest.bytes)
                $0.totalByteCount = total
                $0.offset = offset
            case .held(let digest):
                $0.status = .held
                $0.digest = Data(digest.bytes)
            case .gone(let digest):
                $0.status = .gone
                $0.digest = Data(digest.bytes)
            }
        }
    }
}

extension UploadBegin {
    fileprivate var proto: Hansa_V1_UploadBegin {
        .with {
            $0.assignment = report.assignment.proto
            $0.planDigest = Data(report.planDigest.bytes)
            $0.totalByteCount = totalByteCount
            $0.payloadDigest = Data(report.payloadDigest.bytes)
            $0.sampleCount = report.sampleCount
            if let loss = report.trainingLoss {
                $0.hasTrainingLoss_p = true
                // Protobuf libraries differ in whether they write a negative zero; nobody needs its sign.
                $0.trainingLoss = loss == 0 ? 0 : loss
            }
            $0.sectionByteCounts = sectionByteCounts
            $0.expertLoads = report.expertLoads
        }
    }
}

extension UploadAnswer {
    fileprivate var proto: Hansa_V1_UploadAnswer {
        .with {
            $0.assignment = assignment.proto
            switch answer {
            case .accepted:
                $0.status = .accepted
            case .refused(let reason):
                $0.status = .refused
                $0.reason = reason.proto
                $0.refusalClass = reason.retryClass.proto
                $0.retryMilliseconds = retryMilliseconds
            }
        }
    }
}

extension AssignmentID {
    fileprivate var proto: Hansa_V1_AssignmentId {
        .with {
            $0.round = round
            $0.attempt = attempt
            $0.client = client.number
            $0.fence = fence
        }
    }
}

extension RefusalReason {
    fileprivate var proto: Hansa_V1_RefusalReason { .init(rawValue: Int(rawValue)) ?? .unspecified }
}

extension RefusalReason.Class {
    fileprivate var proto: Hansa_V1_RefusalClass {
        switch self {
        case .retryLater: .retryLater
        case .never: .never
        case .afterUpdate: .afterUpdate
        }
    }
}
