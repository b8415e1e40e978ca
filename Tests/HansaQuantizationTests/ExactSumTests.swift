import HansaQuantization
import Testing

@Suite struct ExactSumTests {
    @Test(arguments: 2...32)
    func sumsAreThoseOfTheIntegers(width: Int) throws {
        let bits = try BitWidth(width)
        for count in [1, 512, 1300] {
            var sum = try ExactSum(count: count)
            var expected = [Int64](repeating: 0, count: count)
            for (client, weight) in [1, -3, 1 << 20, 1 << 31].enumerated() {
                let values = Samples.integers(seed: UInt64(client), count: count, width: width)
                let shift = client % 3
                try sum.accumulate(
                    PackedLayout.pack(values, width: bits),
                    width: bits,
                    shift: shift,
                    weight: Int64(weight)
                )
                // In Int64's ring, as the kernels add: the plan keeps real sums below 2^62.
                for index in 0..<count {
                    expected[index] &+= Int64(values[index]) &* Int64(1 << shift) &* Int64(weight)
                }
            }
            #expect(sum.values == expected)
        }
    }

    @Test func orderAndDivisionDoNotMatter() throws {
        let width = try BitWidth(7)
        let updates = try (0..<5).map { client in
            try PackedLayout.pack(Samples.integers(seed: UInt64(client), count: 1700, width: 7), width: width)
        }
        var forward = try ExactSum(count: 1700)
        for update in updates { try forward.accumulate(update, width: width) }
        var left = try ExactSum(count: 1700)
        var right = try ExactSum(count: 1700)
        for (index, update) in updates.reversed().enumerated() {
            if index % 2 == 0 {
                try left.accumulate(update, width: width)
            } else {
                try right.accumulate(update, width: width)
            }
        }
        try left.merge(right)
        #expect(left == forward)
        var divided = try ExactSum(count: 1700)
        for range in [1024..<1700, 0..<512, 512..<1024] {
            for update in updates {
                let outcome = divided.withSums { sums in
                    update.withUnsafeBytes { bytes in
                        (try? ExactSum.accumulate(bytes, width: width, shift: 0, weight: 1, range: range, into: sums))
                            != nil
                    }
                }
                #expect(outcome)
            }
        }
        #expect(divided == forward)
    }

    @Test func theMeanIsRoundedInTheDocumentedOrder() throws {
        var sum = try ExactSum(count: 20)
        let width = try BitWidth(32)
        let values = Samples.integers(seed: 1, count: 20, width: 32)
        try sum.accumulate(PackedLayout.pack(values, width: width), width: width, shift: 28, weight: 3)
        let factor = 0.1 / 7
        let expected = sum.values.map { Float(Double($0) * factor) }
        #expect(sum.dequantized(stepOverWeight: factor) == expected)
        #expect(sum.values.contains { $0.magnitude > 1 << 53 })
    }

    @Test func wrongLengthsAndRangesAreRefused() throws {
        let width = try BitWidth(4)
        var sum = try ExactSum(count: 600)
        let bytes = try PackedLayout.pack([Int32](repeating: 1, count: 600), width: width)
        #expect(throws: QuantizationError.self) { try sum.accumulate(Array(bytes.dropLast()), width: width) }
        #expect(throws: QuantizationError.self) { try sum.accumulate(bytes, width: width, shift: 31) }
        #expect(throws: QuantizationError.self) { try sum.accumulate(bytes, width: width, shift: 30, weight: .max) }
        #expect(throws: QuantizationError.self) { try sum.merge(ExactSum(count: 599)) }
        #expect(throws: QuantizationError.self) { try ExactSum(count: -1) }
        for range in [1..<512, 0..<513, 0..<601, 512..<1024] {
            let refused = sum.withSums { sums in
                bytes.withUnsafeBytes { bytes in
                    (try? ExactSum.accumulate(bytes, width: width, shift: 0, weight: 1, range: range, into: sums))
                        == nil
                }
            }
            #expect(refused)
        }
        #expect(sum.values.allSatisfy { $0 == 0 })
    }
}
