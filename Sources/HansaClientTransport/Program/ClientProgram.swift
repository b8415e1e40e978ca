import CPosix
import HansaClient
import HansaNumerics
import HansaWire

/// The program `hansa-client`, the same in both builds.
public enum ClientProgram {
    /// A test hook of ours, documented in ``ClientLoop``'s page: `HANSA_TEST_DIE_BETWEEN_RECORD_AND_SEND=ROUND`.
    private static let dieVariable = "HANSA_TEST_DIE_BETWEEN_RECORD_AND_SEND"

    /// Runs the program on the process's own arguments; returns its exit status.
    public static func run() -> Int32 {
        var arguments: [String] = []
        for index in 1..<max(1, hansa_argument_count()) {
            guard let argument = hansa_argument(index) else { break }
            arguments.append(String(cString: argument))
        }
        return run(arguments)
    }

    /// Runs the program on the arguments behind its name.
    static func run(_ arguments: [String]) -> Int32 {
        let request: ClientArguments
        do throws(UsageError) {
            request = try ClientArguments(arguments)
        } catch {
            Console(writesJSON: false).say("\(error.message)")
            return ExitStatus.usage.rawValue
        }
        do throws(ProgramFailure) {
            switch request {
            case .help(let command): Console.show("\(HelpText.of(command))")
            case .version: Console.show("\(ClientVersion.build)\n")
            case .status(let options): try showStatus(options)
            case .check(let options): try check(options)
            #if hasFeature(Embedded)
            case .ledger, .policyCheck:
                throw ProgramFailure(
                    .usage,
                    "the small build does not have this command; the ordinary one reads the same files"
                )
            #else
            case .ledger(let options): return try showLedger(options).rawValue
            case .policyCheck(let options): return try checkPlan(options).rawValue
            #endif
            case .run(let options): return try serve(options).rawValue
            }
            return ExitStatus.ok.rawValue
        } catch {
            Console(writesJSON: false).say("\(error.message)")
            return error.status.rawValue
        }
    }

    private static func serve(_ options: ClientArguments.Options) throws(ProgramFailure) -> ExitStatus {
        hansa_private_files()
        hansa_keep_memory()
        guard hansa_core_dumps_off() >= 0, SystemWords.isAvailable, hansa_signals_install() >= 0 else {
            throw ProgramFailure(.system, "the system gives no randomness, no signals or no way to forbid core dumps")
        }
        let setup = try ClientSetup(options)
        let context = try setup.tlsContext()
        let runner = try setup.runner()
        let state: StateFolder
        do throws(StateError) {
            state = try StateFolder(path: setup.configuration.stateFolder)
        } catch {
            throw ProgramFailure(error)
        }
        #if !hasFeature(Embedded)
        // Opening has completed what a crash left, and written down what the journal has more.
        let report = try ledger(setup)
        if let damage = report.damage {
            throw ProgramFailure(.data, PlainText("the privacy ledger: \(damage); \(LedgerReport.remedy)").string)
        }
        #endif
        var settings = LoopSettings(retry: setup.configuration.retry, isOnce: options.isOnce)
        if let round = hansa_environment(dieVariable) {
            settings.diesAfterRecordOfRound = Decimal.parse(String(cString: round).bytes)
        }
        var loop = ClientLoop(
            context: context,
            state: state,
            runner: runner,
            policy: setup.policy,
            settings: settings,
            console: Console(writesJSON: options.writesJSON)
        )
        return loop.run().status
    }

    private static func showStatus(_ options: ClientArguments.Options) throws(ProgramFailure) {
        let setup = try ClientSetup(options)
        let status: StateStatus
        do throws(StateError) {
            status = try StateStatus(path: setup.configuration.stateFolder)
        } catch {
            throw ProgramFailure(error)
        }
        #if hasFeature(Embedded)
        Console.show(options.writesJSON ? "\(status.json.line)\n" : status.text)
        #else
        let ledger = try ledger(setup).damage ?? "intact"
        guard options.writesJSON else {
            return Console.show(status.text + (status.missingFolder == nil ? "ledger      \(ledger)\n" : ""))
        }
        var object = status.json
        object.add("ledger", ledger.string)
        Console.show("\(object.line)\n")
        #endif
    }

    private static func check(_ options: ClientArguments.Options) throws(ProgramFailure) {
        let setup = try ClientSetup(options)
        let context = try setup.tlsContext()
        do throws(ConnectionError) {
            try context.checkTime()
        } catch {
            throw ProgramFailure(error)
        }
        let runner = try setup.runner()
        let coordinator = setup.configuration.coordinator
        let trainer = runner.kind == .exact ? "exact" : "external"
        guard options.writesJSON else {
            Console.show(
                """
                configuration, policy, certificates and data are usable
                coordinator  \(coordinator.host):\(coordinator.port), as \(coordinator.serverName)
                trainer      \(trainer)
                state        \(setup.configuration.stateFolder)

                """
            )
            return
        }
        var object = JSONObject(event: "checked")
        object.add("coordinator", PlainText("\(coordinator.host):\(coordinator.port)").string)
        object.add("server_name", coordinator.serverName)
        object.add("trainer", trainer)
        object.add("state", setup.configuration.stateFolder)
        Console.show("\(object.line)\n")
    }
}
