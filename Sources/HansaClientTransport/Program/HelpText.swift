/// What `--help` shows.
enum HelpText {
    static func of(_ command: ClientArguments.Command?) -> String {
        switch command {
        case nil: program
        case .run: run
        case .status: status
        case .check: check
        #if hasFeature(Embedded)
        case .ledger, .policy: program
        #else
        case .ledger: ledger
        case .policy: policy
        #endif
        }
    }

    private static let program = """
        hansa-client: trains on this device's data for a coordinator, and sends it nothing but packed updates.

          hansa-client run --config FILE      serve until the run is over
          hansa-client status --config FILE   what is waiting to be sent, what was answered
          hansa-client check --config FILE    read everything that run would need, without a network
          hansa-client ledger --config FILE   what the updates so far say of this device's data, and what is left
          hansa-client policy check PLAN --config FILE   whether the policy allows a plan, and what it would cost
          hansa-client --version
          hansa-client COMMAND --help

        Exit status: 0 the run is over, or a signal asked to stop; 64 a mistake on the command line; 65 examples that
        cannot be trained on, or a privacy ledger or plan that is damaged; 66 a file is missing; 71 the system lacks something; 74 the state folder failed; 75 try
        later: another process has the state folder, or no coordinator answered; 76 the coordinator refuses this client
        or speaks another protocol; 77 a key that others can read, a certificate that is not accepted, or a plan that
        the policy forbids; 78 a mistake in the configuration or the policy.

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

    #if !hasFeature(Embedded)
    private static let ledger = """
        hansa-client ledger --config FILE [--json]

        Reads the device's privacy ledger, checks its chain of hashes, and shows a line for each update that left or may
        have left: its noise, what it cost alone, and what all cost together (epsilon at the policy's delta; one client's
        whole contribution to a round is what is protected). It may be asked while the client runs, and changes nothing.

          --json    one object a line, the sums last

        Exit status 0: every line is as it was written. 65: the file was changed or is gone, the journal has answered updates
        that it lacks, or its last line is incomplete, as after a power cut or while the client writes it; the epsilon is
        "unknown" then, and what to do is said. What no ledger can notice: a folder put back as a whole, on the same
        file system, after which the coordinator never contradicts it; what was sent since then is missing here.

        """

    private static let policy = """
        hansa-client policy check PLAN --config FILE [--schema FILE] [--json]

        Judges a plan by the configuration's policy and by what the privacy ledger says is spent, and tells what the plan's
        update would cost. PLAN and the schema are files of canonical bytes, or of their hexadecimal digits; a plan with
        noise cannot be judged without its model's schema. A coordinator's owner writes both with:

          hansa scenario plan SCENARIO --round 1 --out FOLDER
          hansa-client policy check FOLDER/plan.bin --schema FOLDER/schema.bin --config FILE

        Exit status 0: allowed. 77: forbidden, with the policy's key, what the plan asks, what is allowed, and what to do.
        65: not a plan, or not one for this schema, and why; or a privacy ledger from which what is spent is not known.

        A policy file has one section, [policy]; a key that is left out limits nothing, but where a default is named:

          job-kinds, roles, return-fields     what rounds may be for and what may be sent back, separated by commas
          max-epochs, max-steps, max-batch, max-rounds, max-update-bytes, max-model-bytes, min-width, max-width
          require-clip = yes          an update must have a norm bound
          accept-no-noise = no        an update must have noise (yes)
          placements                  who may add it: local, distributed, central (all)
          trust-coordinator           no: the client's own noise alone counts, under distributed its share (default);
                                      sum-only: the coordinator is trusted to look at sums alone
          accept-seeded-noise = yes   noise that can be repeated may leave; it protects nothing (no)
          accept-insecure = yes       training may follow a paper whose privacy claim does not hold (no)
          min-noise                   least standard deviation of the noise over the sensitivity, which is twice the clip
          max-epsilon-per-round, max-epsilon    the most that one update, and all of this state folder's, may cost; with
                                      trust-coordinator = sum-only, against readers of models alone
          accept-gaps                 how many gaps of the privacy ledger (copies or restorations of it, updates of unknown
                                      cost) max-epsilon leaves out; with more it forbids every plan (0)
          delta                       the delta of both, at most 1e-3 (1e-6)

        """
    #endif
}
