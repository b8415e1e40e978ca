public import HansaNumerics
import HansaPrivacy

/// The charge's byte form, in outbox records and in the device's ledger:
///
/// | type | field |
/// | --- | --- |
/// | u8 | whom the noise protects against; 0 for no noise, and then nothing follows |
/// | u8 | the unit of protection: 1, one client's whole contribution to a round, replace-one |
/// | event | mechanism and parameter, sensitivities, coordinates, source of the noise |
/// | cost | pure ε where there is one, ρ and ξ |
extension PrivacyCharge {
    /// One client's whole contribution to a round, replaced by any other.
    private static let contributionUnit: UInt8 = 1

    public func encode(into writer: inout ByteWriter) {
        guard case .release(let event, let cost, let adversary) = self else { return writer.write(UInt8(0)) }
        writer.write(adversary.rawValue)
        writer.write(Self.contributionUnit)
        event.encode(into: &writer)
        cost.encode(into: &writer)
    }

    /// Reads what ``encode(into:)`` wrote.
    public init(from reader: inout ByteReader) throws(ByteReaderError) {
        let first = try reader.readUInt8()
        guard first != 0 else {
            self = .unbounded
            return
        }
        guard let adversary = Adversary(rawValue: first), try reader.readUInt8() == Self.contributionUnit else {
            throw .invalidValue
        }
        let event = try PrivacyEvent(from: &reader)
        self = .release(event, cost: try PrivacyCost(from: &reader), against: adversary)
    }
}
