/// The header of an npy file: a Python dictionary with `descr`, `fortran_order` and `shape`.
struct NPYHeader {
    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    static let rankMax = 32

    let elementType: NPYElementType
    let shape: [Int]

    init(elementType: NPYElementType, shape: [Int]) {
        self.elementType = elementType
        self.shape = shape
    }

    /// Parses the dictionary, its keys in any order.
    init(text: [UInt8], file: String) throws(DataError) {
        var scanner = Scanner(text: text, file: file)
        var typeName: String?
        var isFortran: Bool?
        var extents: [Int]?
        try scanner.expect("{")
        while !scanner.takes("}") {
            let key = try scanner.quoted()
            try scanner.expect(":")
            switch key {
            case "descr":
                if scanner.isNext("[") {
                    throw .unsupported(file: file, got: "a record type", expected: Self.typesExpected)
                }
                typeName = try scanner.quoted()
            case "fortran_order": isFortran = try scanner.boolean()
            case "shape": extents = try scanner.tuple()
            default: throw scanner.malformed
            }
            if !scanner.takes(",") {
                try scanner.expect("}")
                break
            }
        }
        try scanner.finish()
        guard let typeName, let isFortran, let extents else { throw scanner.malformed }
        guard let type = NPYElementType(rawValue: typeName) else {
            throw .unsupported(file: file, got: "element type \"\(typeName)\"", expected: Self.typesExpected)
        }
        guard !isFortran else {
            throw .unsupported(file: file, got: "Fortran order", expected: "C order (numpy.ascontiguousarray)")
        }
        elementType = type
        shape = extents
    }

    static let typesExpected = NPYElementType.allCases.map(\.rawValue).joined(separator: ", ")

    /// Magic, version 1.0, length and dictionary, padded with spaces so that the values begin at a multiple of 64.
    func encoded() -> [UInt8] {
        let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var text = Array("{'descr': '\(elementType.rawValue)', 'fortran_order': False, 'shape': (\(extents)), }".utf8)
        let unpadded = Self.magic.count + 4 + text.count + 1
        text += [UInt8](repeating: 0x20, count: (64 - unpadded % 64) % 64) + [0x0A]
        var bytes = Self.magic + [1, 0]
        bytes.appendLittleEndian(UInt16(text.count))
        return bytes + text
    }
}

extension NPYHeader {
    /// Reads the few forms of Python literals that NumPy writes.
    private struct Scanner {
        let text: [UInt8]
        let file: String
        var position = 0

        init(text: [UInt8], file: String) {
            self.text = text
            self.file = file
        }

        var malformed: DataError {
            .damaged(
                file: file,
                got: "an unreadable npy header",
                expected: "a dictionary of descr, fortran_order and shape"
            )
        }

        mutating func skipSpace() {
            while position < text.count, text[position] == 0x20 || text[position] == 0x0A { position += 1 }
        }

        mutating func isNext(_ character: Unicode.Scalar) -> Bool {
            skipSpace()
            return position < text.count && UInt32(text[position]) == character.value
        }

        mutating func takes(_ character: Unicode.Scalar) -> Bool {
            guard isNext(character) else { return false }
            position += 1
            return true
        }

        mutating func expect(_ character: Unicode.Scalar) throws(DataError) {
            guard takes(character) else { throw malformed }
        }

        mutating func quoted() throws(DataError) -> String {
            skipSpace()
            guard position < text.count, text[position] == 0x27 || text[position] == 0x22 else { throw malformed }
            let quote = text[position]
            guard let end = text[(position + 1)...].firstIndex(of: quote), end - position <= 64 else { throw malformed }
            defer { position = end + 1 }
            return String(decoding: text[(position + 1)..<end], as: UTF8.self)
        }

        mutating func boolean() throws(DataError) -> Bool {
            skipSpace()
            for (word, value) in [("False", false), ("True", true)] where text[position...].starts(with: word.utf8) {
                position += word.utf8.count
                return value
            }
            throw malformed
        }

        mutating func tuple() throws(DataError) -> [Int] {
            try expect("(")
            var extents: [Int] = []
            while !takes(")") {
                guard extents.count < NPYHeader.rankMax else { throw malformed }
                skipSpace()
                let digits = text[position...].prefix { (0x30...0x39).contains($0) }
                guard let extent = Int(String(decoding: digits, as: UTF8.self)) else { throw malformed }
                position = digits.endIndex
                extents.append(extent)
                if !takes(",") {
                    try expect(")")
                    break
                }
            }
            return extents
        }

        mutating func finish() throws(DataError) {
            skipSpace()
            guard position == text.count else { throw malformed }
        }
    }
}
