import Foundation
import HansaClient
import HansaClientTransport
import HansaCore
import HansaLearning
import HansaNumerics
import Synchronization

/// The programs of an external training, one for each worker, kept from round to round and started anew where they fail.
///
/// A worker takes any program that is free; there are as many as workers, so one always is. After
/// ``failureCountMax`` failures in a row nothing is started any more: every training fails at once, and the run ends by
/// its own rules.
final class ExternalTrainerPool: Sendable {
    /// The most failures in a row over all programs; a program that cannot work at all must not be started for ever.
    static let failureCountMax = 100

    /// One program and what is asked of it.
    private struct Slot {
        var process: TrainerProcess?
    }

    private let training: ExternalTraining
    private let schema: ParameterSchema
    private let slots: [SlotBox]
    private let failureCount = Atomic<Int>(0)
    private let log: ExternalTrainerLog

    private final class SlotBox: Sendable {
        let slot = Mutex(Slot())
    }

    init(_ training: ExternalTraining, schema: ParameterSchema, count: Int) throws(SimulationError) {
        precondition(!training.command.isEmpty, "the scenario has a program")
        self.training = training
        self.schema = schema
        slots = (0..<count).map { _ in SlotBox() }
        do {
            try FileManager.default.createDirectory(
                atPath: training.folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw .external("\(training.folder): the folder cannot be made: \(error.localizedDescription)")
        }
        log = try ExternalTrainerLog(path: training.log)
    }

    /// The examples were copied for the programs alone.
    deinit {
        for box in slots { box.slot.withLock { $0.process = nil } }
        log.finish()
        try? FileManager.default.removeItem(atPath: training.folder)
    }

    /// Lets a free program train.
    func train(
        _ assignment: Assignment,
        model: [Float],
        examples: DatasetView,
        seed: UInt64
    ) -> Result<TrainedModel, RefusalReason> {
        guard model.count == schema.count else { return .failure(.modelMismatch) }
        guard failureCount.load(ordering: .relaxed) < Self.failureCountMax else { return .failure(.trainingFailed) }
        for (index, box) in slots.enumerated() {
            let result = box.slot.withLockIfAvailable { slot in
                train(assignment, model: model, examples: examples, seed: seed, slot: &slot, number: index)
            }
            if let result { return result }
        }
        // More tasks than programs; none of ours.
        return .failure(.trainingFailed)
    }

    private func train(
        _ assignment: Assignment,
        model: [Float],
        examples: DatasetView,
        seed: UInt64,
        slot: inout Slot,
        number: Int
    ) -> Result<TrainedModel, RefusalReason> {
        do throws(ExternalTrainingFailure) {
            let trained = try ask(assignment, model: model, examples: examples, seed: seed, slot: &slot, number: number)
            failureCount.store(0, ordering: .relaxed)
            return .success(trained)
        } catch {
            let id = assignment.id
            log.note("round \(id.round), client \(id.client.number): \(error.description)")
            // A program that says that it failed is in order; any other is not to be trusted with the next client.
            if case .failed = error {
            } else {
                slot.process?.kill()
                slot.process = nil
            }
            if failureCount.add(1, ordering: .relaxed).newValue == Self.failureCountMax {
                log.note("\(Self.failureCountMax) failures in a row: no trainer is asked any more")
            }
            if case .unusableUpdate(.doesNotFit) = error { return .failure(.modelMismatch) }
            return .failure(.trainingFailed)
        }
    }

    private func ask(
        _ assignment: Assignment,
        model: [Float],
        examples: DatasetView,
        seed: UInt64,
        slot: inout Slot,
        number: Int
    ) throws(ExternalTrainingFailure) -> TrainedModel {
        let paths = (model: file("model-\(number)"), update: file("update-\(number)"))
        let client = assignment.id.client.number
        let examplesPath = file("client-\(client)")
        try ClientExamplesFile.write(examples, to: examplesPath, by: number)
        // No file of an earlier client can be taken for this one's.
        unlink(paths.update)
        let written = SafetensorsFile.write(model, schema: schema, to: paths.model)
        guard written >= 0 else { throw .cannotHandOver(error: written) }
        defer { unlink(paths.update) }
        let milliseconds = 1_000 * UInt64(training.answerSeconds)
        let question = TrainerMessages.request(
            assignment,
            schema: schema,
            modelPath: paths.model,
            updatePath: paths.update,
            milliseconds: milliseconds,
            simulated: TrainerMessages.SimulatedClient(number: client, examplesPath: examplesPath, seed: seed)
        )
        let process = try readyProcess(&slot)
        let said = try TrainerMessages.answer(process.ask(question, milliseconds: milliseconds))
        do throws(SafetensorsError) {
            return TrainedModel(
                parameters: try SafetensorsFile.read(paths.update, schema: schema),
                // How many steps it took is the program's own affair.
                summary: TrainingSummary(stepCount: 0, meanLoss: said.meanLoss),
                // The simulator knows the client's data, so the weight is not the program's to say.
                sampleCount: examples.count
            )
        } catch {
            throw .unusableUpdate(error)
        }
    }

    private func file(_ name: String) -> String { training.folder + "/" + name + ".safetensors" }

    /// The program, begun anew where it is gone or has spoken unasked, so that a crash between rounds costs nothing.
    private func readyProcess(_ slot: inout Slot) throws(ExternalTrainingFailure) -> TrainerProcess {
        if let process = slot.process, process.isReady { return process }
        slot.process?.kill()
        slot.process = nil
        let errors = Pipe()
        log.follow(errors.fileHandleForReading)
        let process = try TrainerProcess(
            command: training.command,
            errors: errors.fileHandleForWriting.fileDescriptor
        )
        // The program has its own copy; the log ends when that one is closed.
        try? errors.fileHandleForWriting.close()
        slot.process = process
        return process
    }
}
