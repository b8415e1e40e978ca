/// A program that trains the simulated clients' models, by the protocol of Proto/trainer.md.
///
/// The model's architecture is still the scenario's: it says what the tensors are and measures the global model.
public struct ExternalTraining: Hashable, Sendable {
    /// The program and its arguments; started without a shell, once for every worker.
    public var command: [String]
    /// How long one client's training may take, in real seconds.
    public var answerSeconds: UInt32
    /// A folder of this run alone for models, updates and the clients' examples.
    public var folder: String
    /// The file that takes the programs' standard error and what went wrong with them.
    public var log: String

    public init(command: [String], answerSeconds: UInt32, folder: String, log: String) {
        self.command = command
        self.answerSeconds = answerSeconds
        self.folder = folder
        self.log = log
    }
}
