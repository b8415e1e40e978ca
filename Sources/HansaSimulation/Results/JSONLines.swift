import Foundation

/// Values as JSON, one a line: metrics and participation records.
enum JSONLines {
    /// One value as one line, with its keys in alphabetical order.
    static func line(_ value: some Encodable) throws(CommandFailure) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw CommandFailure(.program, "a result cannot be written as JSON: \(error.localizedDescription)")
        }
    }

    /// One value over several lines, for people too.
    static func pretty(_ value: some Encodable) throws(CommandFailure) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw CommandFailure(.program, "a result cannot be written as JSON: \(error.localizedDescription)")
        }
    }

    /// All values of a file; a torn last line is left out where `isTornEndAllowed`.
    static func read<Value: Decodable>(
        _ path: String,
        isTornEndAllowed: Bool = false
    ) throws(CommandFailure) -> [Value] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(.data, "\(path): got no readable file, expected one JSON value a line.")
        }
        let decoder = JSONDecoder()
        let lines = data.split(separator: 0x0A)
        var values: [Value] = []
        for (index, line) in lines.enumerated() {
            do {
                values.append(try decoder.decode(Value.self, from: Data(line)))
            } catch {
                if isTornEndAllowed, index == lines.count - 1 { break }
                throw CommandFailure(
                    .data,
                    "\(path), line \(index + 1): got no record of this kind. The file is damaged or another one."
                )
            }
        }
        return values
    }
}
