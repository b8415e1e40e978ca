import HansaCore
import HansaNumerics
import HansaQuantization

/// A round's model as its clients get it: the bytes it travels in, their digest, and what is trained from.
///
/// Sent as float32 it is the current model; sent as integers it is a rounded one, the same for every client of the round.
/// All of it follows from the checkpoint, the plan and the run's seed, so a restart sends the same bytes.
struct SentModel {
    /// What the plan calls it: the digest of its bytes.
    let digest: SHA256Digest
    private let checkpoint: Checkpoint
    private let sections: [SectionPlan]
    private let packed: [UInt8]?
    private let companion: [Float]?

    /// The model in `sections`, rounded where they are packed.
    ///
    /// - Parameter companion: the vector that follows it, of as many numbers; nil for none.
    init(
        of checkpoint: Checkpoint,
        sections: [SectionPlan],
        companion: [Float]? = nil,
        seed: UInt64,
        round: UInt32
    ) throws(QuantizationError) {
        self.checkpoint = checkpoint
        self.sections = sections
        self.companion = companion
        let schema = checkpoint.schema
        if companion == nil, !sections.arePacked,
            sections.map({ Array($0.blocks) }).joined().elementsEqual(schema.blocks.indices)
        {
            // The bytes are the parameters themselves, which are hashed already.
            digest = checkpoint.modelDigest
            packed = nil
            return
        }
        // No client has this number, so the stream is the coordinator's own.
        var words = RandomStream(seed: seed, round: round, client: .max, purpose: .rounding)
        var content = try ModelCoding.encode(
            checkpoint.parameters,
            sections: sections,
            schema: schema,
            words: &words
        )
        if let companion { content += ModelCoding.encode(companion: companion) }
        digest = SHA256Digest(schema: schema, modelContent: content)
        packed = content
    }

    /// The sections' bytes, back to back.
    var content: [UInt8]? {
        if let packed { return packed }
        var none = RandomStream(seed: 0, purpose: .rounding)
        do throws(QuantizationError) {
            return try ModelCoding.encode(
                checkpoint.parameters,
                sections: sections,
                schema: checkpoint.schema,
                words: &none
            )
        } catch {
            return nil
        }
    }

    /// The parameters that a client reads from the bytes, and behind them the companion where there is one; decoded at
    /// each call where the model is packed.
    var parameters: [Float]? {
        guard let packed else { return checkpoint.parameters }
        do throws(QuantizationError) {
            if companion != nil {
                return try ModelCoding.decodeWithCompanion(packed, sections: sections, schema: checkpoint.schema)
            }
            return try ModelCoding.decode(packed, sections: sections, schema: checkpoint.schema)
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
