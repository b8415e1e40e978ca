/// Why a fault specification cannot be read.
public enum FaultPlanError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A word without `=`, or a key that is not known.
    case unknownKey(String)
    /// A rate outside 0 ... ``FaultPlan/rateMax``, or a seed that is no number.
    case invalidValue(key: String, value: String)

    public var description: String {
        switch self {
        case .unknownKey(let key):
            "unknown fault '\(key)'; known are \(FaultPlan.rateKeys.map(\.name).joined(separator: ", ")), seed, and "
                + "the word default"
        case .invalidValue(let key, let value):
            "'\(value)' is no value for '\(key)'; expected "
                + (key == "seed" ? "a whole number" : "a rate from 0 to \(FaultPlan.rateMax)")
        }
    }
}

extension FaultPlan {
    static var rateKeys: [(name: String, path: any WritableKeyPath<FaultPlan, Double> & Sendable)] {
        [
            ("drop-request", \.dropRequest),
            ("drop-answer", \.dropAnswer),
            ("duplicate", \.duplicate),
            ("reorder", \.reorder),
            ("delay", \.delay),
            ("crash", \.crash),
            ("client-crash", \.clientCrash),
        ]
    }

    /// Reads `default`, or a list such as `drop-request=0.1,crash=0.02,seed=7`; later words win over `default`.
    public static func parse(_ text: String) throws(FaultPlanError) -> FaultPlan {
        var plan = FaultPlan(seed: 1)
        for word in text.split(separator: ",") {
            if word == "default" {
                plan = .default(seed: plan.seed)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw .unknownKey(String(word)) }
            if parts[0] == "seed" {
                guard let seed = UInt64(parts[1]) else { throw .invalidValue(key: "seed", value: parts[1]) }
                plan.seed = seed
            } else if let key = rateKeys.first(where: { $0.name == parts[0] }) {
                guard let rate = Double(parts[1]), (0...rateMax).contains(rate) else {
                    throw .invalidValue(key: parts[0], value: parts[1])
                }
                plan[keyPath: key.path] = rate
            } else {
                throw .unknownKey(parts[0])
            }
        }
        return plan
    }
}
