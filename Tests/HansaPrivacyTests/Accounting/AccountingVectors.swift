import Foundation
import Testing

/// The rows of Vectors/dp.json that composition is tested against, made with independent programs.
struct AccountingVectors: Decodable {
    struct PureRow: Decodable, CustomTestStringConvertible {
        let eps0: Double
        let rounds: UInt64
        let delta: Double
        let pure: Double

        var testDescription: String { "ε₀ \(eps0), T \(rounds)" }

        enum CodingKeys: String, CodingKey {
            case eps0
            case rounds = "T"
            case delta
            case pure = "eps_pure"
        }
    }

    struct PureRows: Decodable {
        let rows: [PureRow]
    }

    /// D1: exact compositions by privacy-loss distributions.
    struct DiscreteRow: Decodable, CustomTestStringConvertible {
        let mech: String
        let sensitivity: UInt64
        let scale: Double?
        let sigma: Double?
        let rounds: UInt64
        let pure: Double?
        let delta: Double
        let pld: Double
        let concentrated: Double?

        var testDescription: String { "\(mech), Δ \(sensitivity), \(scale ?? sigma ?? 0), T \(rounds)" }

        enum CodingKeys: String, CodingKey {
            case mech, sensitivity, scale, sigma, delta
            case rounds = "T"
            case pure = "eps_pure"
            case pld = "eps_pld"
            case concentrated = "eps_zcdp_cks"
        }
    }

    /// D2: the best conversion of ρ.
    struct ConversionRow: Decodable, CustomTestStringConvertible {
        let rho: Double
        let delta: Double
        let classic: Double
        let best: Double

        var testDescription: String { "ρ \(rho)" }

        enum CodingKeys: String, CodingKey {
            case rho, delta
            case classic = "eps_classic"
            case best = "eps_cks_opt"
        }
    }

    let pure: PureRows
    let discrete: [DiscreteRow]
    let conversion: [ConversionRow]

    enum CodingKeys: String, CodingKey {
        case pure = "B_laplace_composition"
        case discrete = "D1_discrete_composition"
        case conversion = "D2_zcdp_to_eps"
    }

    static let shared: AccountingVectors = {
        do {
            let url = Bundle.module.bundleURL.appendingPathComponent("Vectors/dp.json")
            return try JSONDecoder().decode(Self.self, from: try Data(contentsOf: url))
        } catch {
            preconditionFailure("the vectors are part of the package: \(error)")
        }
    }()
}
