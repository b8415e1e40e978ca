#if !hasFeature(Embedded)
public import HansaNumerics
import HansaQuantization

extension RoundPlan {
    /// The paper's form of training and payload, where the plan asks for it.
    public var insecureForm: InsecureScaledForm? {
        if case .insecureScaled(let form) = algorithm { form } else { nil }
    }

    /// The lengths that an update may have; one, unless clients choose widths.
    ///
    /// The plan was validated against the schema.
    public func updateByteCounts(schema: ParameterSchema, expertLoads: [UInt32]) -> ClosedRange<Int> {
        guard let form = insecureForm, let narrow = try? BitWidth(form.widths.lowerBound),
            let wide = try? BitWidth(form.widths.upperBound)
        else {
            let count = updateByteCount(schema: schema, expertLoads: expertLoads)
            return count...count
        }
        return byteCount(form, narrow, schema)...byteCount(form, wide, schema)
    }

    /// The length of the widest payload of the form.
    func byteCountMax(_ form: InsecureScaledForm, schema: ParameterSchema) -> Int {
        byteCount(form, form.width(importance: 1), schema)
    }

    private func byteCount(_ form: InsecureScaledForm, _ width: BitWidth, _ schema: ParameterSchema) -> Int {
        InsecureScaledPayload.byteCount(width: width, sections: up, schema: schema, granularity: form.granularity)
    }

    /// Refuses a form that does not fit the rest of the plan.
    func validate(_ form: InsecureScaledForm) throws(PlanError) {
        guard form.isValid else { throw .invalidWork }
        // The form has its own clip and noise, of which nothing is claimed; what is claimed has none of this.
        guard clip == .none, noise == .none else { throw .insecureFormNeedsNoClaim }
    }

    static func encode(_ form: InsecureScaledForm, into writer: inout ByteWriter) {
        writer.write(form.quantizer.rawValue)
        writer.write(form.granularity.rawValue)
        writer.write(UInt8(truncatingIfNeeded: form.widthMin.bits))
        writer.write(UInt8(truncatingIfNeeded: form.widthMax.bits))
        writer.write(form.wave)
        writer.write(form.importance != nil)
        writer.write(form.importance?.homogeneityWeight ?? 0)
        writer.write(form.importance?.sizeWeight ?? 0)
        writer.write(form.sampleCountMax)
        writer.write(form.gradientBound)
        writer.write(form.nominalEpsilon)
        writer.write(form.releaseCount)
        writer.write(form.smoothness != nil)
        writer.write(form.smoothness ?? 0)
        writer.write(form.magnitudeMax)
    }

    static func decodeInsecureForm(from reader: inout ByteReader) throws(ByteReaderError) -> InsecureScaledForm {
        let (kind, cut) = (try reader.readUInt8(), try reader.readUInt8())
        let (narrow, wide) = (try reader.readUInt8(), try reader.readUInt8())
        guard let quantizer = InsecureQuantizer(rawValue: kind), let granularity = ScaleGranularity(rawValue: cut),
            let widthMin = try? BitWidth(Int(narrow)), let widthMax = try? BitWidth(Int(wide))
        else { throw .invalidValue }
        let wave = try reader.readDouble()
        let hasImportance = try reader.readBool()
        let (homogeneity, size) = (try reader.readDouble(), try reader.readDouble())
        let importance = try? ClientImportance(homogeneityWeight: homogeneity, sizeWeight: size)
        guard let importance else { throw .invalidValue }
        guard hasImportance || (homogeneity.bitPattern == 0 && size.bitPattern == 0) else { throw .invalidValue }
        let sampleCountMax = try reader.readUInt32()
        let gradientBound = try reader.readFloat()
        let nominalEpsilon = try reader.readDouble()
        let releaseCount = try reader.readDouble()
        let hasSmoothness = try reader.readBool()
        let smoothness = try reader.readDouble()
        guard hasSmoothness || smoothness.bitPattern == 0 else { throw .invalidValue }
        return InsecureScaledForm(
            quantizer: quantizer,
            granularity: granularity,
            widthMin: widthMin,
            widthMax: widthMax,
            wave: wave,
            importance: hasImportance ? importance : nil,
            sampleCountMax: sampleCountMax,
            gradientBound: gradientBound,
            nominalEpsilon: nominalEpsilon,
            releaseCount: releaseCount,
            smoothness: hasSmoothness ? smoothness : nil,
            magnitudeMax: try reader.readFloat()
        )
    }
}
#endif
