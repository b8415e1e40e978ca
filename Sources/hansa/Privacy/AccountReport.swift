import Foundation
import HansaAccounting
import HansaPrivacy

/// ε of a composition under each accountant that is there.
struct AccountReport: Encodable {
    struct Line: Encodable {
        let accountant: String
        /// nil where this accountant knows none.
        let epsilon: Double?
        let delta: Double
        let holds: String

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(accountant, forKey: .accountant)
            try container.encode(epsilon, forKey: .epsilon)
            try container.encode(delta, forKey: .delta)
            try container.encode(holds, forKey: .holds)
        }

        private enum CodingKeys: String, CodingKey {
            case accountant, epsilon, delta, holds
        }
    }

    static let relation = "replace-one"
    static let unit = "one client's whole contribution to a round"

    let adversary: String
    let neighbours = relation
    let protects = unit
    let rounds: UInt64
    let accountants: [Line]
    /// The smallest of them; null in JSON where there is none.
    let epsilon: Double?
    let delta: Double

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(adversary, forKey: .adversary)
        try container.encode(neighbours, forKey: .neighbours)
        try container.encode(protects, forKey: .protects)
        try container.encode(rounds, forKey: .rounds)
        try container.encode(accountants, forKey: .accountants)
        try container.encode(epsilon, forKey: .epsilon)
        try container.encode(delta, forKey: .delta)
    }

    private enum CodingKeys: String, CodingKey {
        case adversary, neighbours, protects, rounds, accountants, epsilon, delta
    }

    init(_ event: PrivacyEvent, rounds: UInt64, delta: Double, adversary: String) throws(PrivacyError) {
        var accountant = RenyiAccountant()
        try accountant.add(event, count: rounds)
        let spending = accountant.spending
        self.adversary = adversary
        self.rounds = rounds
        self.delta = delta
        accountants = [
            Line(
                accountant: "pure",
                epsilon: spending.pureEpsilon,
                delta: 0,
                holds: "as a filter, whatever is chosen on the way"
            ),
            Line(
                accountant: "concentrated",
                epsilon: Self.finite(spending.concentratedEpsilon(delta: delta)),
                delta: delta,
                holds: "as a filter, whatever is chosen on the way"
            ),
            Line(
                accountant: "renyi",
                epsilon: Self.finite(accountant.renyiEpsilon(delta: delta)),
                delta: delta,
                holds: "where all rounds are fixed beforehand"
            ),
        ]
        epsilon = Self.finite(accountant.epsilon(delta: delta))
    }

    private static func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }

    var text: String {
        var text = "against \(adversary); neighbours: \(neighbours); unit: \(protects)\n"
        for line in accountants {
            let value = line.epsilon.map { Self.upward($0) } ?? "none"
            text += "  \(line.accountant.padding(toLength: 14, withPad: " ", startingAt: 0))"
            text += "ε \(value.padding(toLength: 12, withPad: " ", startingAt: 0)) δ \(line.delta)  \(line.holds)\n"
        }
        let statement = PrivacyStatement(epsilon: epsilon ?? .infinity, delta: delta)
        text += "  meaning       \(statement.meaning)\n"
        text += "  verdict       \(statement.verdict)\n"
        return text
    }

    /// Six digits behind the point, never below the number; 0 where there is none.
    static func upward(_ value: Double) -> String {
        guard value > 0 else { return "0" }
        let scaled = (value * 1e6).rounded(.up) / 1e6
        return String(format: "%.6f", scaled)
    }
}

/// Prints a value as JSON.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
