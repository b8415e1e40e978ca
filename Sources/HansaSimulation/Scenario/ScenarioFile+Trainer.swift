import Foundation
import Yams

extension ResolvedScenario {
    /// A program that trains in the place of this program's own trainers.
    public struct ExternalTrainer: Hashable, Sendable {
        /// The program and its arguments.
        public var command: [String]
        /// How long one client's training may take, in real seconds.
        public var answerSeconds: UInt32

        /// Long enough for a client of an ordinary scenario on a busy machine.
        static let answerSecondsDefault = 600
    }

    /// The section as a file; nothing where there is none.
    func trainerLines(_ path: (String) -> String) -> [String] {
        guard let trainer else { return [] }
        // A word that names a file stands for its content in the run's digest, as every path does.
        let words = trainer.command.map { word in
            Self.quoted(word.hasPrefix("/") && ExternalProgram.isFile(word) ? path(word) : word, always: true)
        }
        return [
            "trainer:", "  command: [\(words.joined(separator: ", "))]", "  answer-seconds: \(trainer.answerSeconds)",
        ]
    }
}

/// The section `trainer`.
extension ScenarioFile {
    static func readTrainer(_ top: ScenarioSection) -> ResolvedScenario.ExternalTrainer? {
        guard let section = top.section("trainer", known: ["command", "answer-seconds"]) else { return nil }
        let seconds = section.integer("answer-seconds", in: 1...86_400)
        let expected = "a program and its arguments, such as [python3, ./trainer.py]"
        guard let items = section.items("command"), !items.isEmpty else {
            section.reading.report("trainer.command", got: "no program", expected: expected)
            return nil
        }
        var command: [String] = []
        for (index, item) in items.enumerated() {
            guard case .scalar(let scalar) = item, !scalar.string.isEmpty, !scalar.string.utf8.contains(0) else {
                section.reading.report(
                    "trainer.command[\(index)]",
                    got: ScenarioSection.shown(item),
                    expected: expected
                )
                continue
            }
            let word = scalar.string
            // As every path of a scenario, one that says that it is relative starts at the scenario's folder.
            let isRelative = word.hasPrefix("./") || word.hasPrefix("../")
            let url = URL(fileURLWithPath: section.reading.source.absolute(word))
            command.append(isRelative ? url.standardizedFileURL.path : word)
        }
        if items.count == 1, let only = command.first, only.contains(" "), !ExternalProgram.isFile(only) {
            section.reading.report(
                "trainer.command",
                got: "\"\(only)\" as one word",
                expected: expected,
                fix: "No shell reads it: write each word as an item of a list."
            )
        }
        return ResolvedScenario.ExternalTrainer(
            command: command,
            answerSeconds: UInt32(clamping: seconds ?? ResolvedScenario.ExternalTrainer.answerSecondsDefault)
        )
    }
}

extension Scenario {
    /// Refuses a program that is not there, before anything is started.
    func checkTrainer() throws(ScenarioError) {
        if resolved.trainer != nil, resolved.preparation.augmentation != nil {
            throw mistake(
                "data.augment",
                got: "an augmentation beside a trainer of the scenario's own",
                expected: "none: the program gets the samples as they are, and changes them itself",
                fix: "Remove data.augment."
            )
        }
        guard let program = resolved.trainer?.command.first, ExternalProgram.path(of: program) == nil else { return }
        throw mistake(
            "trainer.command",
            got: "\"\(program)\", which is no program that can be started",
            expected: "a program in PATH, or a path of one",
            fix: "Check its name and that it is executable; a path relative to the scenario begins with ./ or ../"
        )
    }
}

/// Programs as a shell would find them.
enum ExternalProgram {
    static func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }

    /// Where a program lies; nil where there is none.
    static func path(of name: String) -> String? {
        func isProgram(_ path: String) -> Bool { isFile(path) && FileManager.default.isExecutableFile(atPath: path) }
        if name.contains("/") { return isProgram(name) ? name : nil }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first(where: isProgram)
    }
}
