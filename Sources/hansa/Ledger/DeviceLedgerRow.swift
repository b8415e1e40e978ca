import HansaClient
import HansaPrivacy

/// A line of what `hansa-client ledger --json` prints, as far as it is read back.
struct DeviceLedgerRow: Decodable {
    let event: String
    /// The two parts of a line of the ledger's file, in hexadecimal digits.
    let entry: String?
    let chain: String?
    // The last line's sums, in the digits that the device printed.
    private let noised: UInt64?
    private let pure: String?
    private let rho: String?
    private let xi: String?
    private let unbounded: UInt64?
    private let unknown: UInt64?
    private let trusting: UInt64?

    /// Whether these are the sums of the lines, digit by digit.
    func states(_ sums: DeviceLedgerTotals) -> Bool {
        let spent = sums.spending
        return noised == spent.noised.releaseCount && pure == spent.noised.pureEpsilon?.description ?? "none"
            && rho == spent.noised.rho.description && xi == spent.noised.xi.description
            && unbounded == spent.unboundedCount && unknown == spent.unknownCount && trusting == spent.trustingCount
    }
}
