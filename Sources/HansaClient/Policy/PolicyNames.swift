import HansaCore

/// The words of a policy file for what a plan says in numbers.
enum PolicyNames {
    static let jobKinds: [(name: String, value: JobKind)] = [("training", .training)]
    static let roles: [(name: String, value: ClientRole)] = [
        ("trainer", .trainer), ("anchor", .anchor), ("miner", .miner),
    ]
    static let returnedFields: [(name: String, value: ReturnedFields)] = [
        ("sample-count", .sampleCount), ("training-loss", .trainingLoss),
    ]

    static func name(_ kind: JobKind) -> String { list([kind]) }

    static func name(_ role: ClientRole) -> String { list([role]) }

    static func list(_ kinds: Set<JobKind>) -> String {
        joined(jobKinds.filter { kinds.contains($0.value) }.map { $0.name })
    }

    static func list(_ chosen: Set<ClientRole>) -> String {
        joined(roles.filter { chosen.contains($0.value) }.map { $0.name })
    }

    /// The fields' names; one that has no name yet is shown as a number.
    static func list(_ fields: ReturnedFields) -> String {
        var names = returnedFields.filter { fields.contains($0.value) }.map { $0.name }
        let unknown = fields.subtracting(.known)
        if !unknown.isEmpty { names.append("unknown fields \(unknown.rawValue)") }
        return joined(names)
    }

    private static func joined(_ names: [String]) -> String {
        guard var text = names.first else { return "none" }
        for name in names.dropFirst() { text += ", " + name }
        return text
    }
}
