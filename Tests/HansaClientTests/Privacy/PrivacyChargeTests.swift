import HansaNumerics
import HansaPrivacy
import Testing

@testable import HansaClient

@Suite("What an update costs")
struct PrivacyChargeTests {
    static func charges() throws -> [PrivacyCharge] {
        let laplace = PrivacyEvent(
            mechanism: .discreteLaplace(scale: try Ratio(7, 3)),
            sensitivityL1: 32,
            sensitivityL2Squared: 1_024,
            dimension: 10,
            source: .system
        )
        var skellam = laplace
        skellam.mechanism = .skellam(variance: try Ratio(900))
        skellam.source = .seeded
        return [
            .unbounded, .release(laplace, cost: try laplace.cost(), against: .everyone),
            .release(skellam, cost: try skellam.cost(), against: .modelReaders),
        ]
    }

    @Test("reads back as itself, and not from a torn form")
    func bytes() throws {
        for charge in try Self.charges() {
            var writer = ByteWriter()
            charge.encode(into: &writer)
            var reader = ByteReader(writer.bytes)
            #expect(try PrivacyCharge(from: &reader) == charge)
            try reader.finish()
            for count in writer.bytes.indices {
                var torn = ByteReader(Array(writer.bytes[..<count]))
                #expect(throws: ByteReaderError.self) { try PrivacyCharge(from: &torn) }
            }
        }
    }

    @Test("goes with the bytes in one record, and can be read while the payload is damaged")
    func record() throws {
        for charge in try Self.charges() {
            var record = try AgentFixtures.record(payload: [1, 2, 3, 4])
            record.charge = charge
            #expect(OutboxRecord(bytes: record.bytes) == record)
            var damaged = record.bytes
            damaged[damaged.count - 1] ^= 1
            #expect(OutboxRecord(bytes: damaged) == nil)
            #expect(OutboxRecord(headOf: damaged)?.charge == charge)
            #expect(OutboxRecord(headOf: Array(damaged.dropLast(4)))?.assignment == record.assignment)
            for bit in 0..<8 * record.head.count {
                var flipped = record.head
                flipped[bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(OutboxRecord(headOf: flipped) == nil)
            }
        }
    }

    @Test("is counted by its kind")
    func counting() throws {
        var spending = DeviceSpending()
        let charges = try Self.charges()
        spending.add(charges[1])
        spending.add(charges[2])
        #expect(spending.isBounded)
        #expect(spending.noised.releaseCount == 2)
        #expect((spending.seededCount, spending.trustingCount) == (1, 1))
        #expect(spending.epsilon(delta: 1e-6).isFinite)
        spending.add(charges[0])
        #expect(spending.unboundedCount == 1)
        #expect(spending.epsilon(delta: 1e-6) == .infinity)
    }

    @Test(
        "is never shown smaller than it is",
        arguments: [
            (0.5, "0.5"), (0, "0"), (1.00001, "1.0001"), (12.3456, "12.3456"), (9.99999, "10"),
            (.infinity, "unbounded"),
            (.nan, "unbounded"), (1e300, "above 10^12"), (1e-9, "0.0001"),
        ]
    )
    func text(value: Double, text: String) { #expect(EpsilonText.epsilon(value).string == text) }

    @Test("names its δ", arguments: [(1e-6, "1e-6"), (0.5, "5e-1"), (2.5e-7, "2.5e-7"), (0, "0")])
    func probability(value: Double, text: String) { #expect(EpsilonText.probability(value).string == text) }
}
