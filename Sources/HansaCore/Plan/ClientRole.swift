/// What a client does in a round.
///
/// Numbers are part of the wire format; unknown ones are refused.
public enum ClientRole: UInt8, Sendable {
    /// Trains locally and sends the difference.
    case trainer = 1
    /// Sends a large-batch gradient (FedAMD).
    case anchor = 2
    /// Trains against its last anchor (FedAMD).
    case miner = 3
    /// As a trainer, of the public class of small clients (AQ-DP).
    case smallTrainer = 4
}
