import ArgumentParser
import Foundation
import HansaCoordinator
import HansaResults
import HansaSimulation

/// `hansa simulate`: runs a scenario with in-process clients through the real round engine.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run a scenario: many clients against the real round engine, in this process or as processes.",
        discussion: """
            The result folder holds scenario.yaml (everything resolved), metrics.jsonl (a line a round), \
            model.safetensors, participation.jsonl (who took part), partition.json, result.json, report.html with plots/, \
            and the durable state in state/. \
            The model is a function of the scenario, the seed and who took part: threads, faults and restarts change \
            nothing of it. Neither does --transport: inProcess hands requests and answers over as values, framed sends \
            them through both sides' real codecs in memory and counts the bytes of a deployment, tls starts a real \
            coordinator and a real client process for each client on this machine.

            Exit status: 0 done; 1 not what --expect promises; 64 a mistake in the scenario or on the command line; 65 data, a checkpoint or a \
            record is missing or damaged; 70 the run cannot go on; 73 the result folder is in use or in the way; 74 \
            reading or writing failed; 130 interrupted, and --resume goes on.
            """
    )

    @OptionGroup var arguments: ScenarioArguments
    @OptionGroup var data: DataFolderArguments

    @Option(
        help: ArgumentHelp("The folder for the results; results/NAME-SEED unless stated.", valueName: "folder"),
        completion: .directory
    )
    var out: String?

    @Flag(help: "Go on with an interrupted run; print the result of a finished one.")
    var resume = false

    @Flag(help: "Replace the results of an earlier run.")
    var force = false

    @Flag(help: "Keep the durable state in memory: faster, and cannot be resumed.")
    var memory = false

    @Option(help: "How many clients train at once; all processors unless stated. Changes the time only.")
    var threads: Int?

    @Flag(
        help: ArgumentHelp(
            "Train together with the other processes that mpirun or srun started.",
            discussion: "Each trains with --threads threads; the first runs the coordinator and writes the results."
        )
    )
    var mpi = false

    @Option(
        help: ArgumentHelp(
            "Things that go wrong, drawn from a seed: the word default, or rates.",
            discussion: "For example drop-request=0.1,crash=0.02,seed=7. The model stays the same to the bit.",
            valueName: "faults"
        )
    )
    var faults: String?

    @Option(help: "How clients and coordinator speak: inProcess, framed or tls.")
    var transport: TransportChoice = .inProcess

    @Flag(help: "With --transport tls: kill the coordinator twice and three clients on the way.")
    var kill = false

    @Option(
        help: ArgumentHelp(
            "With --transport tls: the client program; hansa-client beside this one unless stated.",
            valueName: "program"
        ),
        completion: .file()
    )
    var client: String?

    @Flag(help: "Write an event file for TensorBoard into the result folder, a record a round.")
    var tensorboard = false

    @Flag(help: "Print the digest of everything that happened: equal for equal seeds, faults and kind of store.")
    var traceHash = false

    @Option(
        help: ArgumentHelp(
            "Repeat who took part: a participation.jsonl, or the folder of a finished run.",
            valueName: "record"
        ),
        completion: .file()
    )
    var replay: String?

    @Option(
        help: ArgumentHelp(
            "Compare the result with what this file promises, such as Simulations/digits/expected.yaml.",
            valueName: "file"
        ),
        completion: .file()
    )
    var expect: String?

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    @Flag(name: .shortAndLong, help: "Show no progress and no table.")
    var quiet = false

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads: got \(threads), expected 1 to 1024.")
        }
        if resume, force { throw ValidationError("--resume and --force: got both, expected one of them.") }
        if resume, memory {
            throw ValidationError("--resume and --memory: got both, but a run in memory leaves nothing to go on from.")
        }
        if transport == .tls {
            for (isGiven, name) in [
                (resume, "--resume"), (memory, "--memory"), (faults != nil, "--faults"), (replay != nil, "--replay"),
                (traceHash, "--trace-hash"), (tensorboard, "--tensorboard"), (mpi, "--mpi"),
                (data.folder != nil, "--data"),
            ] where isGiven {
                throw ValidationError("--transport tls and \(name): got both, but \(name) is for simulated clients.")
            }
        } else if kill || client != nil {
            throw ValidationError("--kill and --client: expected --transport tls with them, which starts processes.")
        }
    }

    func run() async throws {
        let interruption = Interruption()
        let done = try await reporting { () async throws(CommandFailure) -> (RunResult, String)? in
            guard mpi else { return try await simulate(try prepare(), interruption, ranks: nil) }
            return try await RankedRun.run(prepare: prepare, threadCount: threads) {
                (prepared, ranks) async throws(CommandFailure) in
                try await simulate(prepared, interruption, ranks: ranks)
            }
        }
        // A rank that only trains has nothing to say.
        guard let (result, folder) = done else { return }
        if json {
            print(try ResultTable.json(result))
        } else if !quiet {
            print(ResultTable.text(result, folder: folder), terminator: "")
        }
        guard let expect else { return }
        let missed = try await reporting { () async throws(CommandFailure) in
            try shortfalls(of: result, file: expect)
        }
        for shortfall in missed {
            FileHandle.standardError.write(Data("hansa: \(expect): \(shortfall).\n".utf8))
        }
        if !missed.isEmpty { throw ExitCode.failure }
    }

    private func shortfalls(of result: RunResult, file: String) throws(CommandFailure) -> [String] {
        do throws(ScenarioError) {
            return try ScenarioExpectation(path: file).shortfalls(of: result)
        } catch {
            throw CommandFailure(error)
        }
    }

    private func prepare() throws(CommandFailure) -> PreparedRun {
        let scenario = try arguments.load()
        var record: [ParticipationRecord]?
        if let replay { record = try ParticipationFile.read(replay) }
        let prepared: PreparedRun
        do throws(ScenarioError) {
            prepared = try scenario.prepared(data: data.folders, replay: record)
        } catch {
            throw CommandFailure(error)
        }
        if mpi, prepared.scenario.trainer != nil {
            throw CommandFailure(
                .usage,
                "trainer: got a command with --mpi, expected no trainer of one's own, which runs on one machine. Leave "
                    + "--mpi out, or remove trainer."
            )
        }
        return prepared
    }

    /// Runs and returns the result and its folder.
    private func simulate(
        _ prepared: PreparedRun,
        _ interruption: Interruption,
        ranks: RankGroup?
    ) async throws(CommandFailure) -> (RunResult, String) {
        let plan = try faultPlan()
        let resolved = prepared.scenario
        let folder = out ?? "results/\(ResultFolder.usualName(resolved))"
        var options = SimulationRunner.Options(folder: ResultFolder(path: folder))
        options.resumes = resume
        options.replaces = force
        options.isInMemory = memory
        if let threads { options.threadCount = threads }
        options.faults = plan
        options.keepsTraceHash = traceHash
        options.ranks = ranks
        options.writesEvents = tensorboard
        if transport == .framed { options.transport = .framed() }
        let runner = SimulationRunner(prepared, options: options)
        let federation = transport == .tls ? federationRunner(runner) : nil
        if !quiet { Terminal().write(CaveatFile.lines(prepared.composition).map { $0 + "\n" }.joined()) }
        if !quiet { tell(prepared.specification.notices) }
        let display = quiet ? nil : RunDisplay(roundCount: Int(resolved.rounds))
        let result = try await interruption.watch { () async throws(CommandFailure) in
            defer { display?.finish() }
            guard let federation else { return try await runner.run { display?.show($0) } }
            return try await federation.run { display?.show($0) }
        }
        return (result, folder)
    }

    private func federationRunner(_ runner: SimulationRunner) -> FederationRunner {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return FederationRunner(
            runner,
            executable: own.path,
            clientExecutable: client ?? own.deletingLastPathComponent().appendingPathComponent("hansa-client").path,
            kills: kill
        )
    }

    private func faultPlan() throws(CommandFailure) -> FaultPlan? {
        guard let faults else { return nil }
        do throws(FaultPlanError) {
            return try FaultPlan.parse(faults)
        } catch {
            throw CommandFailure(.usage, "--faults: \(error.description).")
        }
    }
}
