import HansaCore
import HansaNumerics
import HansaQuantization

/// A round's model as its clients get it: what they train from, and the bytes it travels in.
///
/// Sent as float32 it is the current model; sent as integers it is a rounded one, the same for every client of the round.
/// All of it follows from the checkpoint, the plan and the run's seed, so a restart sends the same bytes.
struct SentModel {
    let digest: SHA256Digest
    let parameters: [Float]
    private let sections: [SectionPlan]
    private let schema: ParameterSchema
    private let packed: [UInt8]?

    /// The model as it is.
    init(exact checkpoint: Checkpoint, digest: SHA256Digest, sections: [SectionPlan]) {
        self.digest = digest
        parameters = checkpoint.parameters
        self.sections = sections
        schema = checkpoint.schema
        packed = nil
    }

    /// The model rounded to the lattices of `sections`.
    init(
        rounding checkpoint: Checkpoint,
        sections: [SectionPlan],
        seed: UInt64,
        round: UInt32
    ) throws(QuantizationError) {
        // No client has this number, so the stream is the coordinator's own.
        var words = RandomStream(seed: seed, round: round, client: .max, purpose: .rounding)
        schema = checkpoint.schema
        let content = try ModelCoding.encode(
            checkpoint.parameters,
            sections: sections,
            schema: schema,
            words: &words
        )
        parameters = try ModelCoding.decode(content, sections: sections, schema: schema)
        digest = SHA256Digest(schema: schema, parameters: parameters)
        self.sections = sections
        packed = content
    }

    /// The sections' bytes, back to back.
    var content: [UInt8]? {
        if let packed { return packed }
        var none = RandomStream(seed: 0, purpose: .rounding)
        do throws(QuantizationError) {
            return try ModelCoding.encode(parameters, sections: sections, schema: schema, words: &none)
        } catch {
            return nil
        }
    }
}

extension [SectionPlan] {
    /// Whether any section is sent as integers.
    var arePacked: Bool {
        contains {
            if case .packed = $0.encoding { true } else { false }
        }
    }
}
