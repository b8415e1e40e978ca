/// What `--help` shows.
enum HelpText {
    static func of(_ command: ClientArguments.Command?) -> String {
        switch command {
        case nil: program
        case .run: run
        case .status: status
        case .check: check
        }
    }

    private static let program = """
        hansa-client: trains on this device's data for a coordinator, and sends it nothing but packed updates.

          hansa-client run --config FILE      serve until the run is over
          hansa-client status --config FILE   what is waiting to be sent, what was answered
          hansa-client check --config FILE    read everything that run would need, without a network
          hansa-client --version
          hansa-client COMMAND --help

        Exit status: 0 the run is over, or a signal asked to stop; 64 a mistake on the command line; 65 examples that
        cannot be trained on; 66 a file is missing; 71 the system lacks something; 74 the state folder failed; 75 try
        later: another process has the state folder, or no coordinator answered; 76 the coordinator refuses this client
        or speaks another protocol; 77 a key that others can read, or a certificate that is not accepted; 78 a mistake
        in the configuration or the policy.

        """

    private static let run = """
        hansa-client run --config FILE [--set SECTION.KEY=VALUE]... [--once] [--json]

        Connects to the coordinator, takes work that the policy allows, trains, makes each update durable, and sends it
        until it is answered. Lost connections are tried again for as long as the process lives; SIGTERM and SIGINT end
        it in order.

          --config FILE              the configuration; paths in it begin in its folder
          --set SECTION.KEY=VALUE    takes the place of a line of the configuration
          --once                     end after one answered update, and give up where no coordinator answers
          --json                     an event a line on standard output

        The configuration has sections with "key = value" lines; "#" begins a comment. This is enough:

          [coordinator]
          address = coordinator.example:7443
          ca = ca.pem
          [identity]
          certificate = client.pem
          key = client.key
          [state]
          folder = state
          [data]
          features = features.npy
          labels = labels.npy

        Every section and its keys, those in parentheses not needed:

          coordinator    address, ca: who signed the coordinator's certificate, (server-name): the name in it
          identity       certificate, key: of this client; the key readable by its owner alone (chmod 600)
          state          folder: what survives a restart
          data           features, labels: the exact trainer's examples
          (trainer)      kind: exact or external; command, (answer-seconds): the external trainer's
          (policy)       file: what the owner of the data allows
          (retry)        (base-milliseconds), (cap-milliseconds): the wait between tries
          (reproducible) seed: for runs that are compared with the simulator's

        """

    private static let status = """
        hansa-client status --config FILE [--json]

        Reads the state folder: updates that are durable and not answered, and how many were accepted and refused. It
        may be asked while the client runs, and uses no network. A client that never ran has nothing there: that is said,
        with exit status 0.

        """

    private static let check = """
        hansa-client check --config FILE [--set SECTION.KEY=VALUE]... [--json]

        Reads the configuration, the policy, certificates and key, and the examples' shapes, as run would, and whether
        the client's certificate is valid today, and says what it found. It uses no network and changes nothing.

        """
}
