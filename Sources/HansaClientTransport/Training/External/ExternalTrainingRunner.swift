import CPosix
public import HansaClient
public import HansaCore
public import HansaNumerics
public import HansaWire

/// A program of the client's owner that trains in a process of its own, asked by the protocol of Proto/trainer.md.
///
/// The process is started at the first round and kept; models and updates travel as safetensors files in a folder that
/// only this client uses. Whatever the program does — crash, hang, answer nonsense, leave NaN or other shapes — costs one
/// round, and the next one begins with a new process. Its bytes never leave the device as they are: clipping, rounding
/// and packing are done here.
///
/// Determinism class: what the program's is.
public struct ExternalTrainingRunner: TrainingRunner {
    /// The most bytes of a message either way.
    public static let messageByteCountMax = 65_536

    public var kind: TrainerKind { .external }
    /// Why the last training gave nothing; nil where it did.
    public private(set) var lastFailure: ExternalTrainingFailure?

    private let command: [String]
    private let folder: String
    private let answerMilliseconds: UInt64
    private let seed: UInt64?
    private var process: TrainerProcess?

    /// - Parameters:
    ///   - command: the program and its arguments, at least the program.
    ///   - answerSeconds: how long one training may take; the plan's deadline may be shorter.
    ///   - folder: a folder of this client alone for the two files; made where it does not exist.
    ///   - seed: the run's seed for rounding; nil for the system's randomness.
    public init(command: [String], answerSeconds: UInt32, folder: String, seed: UInt64? = nil) {
        precondition(!command.isEmpty, "the configuration has a program")
        self.command = command
        self.folder = folder
        self.seed = seed
        answerMilliseconds = 1_000 * UInt64(answerSeconds)
    }

    public mutating func train(
        _ assignment: Assignment,
        schema: ParameterSchema,
        model: [Float]
    ) -> Result<TrainedUpdate, RefusalReason> {
        lastFailure = nil
        guard model.count == schema.count else { return .failure(.modelMismatch) }
        guard assignment.plan.work.isValid else { return .failure(.trainingFailed) }
        let training: Result<TrainedModel, RefusalReason>
        do throws(ExternalTrainingFailure) {
            training = .success(try ask(assignment, schema: schema, model: model))
        } catch {
            lastFailure = error
            // A trainer that says that it failed is in order; any other is not to be trusted with the next round.
            if case .failed = error {} else { end() }
            if case .unusableUpdate(.doesNotFit) = error {
                training = .failure(.modelMismatch)
            } else {
                training = .failure(.trainingFailed)
            }
        }
        return TrainingEncoder.encode(
            training,
            model: model,
            plan: assignment.plan,
            schema: schema,
            streams: TrainingStreams(seed: seed, assignment: assignment.id)
        )
    }

    private mutating func end() {
        process?.kill()
        process = nil
    }

    private mutating func ask(
        _ assignment: Assignment,
        schema: ParameterSchema,
        model: [Float]
    ) throws(ExternalTrainingFailure) -> TrainedModel {
        let (modelPath, updatePath) = (folder + "/model.safetensors", folder + "/update.safetensors")
        let made = hansa_make_folder(folder)
        guard made >= 0 else { throw .cannotHandOver(error: made) }
        // No file of an earlier round can be taken for this one's.
        _ = hansa_remove(updatePath)
        let written = SafetensorsFile.write(model, schema: schema, to: modelPath)
        guard written >= 0 else { throw .cannotHandOver(error: written) }
        defer {
            _ = hansa_remove(modelPath)
            _ = hansa_remove(updatePath)
        }
        let deadline = UInt64(assignment.plan.deadlineMilliseconds)
        let milliseconds = deadline == 0 ? answerMilliseconds : min(answerMilliseconds, deadline)
        let answer = try readyProcess().ask(
            TrainerMessages.request(
                assignment,
                schema: schema,
                modelPath: modelPath,
                updatePath: updatePath,
                milliseconds: milliseconds
            ),
            milliseconds: milliseconds
        )
        let said = try TrainerMessages.answer(answer)
        do throws(SafetensorsError) {
            return TrainedModel(
                parameters: try SafetensorsFile.read(updatePath, schema: schema),
                // How many steps it took is the program's own affair.
                summary: TrainingSummary(stepCount: 0, meanLoss: said.meanLoss),
                sampleCount: said.sampleCount
            )
        } catch {
            throw .unusableUpdate(error)
        }
    }

    /// The process, begun anew where it is gone or has spoken unasked, so that a crash between rounds costs nothing.
    private mutating func readyProcess() throws(ExternalTrainingFailure) -> TrainerProcess {
        if let process, process.isReady { return process }
        end()
        let started = try TrainerProcess(command: command)
        process = started
        return started
    }
}
