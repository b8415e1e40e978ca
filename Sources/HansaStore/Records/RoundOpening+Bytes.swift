import HansaCoordinator
import HansaCore
import HansaNumerics

extension RoundOpening {
    /// `u32` round, `u32` attempt, `u64` model version, selected, plans in the order of their roles' numbers, expected;
    /// each list behind its `u32` count.
    var recordBytes: [UInt8] {
        var writer = ByteWriter(reservingCapacity: 64 + 4 * (selected.count + expected.count))
        writer.write(round)
        writer.write(attempt)
        writer.write(modelVersion)
        Self.encode(selected, into: &writer)
        writer.write(UInt32(truncatingIfNeeded: plans.count))
        for role in plans.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            guard let plan = plans[role] else { continue }
            writer.write(role.rawValue)
            writer.writeCounted(plan.canonicalBytes)
        }
        Self.encode(expected, into: &writer)
        return writer.bytes
    }

    init(recordBytes bytes: [UInt8]) throws(ByteReaderError) {
        var reader = ByteReader(bytes)
        let round = try reader.readUInt32()
        let attempt = try reader.readUInt32()
        let modelVersion = try reader.readUInt64()
        let selected = try Self.decodeClients(from: &reader)
        var plans: [ClientRole: RoundPlan] = [:]
        for _ in 0..<(try reader.readUInt32()) {
            guard let role = ClientRole(rawValue: try reader.readUInt8()), plans[role] == nil else {
                throw .invalidValue
            }
            let canonical = try reader.readCounted(byteCountMax: reader.remaining)
            do throws(PlanError) {
                plans[role] = try RoundPlan(canonicalBytes: canonical)
            } catch {
                throw .invalidValue
            }
        }
        let expected = try Self.decodeClients(from: &reader)
        try reader.finish()
        self.init(
            round: round,
            attempt: attempt,
            modelVersion: modelVersion,
            selected: selected,
            plans: plans,
            expected: expected
        )
    }

    private static func encode(_ clients: [ClientID], into writer: inout ByteWriter) {
        writer.write(UInt32(truncatingIfNeeded: clients.count))
        for client in clients { writer.write(client.number) }
    }

    private static func decodeClients(from reader: inout ByteReader) throws(ByteReaderError) -> [ClientID] {
        let count = Int(try reader.readUInt32())
        guard count <= reader.remaining / 4 else { throw .truncated }
        var clients: [ClientID] = []
        clients.reserveCapacity(count)
        for _ in 0..<count { clients.append(ClientID(try reader.readUInt32())) }
        return clients
    }
}
