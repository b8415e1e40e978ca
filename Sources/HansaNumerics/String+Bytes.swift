// Strings as the bytes that they are. Each of these is one function that does not grow into its callers, which is what
// keeps an Embedded program small.

extension String {
    /// The text in UTF-8.
    public var bytes: [UInt8] {
        @inline(never) get { Array(utf8) }
    }

    /// The text of bytes in UTF-8; what is none of it becomes U+FFFD.
    @inline(never)
    public init(bytes: [UInt8]) { self.init(decoding: bytes, as: UTF8.self) }

    /// The text of bytes in UTF-8; nil for what is none of it.
    @inline(never)
    public init?(valid bytes: [UInt8]) { self.init(validating: bytes, as: UTF8.self) }

    /// Whether both are the same bytes of UTF-8.
    ///
    /// The device half's names and keys are compared so: `==` takes two spellings of one letter as equal, for which it
    /// brings tables of Unicode into an Embedded program.
    @inline(never)
    public func isSame(as other: String) -> Bool { bytes == other.bytes }
}

extension [String] {
    /// Whether the name is among these, byte for byte.
    @inline(never)
    public func has(_ name: String) -> Bool {
        for other in self where other.isSame(as: name) { return true }
        return false
    }
}

extension [UInt8] {
    /// The pieces between the separators, empty ones too; at least one.
    @inline(never)
    public func pieces(at separator: UInt8) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var piece: [UInt8] = []
        for byte in self {
            if byte == separator {
                pieces.append(piece)
                piece = []
            } else {
                piece.append(byte)
            }
        }
        pieces.append(piece)
        return pieces
    }

    /// The number of these decimal digits; nil for anything but digits, a sign too, and for more than 64 bits.
    public var wholeNumber: UInt64? {
        @inline(never) get {
            var value: UInt64 = 0
            for digit in self {
                let (tens, overflows) = value.multipliedReportingOverflow(by: 10)
                guard digit >= 0x30, digit <= 0x39, !overflows else { return nil }
                let (sum, carries) = tens.addingReportingOverflow(UInt64(digit - 0x30))
                guard !carries else { return nil }
                value = sum
            }
            return isEmpty ? nil : value
        }
    }
}
