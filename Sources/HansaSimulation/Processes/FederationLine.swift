import Foundation
import HansaResults

/// A line of JSON from `hansa serve` or `hansa-client`, as far as a run of processes reads it.
struct FederationLine: Decodable {
    struct TLS: Decodable {
        let sent: UInt64
        let received: UInt64
    }

    let event: String
    let address: String?
    let round: UInt32?
    let attempt: UInt32?
    let accuracy: Double?
    let loss: Double?
    let trainingLoss: Double?
    let sent: WireTraffic.Direction?
    let received: WireTraffic.Direction?
    let tls: TLS?

    /// Nil for a line of another form, such as one that a crash tore.
    init?(_ line: String) {
        guard let value = try? JSONDecoder().decode(Self.self, from: Data(line.utf8)) else { return nil }
        self = value
    }
}
