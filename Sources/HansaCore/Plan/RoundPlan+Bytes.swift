public import HansaNumerics
import HansaPrivacy
import HansaQuantization

extension RoundPlan {
    /// The highest version of the canonical form that this program reads.
    ///
    /// A plan is written in the lowest that can say what it says: 1 where the local work is plain SGD, 2 where only its
    /// optimizer or bounds are more, else 3.
    #if hasFeature(Embedded)
    public static let formatVersionMax: UInt8 = 1
    #else
    public static let formatVersionMax: UInt8 = 3
    #endif
    /// More sections than blocks cannot be.
    private static let sectionCountMax = ParameterSchema.blockCountMax

    /// The one byte form of this plan: what both ends hash, and what stores keep.
    public var canonicalBytes: [UInt8] {
        var writer = ByteWriter()
        encode(into: &writer)
        return writer.bytes
    }

    public func encode(into writer: inout ByteWriter) {
        let version = formatVersion
        writer.write(version)
        writer.write(run.high)
        writer.write(run.low)
        writer.write(round)
        writer.write(attempt)
        writer.write(jobKind.rawValue)
        writer.write(phase)
        writer.write(role.rawValue)
        writer.writeRaw(model.bytes)
        writer.write(modelVersion)
        Self.encode(work, into: &writer)
        #if !hasFeature(Embedded)
        if version >= 2 { Self.encodeOptions(work, into: &writer) }
        if version >= 3 {
            Self.encode(algorithm, into: &writer)
            writer.write(omitsIdleExperts)
        }
        #endif
        Self.encode(weighting, into: &writer)
        Self.encode(clip, into: &writer)
        Self.encode(noise, into: &writer)
        Self.encode(down, into: &writer)
        Self.encode(up, into: &writer)
        writer.write(deadlineMilliseconds)
        writer.write(returnedFields.rawValue)
        writer.write(requiredCapabilities.rawValue)
    }

    /// The version of the canonical form that this plan is written in.
    public var formatVersion: UInt8 {
        #if !hasFeature(Embedded)
        if algorithm != .descent || omitsIdleExperts { return 3 }
        #endif
        return work.isPlain ? 1 : 2
    }

    /// Reads the canonical form; every other byte string is refused.
    public init(canonicalBytes bytes: [UInt8]) throws(PlanError) {
        var reader = ByteReader(bytes)
        do throws(ByteReaderError) {
            self = try Self.decode(from: &reader)
            try reader.finish()
        } catch {
            throw .malformed
        }
    }

    private static func decode(from reader: inout ByteReader) throws(ByteReaderError) -> RoundPlan {
        let version = try reader.readUInt8()
        guard version >= 1, version <= formatVersionMax else { throw .invalidValue }
        let run = RunID(high: try reader.readUInt64(), low: try reader.readUInt64())
        let round = try reader.readUInt32()
        let attempt = try reader.readUInt32()
        guard let jobKind = JobKind(rawValue: try reader.readUInt8()) else { throw .invalidValue }
        let phase = try reader.readUInt32()
        guard let role = ClientRole(rawValue: try reader.readUInt8()) else { throw .invalidValue }
        let model = SHA256Digest(unchecked: try reader.readRaw(byteCount: SHA256Digest.byteCount))
        let modelVersion = try reader.readUInt64()
        #if hasFeature(Embedded)
        let work = try decodeWork(from: &reader)
        #else
        var work = try decodeWork(from: &reader)
        if version >= 2 { try decodeOptions(of: &work, from: &reader) }
        var algorithm = LocalAlgorithm.descent
        var omitsIdleExperts = false
        if version >= 3 {
            algorithm = try decodeAlgorithm(from: &reader)
            omitsIdleExperts = try reader.readBool()
        }
        #endif
        let weighting = try decodeWeighting(from: &reader)
        let clip = try decodeClip(from: &reader)
        let noise = try decodeNoise(from: &reader)
        let down = try decodeSections(from: &reader)
        let up = try decodeSections(from: &reader)
        let deadline = try reader.readUInt32()
        let returned = ReturnedFields(rawValue: try reader.readUInt32())
        guard ReturnedFields.known.isSuperset(of: returned) else { throw .invalidValue }
        let capabilities = Capabilities(rawValue: try reader.readUInt64())
        #if hasFeature(Embedded)
        let plan: RoundPlan
        #else
        var plan: RoundPlan
        #endif
        plan = RoundPlan(
            run: run,
            round: round,
            attempt: attempt,
            jobKind: jobKind,
            phase: phase,
            role: role,
            model: model,
            modelVersion: modelVersion,
            work: work,
            weighting: weighting,
            clip: clip,
            noise: noise,
            down: down,
            up: up,
            deadlineMilliseconds: deadline,
            returnedFields: returned,
            requiredCapabilities: capabilities
        )
        #if hasFeature(Embedded)
        return plan
        #else
        plan.algorithm = algorithm
        plan.omitsIdleExperts = omitsIdleExperts
        // A lower format can say it, so these are not the plan's one byte form.
        guard plan.formatVersion == version else { throw .invalidValue }
        return plan
        #endif
    }

    private static func encode(_ work: LocalWork, into writer: inout ByteWriter) {
        writer.write(work.epochs)
        writer.write(work.batchSize)
        writer.write(work.learningRate)
        writer.write(work.momentum)
        writer.write(work.weightDecay)
        writer.write(work.shuffles)
        writer.write(work.stepCountMax)
    }

    private static func decodeWork(from reader: inout ByteReader) throws(ByteReaderError) -> LocalWork {
        LocalWork(
            epochs: try reader.readUInt32(),
            batchSize: try reader.readUInt32(),
            learningRate: try reader.readFloat(),
            momentum: try reader.readFloat(),
            weightDecay: try reader.readFloat(),
            shuffles: try reader.readBool(),
            stepCountMax: try reader.readUInt32()
        )
    }

    private static func encode(_ rule: WeightRule, into writer: inout ByteWriter) {
        let (tag, cap): (UInt8, UInt32) =
            switch rule {
            case .uniform: (0, 0)
            case .samples(let cap): (1, cap)
            case .samplesOnClient(let cap): (2, cap)
            }
        writer.write(tag)
        writer.write(cap)
    }

    private static func decodeWeighting(from reader: inout ByteReader) throws(ByteReaderError) -> WeightRule {
        let tag = try reader.readUInt8()
        let cap = try reader.readUInt32()
        switch (tag, cap) {
        case (0, 0): return .uniform
        case (1, _): return .samples(cap: cap)
        case (2, _): return .samplesOnClient(cap: cap)
        default: throw .invalidValue
        }
    }

    private static func encode(_ plan: NoisePlan, into writer: inout ByteWriter) {
        guard let noise = plan.noise else { return writer.write(UInt8(0)) }
        writer.write(noise.mechanism.number)
        writer.write(noise.placement.number)
        switch noise.placement {
        case .distributed(let cohortMin): writer.write(cohortMin)
        case .local, .central: writer.write(UInt32(0))
        }
        writer.write(noise.source.rawValue)
        writer.write(noise.mechanism.parameter.numerator)
        writer.write(noise.mechanism.parameter.denominator)
    }

    private static func decodeNoise(from reader: inout ByteReader) throws(ByteReaderError) -> NoisePlan {
        let number = try reader.readUInt8()
        if number == 0 { return .none }
        let placementNumber = try reader.readUInt8()
        let cohortMin = try reader.readUInt32()
        let placement: NoisePlacement
        switch (placementNumber, cohortMin) {
        case (1, 0): placement = .local
        case (2, 1...): placement = .distributed(cohortMin: cohortMin)
        case (3, 0): placement = .central
        default: throw .invalidValue
        }
        guard let source = NoiseSource(rawValue: try reader.readUInt8()) else { throw .invalidValue }
        let numerator = try reader.readUInt64()
        let denominator = try reader.readUInt64()
        guard let parameter = try? Ratio(numerator, denominator),
            let mechanism = NoiseMechanism(number: number, parameter: parameter)
        else { throw .invalidValue }
        return .added(Noise(mechanism: mechanism, placement: placement, source: source))
    }

    private static func encode(_ clip: ClipRule, into writer: inout ByteWriter) {
        let (tag, bound): (UInt8, Double) =
            switch clip {
            case .none: (0, 0)
            case .l1(let bound): (1, bound)
            case .l2(let bound): (2, bound)
            }
        writer.write(tag)
        writer.write(bound)
    }

    private static func decodeClip(from reader: inout ByteReader) throws(ByteReaderError) -> ClipRule {
        let tag = try reader.readUInt8()
        let bound = try reader.readDouble()
        switch tag {
        case 0 where bound.bitPattern == 0: return .none
        case 1: return .l1(bound: bound)
        case 2: return .l2(bound: bound)
        default: throw .invalidValue
        }
    }

    private static func encode(_ sections: [SectionPlan], into writer: inout ByteWriter) {
        writer.write(UInt32(truncatingIfNeeded: sections.count))
        for section in sections {
            writer.write(UInt32(truncatingIfNeeded: section.blocks.lowerBound))
            writer.write(UInt32(truncatingIfNeeded: section.blocks.upperBound))
            switch section.encoding {
            case .float32: writer.write(UInt8(0))
            case .packed(let lattice, let width):
                writer.write(UInt8(1))
                writer.write(lattice.step)
                writer.write(UInt8(truncatingIfNeeded: lattice.shift))
                writer.write(lattice.bound)
                writer.write(UInt8(truncatingIfNeeded: width.bits))
            }
        }
    }

    private static func decodeSections(from reader: inout ByteReader) throws(ByteReaderError) -> [SectionPlan] {
        let count = Int(try reader.readUInt32())
        // The smallest section takes 9 bytes, so a count that lies cannot make us reserve memory.
        guard count <= sectionCountMax, count <= reader.remaining / 9 else { throw .truncated }
        var sections: [SectionPlan] = []
        for _ in 0..<count {
            let lower = Int(try reader.readUInt32())
            let upper = Int(try reader.readUInt32())
            guard lower <= upper else { throw .invalidValue }
            sections.append(SectionPlan(blocks: lower..<upper, encoding: try decodeEncoding(from: &reader)))
        }
        return sections
    }

    private static func decodeEncoding(
        from reader: inout ByteReader
    ) throws(ByteReaderError) -> SectionPlan.Encoding {
        switch try reader.readUInt8() {
        case 0: return .float32
        case 1:
            let step = try reader.readDouble()
            let shift = Int(try reader.readUInt8())
            let bound = try reader.readInt64()
            let bits = Int(try reader.readUInt8())
            do throws(QuantizationError) {
                return .packed(try Lattice(step: step, shift: shift, bound: bound), try BitWidth(bits))
            } catch {
                throw .invalidValue
            }
        default: throw .invalidValue
        }
    }
}
