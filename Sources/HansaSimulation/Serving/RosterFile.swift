import Foundation
import Yams

/// The roster of a configuration: a list of names, or a file with a name a line.
enum RosterFile {
    /// As many as there are client numbers to tell apart.
    private static let nameCountMax = 1 << 20
    /// A DNS name's length.
    private static let nameByteCountMax = 253

    /// Reads and checks the names; nil where something was reported.
    static func read(_ top: ScenarioSection) -> [String]? {
        let reading = top.reading
        guard let node = top.node("roster") else {
            reading.report(
                "roster",
                got: "no roster",
                expected: "the names in the clients' certificates, or `{file: roster.txt}` with one a line"
            )
            return nil
        }
        if case .sequence(let sequence) = node {
            let names = sequence.enumerated().map { index, item in
                Entry(place: "entry \(index + 1)", name: item.string ?? ScenarioSection.shown(item))
            }
            return check(names, key: "roster", reading: reading)
        }
        guard let section = top.section("roster", known: ["file"]) else { return nil }
        guard let path = section.text("file").map({ reading.source.absolute($0) }) else {
            if !section.has("file") { reading.report("roster", got: "no names", expected: "a list, or a file") }
            return nil
        }
        do throws(ScenarioError) {
            let lines = try Scenario.text(of: path).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            let names = lines.enumerated().compactMap { index, line -> Entry? in
                // Blanks inside a name stay, to be refused: two names on a line are not one.
                let name = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
                return name.isEmpty ? nil : Entry(place: "line \(index + 1) of \(path)", name: name)
            }
            return check(names, key: "roster.file", reading: reading)
        } catch {
            reading.report(
                "roster.file",
                got: "\(path), which cannot be read",
                expected: "a UTF-8 text file, a name a line"
            )
            return nil
        }
    }

    private struct Entry {
        var place: String
        var name: String
    }

    private static func check(_ entries: [Entry], key: String, reading: ScenarioReading) -> [String]? {
        guard (1...nameCountMax).contains(entries.count) else {
            reading.report(key, got: "\(entries.count) names", expected: "1 to \(nameCountMax)")
            return nil
        }
        var seen: [String: String] = [:]
        var isGood = true
        for entry in entries {
            if !isName(entry.name) {
                reading.report(
                    key,
                    got: "\"\(entry.name.prefix(60))\" (\(entry.place))",
                    expected: "a DNS name: letters, digits, dots and hyphens, as in the client's certificate"
                )
                isGood = false
            } else if let first = seen[entry.name.lowercased()] {
                reading.report(
                    key,
                    got: "\"\(entry.name)\" twice (\(first), \(entry.place))",
                    expected: "each client once"
                )
                isGood = false
            }
            seen[entry.name.lowercased()] = entry.place
        }
        return isGood ? entries.map(\.name) : nil
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= nameByteCountMax
            && name.utf8.allSatisfy { byte in
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                    || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || ".-_".utf8.contains(byte)
            }
    }
}
