import Testing

@testable import HansaPrivacy

@Suite struct RatioTests {
    @Test("refuses zero and terms that are too large, and rounds up")
    func bounds() throws {
        #expect(throws: PrivacyError.invalidParameter) { try Ratio(0) }
        #expect(throws: PrivacyError.invalidParameter) { try Ratio(1, 0) }
        #expect(throws: PrivacyError.invalidParameter) { try Ratio(1, (1 << 32) + 1) }
        #expect(try Ratio(atLeast: 1.00001).value >= 1.00001)
        #expect(throws: PrivacyError.invalidParameter) { try Ratio(atLeast: .nan) }
    }
}
