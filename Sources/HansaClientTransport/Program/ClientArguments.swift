import HansaNumerics

/// What `hansa-client` was asked on its command line.
public enum ClientArguments: Hashable, Sendable {
    /// What the commands that read a configuration are given.
    public struct Options: Hashable, Sendable {
        public var configurationPath = ""
        /// `section.key=value`, in their order.
        public var overrides: [String] = []
        public var isOnce = false
        public var writesJSON = false
        /// The plan that `policy check` judges, and the file of its model's schema.
        public var planPath = ""
        public var schemaPath = ""

        public init() {}
    }

    case run(Options)
    case status(Options)
    case check(Options)
    case ledger(Options)
    case policyCheck(Options)
    case version
    /// The help of a command, or of the program.
    case help(Command?)

    /// The program's commands.
    public enum Command: String, CaseIterable, Sendable {
        case run, status, check, ledger, policy

        init?(name: String) {
            for command in Self.allCases where command.rawValue.isSame(as: name) {
                self = command
                return
            }
            return nil
        }
    }

    /// Reads the arguments behind the program's name.
    public init(_ arguments: [String]) throws(UsageError) {
        guard let first = arguments.first else { throw .noCommand }
        if ["--help", "-h", "help"].has(first) {
            self = .help(arguments.count > 1 ? Command(name: arguments[1]) : nil)
        } else if first.isSame(as: "--version") {
            self = .version
        } else {
            guard let command = Command(name: first) else { throw .unknownCommand(first) }
            self = try Self.read(command, Array(arguments.dropFirst()))
        }
    }

    private static func read(_ command: Command, _ arguments: [String]) throws(UsageError) -> ClientArguments {
        var options = Options()
        var index = 0
        var isChecking = false
        func value(of flag: String) throws(UsageError) -> String {
            index += 1
            guard index < arguments.count else { throw .missingValue(flag) }
            return arguments[index]
        }
        while index < arguments.count {
            let argument = arguments[index]
            if ["--help", "-h"].has(argument) {
                return .help(command)
            } else if argument.isSame(as: "--config") {
                options.configurationPath = try value(of: "--config")
            } else if argument.isSame(as: "--set") {
                options.overrides.append(try value(of: "--set"))
            } else if argument.isSame(as: "--json") {
                options.writesJSON = true
            } else if command == .run, argument.isSame(as: "--once") {
                options.isOnce = true
            } else if command == .policy, argument.isSame(as: "--schema") {
                options.schemaPath = try value(of: "--schema")
            } else if command == .policy, isChecking, options.planPath.isEmpty, argument.bytes.first != 0x2D {
                options.planPath = argument
            } else if command == .policy, !isChecking, argument.isSame(as: "check") {
                isChecking = true
            } else {
                throw .unknownArgument(argument, command)
            }
            index += 1
        }
        if command == .policy, options.planPath.isEmpty { throw .noPlan }
        guard !options.configurationPath.isEmpty else { throw .noConfiguration(command) }
        return switch command {
        case .run: .run(options)
        case .status: .status(options)
        case .check: .check(options)
        case .ledger: .ledger(options)
        case .policy: .policyCheck(options)
        }
    }
}

/// A command line that says nothing the program knows.
public enum UsageError: Error, Hashable, Sendable {
    case noCommand
    case unknownCommand(String)
    case unknownArgument(String, ClientArguments.Command)
    case missingValue(String)
    case noConfiguration(ClientArguments.Command)
    case noPlan

    /// For people.
    public var message: String { text.string }

    private var text: PlainText {
        switch self {
        case .noCommand: "expected a command: run, status, check, ledger or policy; hansa-client --help tells more"
        case .unknownCommand(let got): "got the command \"\(got)\", expected run, status, check, ledger or policy"
        case .unknownArgument(let got, let command):
            "got \"\(got)\"; hansa-client \(command.rawValue) --help tells what is expected"
        case .missingValue(let flag): "\(flag) needs a value"
        case .noConfiguration(let command):
            "\(command.rawValue) needs a configuration: hansa-client \(command.rawValue) --config FILE"
        case .noPlan: "policy judges one plan: hansa-client policy check PLAN --config FILE"
        }
    }
}
