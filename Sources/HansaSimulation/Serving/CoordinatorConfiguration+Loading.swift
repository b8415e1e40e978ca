import Foundation
import Yams

extension CoordinatorConfiguration {
    /// Loads a file; the values of the command line, where there are some, take the place of the file's.
    ///
    /// - Parameters:
    ///   - listen: `HOST:PORT`.
    ///   - limitNames: the server's limits that the file may state.
    ///   - stateFolder: a path, relative to the folder the command was started in.
    public init(
        path: String,
        limitNames: [String],
        listen: String? = nil,
        stateFolder: String? = nil
    ) throws(CommandFailure) {
        let text: String
        do throws(ScenarioError) {
            text = try Scenario.text(of: path)
        } catch {
            guard case .unreadable(let file, let reason) = error else { throw CommandFailure(serving: error) }
            throw CommandFailure(
                .noInput,
                "\(file): got \(reason), expected a coordinator's configuration in YAML. Correct the path of --config; "
                    + "hansa serve --help shows a whole one."
            )
        }
        do throws(ScenarioError) {
            try self.init(
                text: text,
                file: path,
                limitNames: limitNames,
                listen: listen,
                stateFolder: stateFolder
            )
        } catch {
            throw CommandFailure(serving: error)
        }
    }

    /// Loads a text; `file` names it in messages, and its folder is where relative paths start.
    public init(
        text: String,
        file: String,
        limitNames: [String],
        listen: String? = nil,
        stateFolder: String? = nil
    ) throws(ScenarioError) {
        let folder = URL(fileURLWithPath: file).standardizedFileURL.deletingLastPathComponent().path
        let reading = ScenarioReading(source: ScenarioSource(file: file, folder: folder))
        if listen != nil { reading.options["listen"] = "--listen" }
        if stateFolder != nil { reading.options["state"] = "--state-dir" }
        let file = CoordinatorFile(
            try Scenario.compose(text, file: file),
            listen: listen,
            stateFolder: stateFolder.map { URL(fileURLWithPath: $0).standardizedFileURL.path },
            limitNames: limitNames,
            reading: reading
        )
        guard reading.issues.isEmpty, let run = file.run, let address = file.listen, let state = file.state,
            let tls = file.tls, let roster = file.roster
        else { throw .mistakes(reading.orderedIssues) }
        self.init(
            run: run,
            mode: file.mode,
            allowsTestAggregators: file.allowsTestAggregators,
            allowsInsecureSeededNoise: file.allowsInsecureSeededNoise,
            allowsInsecureStrategies: file.allowsInsecureStrategies,
            listen: address,
            stateFolder: state,
            tls: tls,
            roster: roster,
            limits: file.limits,
            report: file.report,
            source: reading.source
        )
    }
}
