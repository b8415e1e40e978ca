public import HansaNumerics

extension PrivacyCost {
    /// Writes the canonical form: whether it is pure, ε if so, ρ and ξ as the bits of doubles.
    public func encode(into writer: inout ByteWriter) {
        writer.write(pureEpsilon)
        writer.write(rho)
        writer.write(xi)
    }

    /// Reads the canonical form; refuses values that are not finite or below +0.
    public init(from reader: inout ByteReader) throws(ByteReaderError) {
        self.init(
            pureEpsilon: try reader.readOptionalCost(),
            rho: try reader.readCost(),
            xi: try reader.readCost()
        )
    }

    /// The one byte form of this cost.
    public var canonicalBytes: [UInt8] {
        var writer = ByteWriter()
        encode(into: &writer)
        return writer.bytes
    }
}

extension PrivacySpending {
    /// Writes the canonical form: as of ``PrivacyCost``, then the count.
    public func encode(into writer: inout ByteWriter) {
        writer.write(pureEpsilon)
        writer.write(rho)
        writer.write(xi)
        writer.write(releaseCount)
    }

    /// Reads the canonical form; refuses values that are not finite or below +0, and a cost without a release.
    public init(from reader: inout ByteReader) throws(ByteReaderError) {
        self.init()
        pureEpsilon = try reader.readOptionalCost()
        rho = try reader.readCost()
        xi = try reader.readCost()
        releaseCount = try reader.readUInt64()
        guard releaseCount > 0 || self == PrivacySpending() else { throw .invalidValue }
    }

    /// The one byte form of this spending.
    public var canonicalBytes: [UInt8] {
        var writer = ByteWriter()
        encode(into: &writer)
        return writer.bytes
    }
}

extension ByteWriter {
    fileprivate mutating func write(_ value: Double?) {
        write(value != nil)
        if let value { write(value) }
    }
}

extension ByteReader {
    fileprivate mutating func readCost() throws(ByteReaderError) -> Double {
        let value = try readDouble()
        guard value.isCost else { throw .invalidValue }
        return value
    }

    fileprivate mutating func readOptionalCost() throws(ByteReaderError) -> Double? {
        try readBool() ? try readCost() : nil
    }
}
