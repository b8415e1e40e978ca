import HansaCore
public import HansaPrivacy

extension NoiseMechanism {
    /// The name in ledgers.
    public var name: String {
        switch self {
        case .discreteLaplace: "discrete-laplace"
        case .discreteGaussian: "discrete-gaussian"
        case .skellam: "skellam"
        }
    }

    /// The mechanism of a ledger's name; nil for a name of none.
    init?(name: String, parameter: Ratio) {
        switch name {
        case "discrete-laplace": self = .discreteLaplace(scale: parameter)
        case "discrete-gaussian": self = .discreteGaussian(variance: parameter)
        case "skellam": self = .skellam(variance: parameter)
        default: return nil
        }
    }
}

extension NoiseSource {
    /// The name in ledgers.
    var name: String {
        switch self {
        case .system: "os"
        case .seeded: "seeded"
        }
    }

    init?(name: String) {
        switch name {
        case "os": self = .system
        case "seeded": self = .seeded
        default: return nil
        }
    }
}

extension NoisePlacement {
    /// The name in ledgers.
    public var name: String {
        switch self {
        case .local: "local"
        case .distributed: "distributed"
        case .central: "central"
        }
    }

    init?(name: String, cohortMin: UInt32?) {
        switch (name, cohortMin) {
        case ("local", nil): self = .local
        case ("central", nil): self = .central
        case ("distributed", let cohortMin?): self = .distributed(cohortMin: cohortMin)
        default: return nil
        }
    }
}

extension RunID {
    /// 32 hexadecimal digits.
    var ledgerText: String {
        [high, low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Reads 32 hexadecimal digits; nil for anything else.
    init?(ledgerText text: String) {
        guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
            let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }
}
