import Foundation
import Testing

/// The rows of Vectors/dp.json that Rényi accounting is tested against, made with independent programs.
struct GoldenRows: Decodable {
    /// B1: the divergence of continuous Laplace noise.
    struct Divergence: Decodable, CustomTestStringConvertible {
        let eps0: Double
        let alpha: Double
        let rdp: Double

        var testDescription: String { "ε₀ \(eps0), α \(alpha)" }
    }

    /// D1: exact compositions by privacy-loss distributions.
    struct Composition: Decodable, CustomTestStringConvertible {
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

    /// C: what composing pure rounds of one ε costs at best (Kairouz, Oh, Viswanath).
    struct OptimalPure: Decodable, CustomTestStringConvertible {
        let eps: Double
        let rounds: UInt64
        let delta: Double
        let optimal: Double?

        var testDescription: String { "ε₀ \(eps), T \(rounds)" }

        enum CodingKeys: String, CodingKey {
            case delta
            case eps = "eps0_amplified_pure"
            case rounds = "T"
            case optimal = "eps_kov_of_amplified"
        }
    }

    let divergences: [Divergence]
    let compositions: [Composition]
    let optimalPure: [OptimalPure]

    enum CodingKeys: String, CodingKey {
        case divergences = "B1_laplace_rdp_one_step"
        case compositions = "D1_discrete_composition"
        case optimalPure = "C_laplace_poisson_subsampled"
    }

    static let shared: GoldenRows = {
        do {
            let url = Bundle.module.bundleURL.appendingPathComponent("Vectors/dp.json")
            return try JSONDecoder().decode(Self.self, from: try Data(contentsOf: url))
        } catch {
            preconditionFailure("the vectors are part of the package: \(error)")
        }
    }()
}
