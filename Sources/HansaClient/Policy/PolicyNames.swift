import HansaCore
import HansaNumerics
import HansaPrivacy

/// The words of a policy file for what a plan says in numbers.
enum PolicyNames {
    static let jobKinds: [(name: String, value: JobKind)] = [("training", .training)]
    static let roles: [(name: String, value: ClientRole)] = [
        ("trainer", .trainer), ("anchor", .anchor), ("miner", .miner), ("small-trainer", .smallTrainer),
    ]
    static let returnedFields: [(name: String, value: ReturnedFields)] = [
        ("sample-count", .sampleCount), ("training-loss", .trainingLoss),
    ]
    static let placements: [(name: String, value: UInt8)] = [
        ("local", NoisePlacement.local.number), ("distributed", NoisePlacement.distributed(cohortMin: 1).number),
        ("central", NoisePlacement.central.number),
    ]

    static func name(_ kind: JobKind) -> String { list([kind]) }

    static func name(_ role: ClientRole) -> String { list([role]) }

    static func list(_ kinds: [JobKind]) -> String {
        joined(jobKinds.filter { kinds.contains($0.value) }.map { $0.name })
    }

    static func list(_ chosen: [ClientRole]) -> String {
        joined(roles.filter { chosen.contains($0.value) }.map { $0.name })
    }

    /// The fields' names; one that has no name yet is shown as a number.
    static func list(_ fields: ReturnedFields) -> String {
        var names = returnedFields.filter { fields.contains($0.value) }.map { $0.name }
        let unknown = fields.subtracting(.known)
        if !unknown.isEmpty { names.append(PlainText("unknown fields \(unknown.rawValue)").string) }
        return joined(names)
    }

    static func list(placements chosen: [UInt8]) -> String {
        joined(placements.filter { chosen.contains($0.value) }.map { $0.name })
    }

    private static func joined(_ names: [String]) -> String {
        names.isEmpty ? "none" : PlainText(list: names).string
    }
}
