import ArgumentParser
import HansaCoordinator
import HansaServerTransport
import HansaSimulation
import Logging

/// `hansa serve`: the coordinator of one run, for clients on the network.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Coordinate a run: clients connect over mutual TLS, train, and send their updates.",
        discussion: """
            The configuration is a YAML file; relative paths start from its folder:
              run: {scenario: scenario.yaml, mode: reproducible}   # or mode: production
              listen: 127.0.0.1:7070
              state: state
              tls: {certificate: coordinator.pem, key: coordinator.key, clients: ca.pem}
              roster: [client-0, client-1]                         # or {file: roster.txt}, a name a line
            run.set changes keys of the scenario (set: {rounds: 5}); limits bounds what clients can take up, and the \
            log tells each bound at the start. run.exact-sum (clients, rounds, cohort, width) with \
            run.allow-test-aggregators: yes counts contributions in place of learning, for tests of whole systems. \
            run.allow-insecure-seeded-noise: yes takes noise that follows from the scenario's seed and gives no privacy; \
            run.allow-insecure-strategies: yes takes strategies that repeat a paper whose privacy claim does not hold.

            Reproducible rounds wait until every client that the seed selects has sent its update or \
            withdrawn; production rounds close at their \
            deadline with the quorum. The model of either is computed again by `hansa simulate --replay` from \
            `hansa ledger export --kind participation`. A state folder goes on in the mode it began with.

            Standard output has a line `ready ADDRESS run ID round N version V`, one for each round, and a summary. \
            Everything acknowledged is durable in the state folder; a coordinator that was stopped or killed goes on \
            from it when it is started again. It ends by itself when the last round is committed.

            For tests, HANSA_TEST_DIE_AT_RECEIPT=ROUND:N[,ROUND:N] kills the coordinator right after the N-th update \
            of a round became durable and before it is acknowledged, once for each pair and state folder.

            Exit status: 0 finished, or asked to stop; 64 a mistake on the command line; 65 data or state are missing \
            or damaged; 66 no such file; 69 the address cannot be listened on; 70 the run cannot go on; 74 reading or \
            writing failed; 75 another coordinator has the state folder; 77 the key is readable by others; 78 a \
            mistake in the configuration.
            """
    )

    @Option(help: "The configuration file.", completion: .file(extensions: ["yaml", "yml"]))
    var config: String

    @Option(help: "The folder of the durable state, in place of the configuration's.", completion: .directory)
    var stateDir: String?

    @Option(help: ArgumentHelp("The address, in place of the configuration's.", valueName: "host:port"))
    var listen: String?

    @OptionGroup var data: DataFolderArguments

    @Flag(help: "Print lines as JSON objects.")
    var json = false

    @Flag(help: "Stay after the last round, and answer clients that come late.")
    var stay = false

    @Option(help: "What to log on standard error: trace, debug, info, notice, warning, error or critical.")
    var logLevel = LogLevel.info

    func run() async throws {
        try await reporting { () async throws(CommandFailure) in
            let configuration = try CoordinatorConfiguration(
                path: config,
                limitNames: ServerLimits().table.map(\.name),
                listen: listen,
                stateFolder: stateDir
            )
            let deaths = try TestDeath.fromEnvironment()
            let level = logLevel.level
            LoggingSystem.bootstrap { label in
                var handler = StreamLogHandler.standardError(label: label)
                handler.logLevel = level
                return handler
            }
            let run = try configuration.prepared(data: data.folders)
            tell(run.specification.notices)
            var session = ServeSession(
                configuration: configuration,
                run: run,
                logger: Logger(label: "hansa")
            )
            session.stays = stay
            session.isJSON = json || configuration.report.isJSON
            session.deaths = deaths
            try await session.serve()
        }
    }
}

/// What is logged, from most to least.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case trace, debug, info, notice, warning, error, critical

    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}
