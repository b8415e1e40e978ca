import Foundation
import HansaAccounting
import HansaPrivacy
import HansaSimulation

/// The sums of a device's own privacy ledger: the last line of `hansa-client ledger --json`.
struct DeviceLedgerSummary: Decodable {
    private let event: String
    /// The ε of all updates at the owner's δ, in words.
    let epsilon: String
    /// The updates with noise, and what they cost together.
    let noised: UInt64
    private let pure: String
    private let rho: String
    private let xi: String
    private let unbounded: UInt64
    private let unknown: UInt64
    /// Updates that are protected from readers of models only.
    let trusting: UInt64
    private let chain: String

    var isIntact: Bool { chain == "intact" }

    /// Infinite where something left without noise, or its cost is not known.
    var rhoSum: Double { unbounded > 0 || unknown > 0 ? .infinity : Double(rho) ?? 0 }

    /// Whether this device has charged at least what a coordinator charged for it.
    ///
    /// Both round each sum upward, in their own order, so sums of equal costs may part in their last digits.
    func covers(_ account: LedgerAccount) -> Bool {
        guard rhoSum.isFinite else { return true }
        func isAtLeast(_ device: Double, _ coordinator: Double) -> Bool { device >= coordinator * (1 - 1e-12) }
        let spent = account.spending
        let isPureCovered = pure == "none" || isAtLeast(Double(pure) ?? 0, spent.pureEpsilon ?? .infinity)
        return noised >= spent.releaseCount && isAtLeast(rhoSum, spent.rho) && isAtLeast(Double(xi) ?? 0, spent.xi)
            && isPureCovered
    }

    /// Reads a file that `hansa-client ledger --json` printed.
    init(file: String) throws(CommandFailure) {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure(
                .noInput,
                "\(file): got no such file, expected what `hansa-client ledger --json` printed."
            )
        }
        guard let line = data.split(separator: 0x0A).last,
            let summary = try? JSONDecoder().decode(Self.self, from: Data(line)), summary.event == "ledger"
        else {
            throw CommandFailure(
                .data,
                "\(file): got no sums of a device's ledger in the last line, expected all that `hansa-client ledger "
                    + "--json` printed."
            )
        }
        self = summary
    }
}
