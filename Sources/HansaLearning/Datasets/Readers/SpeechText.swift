/// The speeches of a play's roles, cut into windows of characters with the character that follows.
///
/// Speeches are separated by empty lines, and the first line of each is the role's name and a colon. As in LEAF (Caldas
/// et al. 2018), a sample is 80 characters of one role's speeches, joined in their order, and its class is the next
/// character. A sample to train on begins at every character, one to test on at every tenth: neighbours of a window say
/// little that it does not, and ten times as many take ten times as long. Only roles of at least
/// ``roleCharacterCountMin`` characters are kept. The first four fifths of a role's characters train, the rest tests, and
/// no window reaches over the border.
struct SpeechText {
    /// Characters a window, as in LEAF.
    static let windowCount = 80
    /// How many characters lie between the beginnings of windows to test on.
    static let testStep = 10
    /// Enough for 720 windows to train on and 12 to test on.
    static let roleCharacterCountMin = 1_000
    /// The characters of the text, whose places are their numbers.
    static let alphabet = Array("\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// One part of the roles' windows.
    struct Part {
        /// Where windows begin in the text.
        var starts: [UInt32] = []
        /// The number of the character behind each window.
        var labels: [UInt8] = []
        /// The role of each window.
        var roles: [UInt32] = []
    }

    /// The characters' numbers, role after role.
    let text: [UInt8]
    /// The roles' names in the order of their first speeches.
    let roleNames: [String]
    private(set) var train = Part()
    private(set) var test = Part()

    /// Decodes bytes; `file` names them in errors.
    init(bytes: [UInt8], file: String) throws(DataError) {
        var numbers = [UInt8?](repeating: nil, count: 256)
        for (number, character) in Self.alphabet.enumerated() { numbers[Int(character)] = UInt8(number) }
        guard bytes.count <= 1 << 30 else { throw .tooLarge(file: file, limit: 1 << 30) }
        let speeches = try Self.speeches(bytes, file: file)
        var text: [UInt8] = []
        var names: [String] = []
        for (role, parts) in speeches {
            let characters = parts.joined(separator: [0x0A])
            let count = parts.reduce(parts.count - 1) { $0 + $1.count }
            guard count >= Self.roleCharacterCountMin else { continue }
            let start = text.count
            for character in characters {
                guard let number = numbers[Int(character)] else {
                    throw .damaged(
                        file: file,
                        got: "the byte \(character) in a speech",
                        expected: "the \(Self.alphabet.count) characters of the published text"
                    )
                }
                text.append(number)
            }
            let border = start + count * 4 / 5
            Self.cut(text, start..<border, step: 1, role: UInt32(names.count), to: &train)
            Self.cut(text, border..<text.count, step: Self.testStep, role: UInt32(names.count), to: &test)
            names.append(role)
        }
        guard !names.isEmpty else {
            throw .damaged(
                file: file,
                got: "no role of at least \(Self.roleCharacterCountMin) characters",
                expected: "speeches, each behind a line ROLE:"
            )
        }
        self.text = text
        roleNames = names
    }

    private static func cut(_ text: [UInt8], _ stretch: Range<Int>, step: Int, role: UInt32, to part: inout Part) {
        for start in stride(from: stretch.lowerBound, to: stretch.upperBound - windowCount, by: step) {
            part.starts.append(UInt32(start))
            part.labels.append(text[start + windowCount])
            part.roles.append(role)
        }
    }

    /// Each role's speeches, roles in the order of their first.
    private static func speeches(
        _ bytes: [UInt8],
        file: String
    ) throws(DataError) -> [(role: String, speeches: [ArraySlice<UInt8>])] {
        var numbers: [String: Int] = [:]
        var roles: [(role: String, speeches: [ArraySlice<UInt8>])] = []
        var lineNumber = 0
        var role: Int?
        var start: Int?
        var end = 0
        func close() {
            if let role, let start { roles[role].speeches.append(bytes[start..<end]) }
            role = nil
            start = nil
        }
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            lineNumber += 1
            if line.isEmpty {
                close()
            } else if role == nil {
                guard line.last == 0x3A, let name = String(validating: line.dropLast(), as: UTF8.self), !name.isEmpty
                else {
                    throw .damaged(
                        file: file,
                        got: "a speech without a role in line \(lineNumber)",
                        expected: "a line ROLE: behind each empty line"
                    )
                }
                if let known = numbers[name] {
                    role = known
                } else {
                    role = roles.count
                    numbers[name] = roles.count
                    roles.append((name, []))
                }
            } else {
                if start == nil { start = line.startIndex }
                end = line.endIndex
            }
        }
        close()
        return roles
    }
}
