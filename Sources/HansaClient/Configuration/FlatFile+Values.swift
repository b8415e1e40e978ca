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
