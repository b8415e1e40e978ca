public import HansaCoordinator

extension CommandFailure {
    /// Why a coordinator's configuration, or the run that it names, cannot be served.
    public init(serving error: ScenarioError) {
        switch error {
        case .unreadable: self.init(.noInput, error.description)
        case .mistakes: self.init(.configuration, error.description)
        case .data: self.init(.data, error.description)
        }
    }

    /// What is wrong with a state folder that a coordinator serves from, or that a command looks at.
    public init(state error: StoreError, folder: String) {
        switch error {
        case .locked:
            self.init(
                .temporary,
                "\(folder): another coordinator has the state folder. Stop it, or name another folder with --state-dir."
            )
        case .foreignRun(let got, let expected):
            self.init(
                .configuration,
                "\(folder): the state folder is of another run (got \(got), expected \(expected)). Go on with the "
                    + "configuration it began with, or name another folder with --state-dir."
            )
        case .tooNew(let got, let supported):
            self.init(
                .data,
                "\(folder): the state has format \(got), this program knows up to \(supported). Use the newer Hansa "
                    + "that wrote it."
            )
        case .damaged(let file, let reason): self.init(.data, "\(file): the file is damaged: \(reason).")
        case .missing(let what): self.init(.data, "\(folder): got a state without \(what), expected a whole one.")
        case .io(let operation, let reason):
            self.init(
                .io,
                "\(folder): got \"\(reason)\" while trying to \(operation). Check permissions and free space."
            )
        case .conflict, .outOfOrder, .unstorable, .crashed: self.init(.program, ErrorText.of(error))
        }
    }

    /// Why a coordinator cannot start, or must end.
    public init(serving error: CoordinatorError, folder: String) {
        switch error {
        case .store(let inner): self.init(state: inner, folder: folder)
        case .recoveredRunMismatch(let text):
            self.init(.data, "\(folder): the stored run does not fit this one: \(text).")
        default: self.init(.program, ErrorText.of(error))
        }
    }
}
