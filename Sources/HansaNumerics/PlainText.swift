/// A text for people or files in the making: UTF-8 bytes, written as a string with `\( )` in it.
///
/// What the device half says is written with this type instead of String's own interpolation, which an Embedded program
/// has inline: some ninety bytes of instructions for each piece. Here a piece is one call.
public struct PlainText: Sendable {
    /// The text in UTF-8.
    public private(set) var bytes: [UInt8]

    /// The text as a string.
    public var string: String { String(bytes: bytes) }

    /// - Parameter bytes: the text in UTF-8.
    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// The names with a comma and a blank between any two.
    @inline(never)
    public init(list names: [String]) {
        var text = StringInterpolation(literalCapacity: 0, interpolationCount: 0)
        var isFirst = true
        for name in names {
            if !isFirst { text.appendLiteral(", ") }
            isFirst = false
            text.appendInterpolation(name)
        }
        bytes = text.bytes
    }

    /// Both texts, the left one first.
    @inline(never)
    public static func + (left: PlainText, right: PlainText) -> PlainText {
        PlainText(bytes: left.bytes + right.bytes)
    }

    /// Appends the other text.
    @inline(never)
    public mutating func append(_ other: PlainText) { bytes.append(contentsOf: other.bytes) }
}

extension PlainText: ExpressibleByStringInterpolation {
    @inline(never)
    public init(stringLiteral literal: StaticString) {
        var text = StringInterpolation(literalCapacity: 0, interpolationCount: 0)
        text.appendLiteral(literal)
        bytes = text.bytes
    }

    @inline(never)
    public init(stringInterpolation: StringInterpolation) { bytes = stringInterpolation.bytes }

    /// The pieces of a ``PlainText``, one after the other.
    public struct StringInterpolation: StringInterpolationProtocol, Sendable {
        fileprivate var bytes: [UInt8] = []

        @inline(never)
        public init(literalCapacity: Int, interpolationCount: Int) {}

        @inline(never)
        public mutating func appendLiteral(_ literal: StaticString) {
            for index in 0..<literal.utf8CodeUnitCount { bytes.append(literal.utf8Start[index]) }
        }

        @inline(never)
        public mutating func appendInterpolation(_ text: String) { bytes.append(contentsOf: text.bytes) }

        @inline(never)
        public mutating func appendInterpolation(_ text: PlainText) { bytes.append(contentsOf: text.bytes) }

        /// Appends a number in decimal digits.
        @inline(never)
        public mutating func appendInterpolation(_ number: UInt64) {
            var rest = number
            var digits: [UInt8] = []
            repeat {
                digits.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
                rest /= 10
            } while rest > 0
            while let digit = digits.popLast() { bytes.append(digit) }
        }

        @inline(never)
        public mutating func appendInterpolation(_ number: Int64) {
            if number < 0 { bytes.append(0x2D) }
            appendInterpolation(number.magnitude)
        }

        public mutating func appendInterpolation(_ number: Int) { appendInterpolation(Int64(number)) }

        public mutating func appendInterpolation(_ number: Int32) { appendInterpolation(Int64(number)) }

        public mutating func appendInterpolation(_ number: UInt32) { appendInterpolation(UInt64(number)) }

        public mutating func appendInterpolation(_ number: UInt16) { appendInterpolation(UInt64(number)) }

        public mutating func appendInterpolation(_ number: UInt8) { appendInterpolation(UInt64(number)) }
    }
}
