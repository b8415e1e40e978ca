import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaQuantization

/// What clients send, made by the pipeline that makes it on devices: clip, rounding, noise and packing, with a key for each
/// payload as `NoiseKey.client(_:plan:seed:)` gives it.
///
/// Under local noise everyone sees one client's payload. Under distributed noise the coordinator sees the share, and
/// readers of the model see the sum with the other clients' shares, who contribute zeros.
public struct ClientRelease: AuditedRelease {
    public let views: [AuditView]
    private let audited: AuditPlan
    private let station: NoiseStation?
    private let inputs: (plus: [Float], minus: [Float], zero: [Float])
    private let seed: UInt64

    /// - Parameter seed: of the rounding, and of the noise where the plan's is seeded.
    public init(_ audited: AuditPlan, seed: UInt64) throws(AuditError) {
        self.audited = audited
        self.seed = seed
        inputs = (
            audited.input(isPlus: true), audited.input(isPlus: false),
            [Float](repeating: 0, count: audited.schema.count)
        )
        do throws(PrivacyError) { station = try NoiseStation(plan: audited.plan) } catch { throw .noise(error) }
        var views: [AuditView] = []
        do throws(PlanError) {
            if let event = try audited.plan.clientEvent(schema: audited.schema) {
                views.append(AuditView(adversary: audited.cohort > 1 ? "coordinator" : "everyone", event: event))
            }
            if audited.cohort > 1, let event = try audited.plan.releaseEvent(schema: audited.schema) {
                views.append(AuditView(adversary: "model reader", event: event))
            }
        } catch {
            throw .plan(error)
        }
        self.views = views
    }

    public func statistics(isPlus: Bool, trial: UInt32) throws(AuditError) -> [[Int64]] {
        let own = try payload(isPlus ? inputs.plus : inputs.minus, client: 0, isPlus: isPlus, trial: trial)
        var values = try integers(own)
        var statistics = [AuditStatistic.values(of: values, byteCount: own.count)]
        guard audited.cohort > 1 else { return statistics }
        for client in 1..<UInt32(audited.cohort) {
            let other = try integers(payload(inputs.zero, client: client, isPlus: isPlus, trial: trial))
            for (index, value) in other.enumerated() { values[index] += value }
        }
        statistics.append(AuditStatistic.values(of: values, byteCount: own.count))
        return statistics
    }

    /// One client's message.
    public func payload(
        _ trained: [Float],
        client: UInt32,
        isPlus: Bool,
        trial: UInt32
    ) throws(AuditError) -> [UInt8] {
        let plan = audited.plan
        // Another fence for every trial of either input, as every assignment has its own.
        let id = AssignmentID(
            round: plan.round,
            attempt: plan.attempt,
            client: ClientID(client),
            fence: trial << 1 | (isPlus ? 1 : 0)
        )
        var words = RandomStream(seed: seed, round: id.fence, client: client, purpose: .rounding)
        let key: NoiseKey?
        do throws(PrivacyError) { key = try NoiseKey.client(id, plan: plan, seed: seed) } catch { throw .noise(error) }
        do throws(PipelineError) {
            return try UpdatePipeline.encode(
                local: trained,
                received: inputs.zero,
                sampleCount: 1,
                plan: plan,
                schema: audited.schema,
                words: &words,
                noiseKey: key,
                noiseStation: station
            ).payload
        } catch {
            throw .pipeline(error)
        }
    }

    private func integers(_ payload: [UInt8]) throws(AuditError) -> [Int64] {
        do throws(QuantizationError) {
            return try audited.integers(payload, count: 2).map { Int64($0) }
        } catch {
            throw .quantization(error)
        }
    }
}
