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
    func number<Number: FixedWidthInteger>(
        _ section: String,
        _ key: String,
        in range: ClosedRange<Number>
    ) throws(FlatFileError) -> Number? {
        guard let entry = entry(section, key) else { return nil }
        // Digits alone: Swift's own reader also takes a sign.
        guard entry.value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Number(entry.value),
            range.contains(number)
        else {
            throw entry.invalid(expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// `yes` or `no`, where it is given.
    func flag(_ section: String, _ key: String) throws(FlatFileError) -> Bool? {
        guard let entry = entry(section, key) else { return nil }
        switch entry.value {
        case "yes": return true
        case "no": return false
        default: throw entry.invalid(expected: "yes or no")
        }
    }

    /// Names of a known set separated by commas, each at most once, or `none` alone; where it is given.
    func names(_ section: String, _ key: String, known: [String]) throws(FlatFileError) -> [String]? {
        guard let entry = entry(section, key) else { return nil }
        if entry.value == "none" { return [] }
        var names: [String] = []
        for part in entry.value.utf8.split(separator: 0x2C, omittingEmptySubsequences: false) {
            let name = String(decoding: part.filter { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self)
            guard known.contains(name), !names.contains(name) else {
                var expected = "none, or names separated by commas, each once, from "
                for (index, name) in known.enumerated() { expected += (index == 0 ? "" : ", ") + name }
                if let nearest = NearestKey.of(name, among: known), nearest != name {
                    expected += ": did you mean \"\(nearest)\"?"
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
    func invalid(expected: String) -> FlatFileError {
        .invalidValue(place: place, section: section, key: key, got: value, expected: expected)
    }
}
