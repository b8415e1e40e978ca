import HansaNumerics

/// The dictionary in an npy file's header, in the few forms of Python literals that NumPy writes.
struct NPYHeaderText {
    static let rankMax = 32

    let type: String
    let isFortran: Bool
    let shape: [Int]

    /// Reads the text; nil for anything but the three keys, each once.
    static func read(_ text: [UInt8]) -> NPYHeaderText? {
        var scanner = NPYHeaderText.Scanner(text: text)
        var type: String?
        var isFortran: Bool?
        var shape: [Int]?
        guard scanner.takes(0x7B) else { return nil }
        while !scanner.takes(0x7D) {
            guard let key = scanner.quoted(), scanner.takes(0x3A) else { return nil }
            if type == nil, key.isSame(as: "descr") {
                guard let value = scanner.quoted() else { return nil }
                type = value
            } else if isFortran == nil, key.isSame(as: "fortran_order") {
                guard let value = scanner.boolean() else { return nil }
                isFortran = value
            } else if shape == nil, key.isSame(as: "shape") {
                guard let value = scanner.tuple() else { return nil }
                shape = value
            } else {
                return nil
            }
            if !scanner.takes(0x2C) {
                guard scanner.takes(0x7D) else { return nil }
                break
            }
        }
        guard scanner.isAtEnd(), let type, let isFortran, let shape else { return nil }
        return NPYHeaderText(type: type, isFortran: isFortran, shape: shape)
    }
}

extension NPYHeaderText {
    private struct Scanner {
        private let text: [UInt8]
        private var position = 0

        init(text: [UInt8]) { self.text = text }

        private mutating func skipBlanks() {
            while position < text.count, text[position] == 0x20 || text[position] == 0x0A { position += 1 }
        }

        mutating func isAtEnd() -> Bool {
            skipBlanks()
            return position == text.count
        }

        mutating func takes(_ byte: UInt8) -> Bool {
            skipBlanks()
            guard position < text.count, text[position] == byte else { return false }
            position += 1
            return true
        }

        mutating func quoted() -> String? {
            skipBlanks()
            guard position < text.count, text[position] == 0x27 || text[position] == 0x22 else { return nil }
            let quote = text[position]
            guard let end = text[(position + 1)...].firstIndex(of: quote), end - position <= 64 else { return nil }
            let word = text[(position + 1)..<end]
            position = end + 1
            guard word.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
            return String(bytes: Array(word))
        }

        mutating func boolean() -> Bool? {
            if takesWord([0x46, 0x61, 0x6C, 0x73, 0x65]) { return false }
            return takesWord([0x54, 0x72, 0x75, 0x65]) ? true : nil
        }

        private mutating func takesWord(_ word: [UInt8]) -> Bool {
            skipBlanks()
            guard text.count - position >= word.count, Array(text[position..<position + word.count]) == word else {
                return false
            }
            position += word.count
            return true
        }

        mutating func tuple() -> [Int]? {
            guard takes(0x28) else { return nil }
            var extents: [Int] = []
            while !takes(0x29) {
                guard extents.count < NPYHeaderText.rankMax, let extent = number() else { return nil }
                extents.append(extent)
                if !takes(0x2C) {
                    guard takes(0x29) else { return nil }
                    break
                }
            }
            return extents
        }

        private mutating func number() -> Int? {
            skipBlanks()
            let start = position
            var value = 0
            while position < text.count, (0x30...0x39).contains(text[position]) {
                let (tens, overflows) = value.multipliedReportingOverflow(by: 10)
                let (sum, carries) = tens.addingReportingOverflow(Int(text[position] - 0x30))
                guard !overflows, !carries else { return nil }
                value = sum
                position += 1
            }
            return position > start ? value : nil
        }
    }
}
