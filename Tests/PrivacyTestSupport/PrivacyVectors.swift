import Foundation

/// The rows of Vectors/dp.json that accounting is tested against, made with independent programs.
public struct PrivacyVectors: Decodable, Sendable {
    /// B: what pure rounds add up to.
    public struct PureSum: Decodable, Sendable, CustomStringConvertible {
        public let eps0: Double
        public let rounds: UInt64
        public let delta: Double
        public let pure: Double

        public var description: String { "ε₀ \(eps0), T \(rounds)" }

        enum CodingKeys: String, CodingKey {
            case eps0, delta
            case rounds = "T"
            case pure = "eps_pure"
        }
    }

    /// B1: the Rényi divergence of continuous Laplace noise.
    public struct Divergence: Decodable, Sendable, CustomStringConvertible {
        public let eps0: Double
        public let alpha: Double
        public let rdp: Double

        public var description: String { "ε₀ \(eps0), α \(alpha)" }
    }

    /// C: what composing pure rounds of one ε costs at best (Kairouz, Oh, Viswanath).
    public struct OptimalPure: Decodable, Sendable, CustomStringConvertible {
        public let eps: Double
        public let rounds: UInt64
        public let delta: Double
        public let optimal: Double?

        public var description: String { "ε₀ \(eps), T \(rounds)" }

        enum CodingKeys: String, CodingKey {
            case delta
            case eps = "eps0_amplified_pure"
            case rounds = "T"
            case optimal = "eps_kov_of_amplified"
        }
    }

    /// D1: exact compositions by privacy-loss distributions.
    public struct Composition: Decodable, Sendable, CustomStringConvertible {
        public let mech: String
        public let sensitivity: UInt64
        public let scale: Double?
        public let sigma: Double?
        public let rounds: UInt64
        public let pure: Double?
        public let delta: Double
        public let pld: Double
        public let concentrated: Double?

        public var description: String { "\(mech), Δ \(sensitivity), \(scale ?? sigma ?? 0), T \(rounds)" }

        enum CodingKeys: String, CodingKey {
            case mech, sensitivity, scale, sigma, delta
            case rounds = "T"
            case pure = "eps_pure"
            case pld = "eps_pld"
            case concentrated = "eps_zcdp_cks"
        }
    }

    /// D2: the best conversion of ρ.
    public struct Conversion: Decodable, Sendable, CustomStringConvertible {
        public let rho: Double
        public let delta: Double
        public let classic: Double
        public let best: Double

        public var description: String { "ρ \(rho)" }

        enum CodingKeys: String, CodingKey {
            case rho, delta
            case classic = "eps_classic"
            case best = "eps_cks_opt"
        }
    }

    private struct PureSums: Decodable, Sendable {
        let rows: [PureSum]
    }

    public var pureSums: [PureSum] { pure.rows }
    public let divergences: [Divergence]
    public let optimalPure: [OptimalPure]
    public let compositions: [Composition]
    public let conversions: [Conversion]
    private let pure: PureSums

    enum CodingKeys: String, CodingKey {
        case pure = "B_laplace_composition"
        case divergences = "B1_laplace_rdp_one_step"
        case optimalPure = "C_laplace_poisson_subsampled"
        case compositions = "D1_discrete_composition"
        case conversions = "D2_zcdp_to_eps"
    }

    public static let shared: PrivacyVectors = {
        do {
            return try read(Self.self)
        } catch {
            preconditionFailure("the vectors are part of the package: \(error)")
        }
    }()

    /// The file's rows that `type` names.
    public static func read<Rows: Decodable>(_ type: Rows.Type) throws -> Rows {
        let url = Bundle.module.bundleURL.appendingPathComponent("Vectors/dp.json")
        return try JSONDecoder().decode(type, from: try Data(contentsOf: url))
    }
}
