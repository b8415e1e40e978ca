import HansaNumerics

/// The values that keys take, each refused with what was expected.
extension FlatFile {
    /// A key that must be there.
    func required(_ section: String, _ key: String, example: String) throws(FlatFileError) -> Entry {
        guard let entry = entry(section, key) else {
            throw .missing(file: name, section: section, key: key, example: example)
        }
        return entry
    }

    /// A whole number in a range, where it is given.
    func number(
        _ section: String,
        _ key: String,
        in range: ClosedRange<UInt64>
    ) throws(FlatFileError) -> UInt64? {
        guard let entry = entry(section, key) else { return nil }
        guard let number = entry.value.bytes.wholeNumber, range.contains(number) else {
            throw entry.invalid(expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A whole number in a range of 32 bits, where it is given.
    func number(
        _ section: String,
        _ key: String,
        in range: ClosedRange<UInt32>
    ) throws(FlatFileError) -> UInt32? {
        let wide = UInt64(range.lowerBound)...UInt64(range.upperBound)
        return try number(section, key, in: wide).map { UInt32(truncatingIfNeeded: $0) }
    }

    /// A decimal number above 0 and below a limit, where it is given.
    func amount(_ section: String, _ key: String, below limit: Double) throws(FlatFileError) -> Double? {
        guard let entry = entry(section, key) else { return nil }
        guard let amount = Self.decimal(entry.value.bytes), amount > 0, amount < limit else {
            let most: PlainText = limit == 1 ? "1" : "1e9"
            throw entry.invalid(expected: "a number above 0 and below \(most), such as 0.5 or 1e-6")
        }
        return amount
    }

    /// Reads digits with at most one point in them, and an exponent behind `e`; nil for anything else, or beyond 15 digits
    /// and 10^±22, within which the result is the nearest Double.
    private static func decimal(_ text: [UInt8]) -> Double? {
        let parts = text.pieces(at: 0x65)
        guard let mantissa = parts.first, parts.count <= 2 else { return nil }
        let pieces = mantissa.pieces(at: 0x2E)
        guard pieces.count <= 2, let number = Array(pieces.joined()).wholeNumber, number < 1_000_000_000_000_000 else {
            return nil
        }
        var exponent = pieces.count == 2 ? -pieces[1].count : 0
        if parts.count == 2 {
            let isNegative = parts[1].first == 0x2D
            guard let size = (isNegative ? Array(parts[1].dropFirst()) : parts[1]).wholeNumber, size <= 22 else {
                return nil
            }
            exponent += isNegative ? -Int(size) : Int(size)
        }
        guard abs(exponent) <= 22 else { return nil }
        var power = 1.0
        for _ in 0..<abs(exponent) { power *= 10 }
        return exponent < 0 ? Double(number) / power : Double(number) * power
    }

    /// `yes` or `no`, where it is given.
    func flag(_ section: String, _ key: String) throws(FlatFileError) -> Bool? {
        guard let entry = entry(section, key) else { return nil }
        if entry.value.isSame(as: "yes") { return true }
        if entry.value.isSame(as: "no") { return false }
        throw entry.invalid(expected: "yes or no")
    }

    /// Names of a known set separated by commas, each at most once, or `none` alone; where it is given.
    func names(_ section: String, _ key: String, known: [String]) throws(FlatFileError) -> [String]? {
        guard let entry = entry(section, key) else { return nil }
        if entry.value.isSame(as: "none") { return [] }
        var names: [String] = []
        var letters: [UInt8] = []
        for byte in entry.value.bytes + [0x2C] {
            guard byte == 0x2C else {
                if byte != 0x20, byte != 0x09 { letters.append(byte) }
                continue
            }
            let name = String(bytes: letters)
            letters = []
            guard known.has(name), !names.has(name) else {
                var expected: PlainText =
                    "none, or names separated by commas, each once, from \(PlainText(list: known))"
                if let nearest = NearestKey.of(name, among: known), !nearest.isSame(as: name) {
                    expected.append(": did you mean \"\(nearest)\"?")
                }
                throw entry.invalid(expected: expected)
            }
            names.append(name)
        }
        return names
    }
}

extension FlatFile.Entry {
    /// The refusal of this value.
    func invalid(expected: PlainText) -> FlatFileError {
        .invalidValue(place: place, section: section, key: key, got: value, expected: expected.string)
    }
}
