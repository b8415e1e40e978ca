import Foundation
import HansaClient
import HansaCore
import HansaDense
import HansaNumerics
import HansaQuantization
import Testing

@testable import HansaClientTransport

/// Each trainer here is a Python program; its processes end with the runner.
@Suite("An external trainer", .serialized)
struct ExternalTrainingRunnerTests {
    /// Behaves as its first word says until the file of its second word is there, and then as it should.
    private static let program = """
        import json, os, struct, sys, time
        source, sink = sys.stdin.buffer, sys.stdout.buffer
        def say(text):
            sink.write(struct.pack("<I", len(text)) + text); sink.flush()
        while True:
            prefix = source.read(4)
            if len(prefix) < 4: sys.exit(0)
            request = json.loads(source.read(struct.unpack("<I", prefix)[0]))
            mode = "good" if os.path.exists(sys.argv[2]) else sys.argv[1]
            open(sys.argv[2], "w").close()
            with open(request["model"], "rb") as file: model = file.read()
            start = 8 + struct.unpack("<Q", model[:8])[0]
            update = bytearray(model)
            first = struct.unpack_from("<f", update, start)[0]
            struct.pack_into("<f", update, start, first + 0.25)
            if mode == "nan": struct.pack_into("<f", update, start, float("nan"))
            if mode == "infinity": struct.pack_into("<f", update, start + 4, float("inf"))
            if mode == "shape": update = update.replace(b'"shape":[2,2]', b'"shape":[4,1]')
            if mode == "name": update = update.replace(b"layers.0.bias", b"layers.0.bios")
            if mode == "cut": update = update[:-1]
            if mode != "nothing":
                with open(request["update"], "wb") as file: file.write(update)
            if mode == "crash": os._exit(3)
            if mode == "hang": time.sleep(600)
            if mode == "garbage": sink.write(b"Epoch 1"); sink.flush(); continue
            if mode == "empty": say(b""); continue
            if mode == "text": say(b"trained"); continue
            if mode == "other": say(b'{"type":"trainad","sample_count":4,"mean_loss":1}'); continue
            if mode == "none": say(b'{"type":"trained","sample_count":0,"mean_loss":1}'); continue
            if mode == "loss": say(b'{"type":"trained","sample_count":4,"mean_loss":NaN}'); continue
            if mode == "failed": say(b'{"type":"failed","reason":"no\\\\ndata"}'); continue
            say(b'{"type":"trained","sample_count":4,"mean_loss":0.75,"process":%d}' % os.getpid())
            if mode == "last": sys.exit(0)
        """

    private static func runner(
        _ mode: String,
        folder: TrainingFolder,
        answerSeconds: UInt32 = 60
    ) throws -> ExternalTrainingRunner {
        try folder.write(Array(program.utf8), to: "trainer.py")
        return ExternalTrainingRunner(
            command: ["python3", folder.path("trainer.py"), mode, folder.path("behaved")],
            answerSeconds: answerSeconds,
            folder: folder.path("work"),
            seed: 7
        )
    }

    private static func train(
        _ runner: inout ExternalTrainingRunner,
        round: UInt32 = 1,
        deadlineMilliseconds: UInt32 = 60_000
    ) throws -> Result<TrainedUpdate, RefusalReason> {
        let architecture = try TrainingWork.architecture()
        return runner.train(
            try TrainingWork.assignment(round: round, deadlineMilliseconds: deadlineMilliseconds),
            schema: architecture.schema(),
            model: architecture.initialParameters(seed: 1)
        )
    }

    @Test("gives its difference, packed by the plan, round after round")
    func good() throws {
        let folder = try TrainingFolder()
        var runner = try Self.runner("good", folder: folder)
        let architecture = try TrainingWork.architecture()
        let model = architecture.initialParameters(seed: 1)
        var trained = model
        trained[0] += 0.25
        for round in 1...3 as ClosedRange<UInt32> {
            let update = try Self.train(&runner, round: round).get()
            #expect(runner.lastFailure == nil)
            #expect(update.encoded.declaredSampleCount == 4)
            #expect(update.summary.meanLoss == 0.75)
            let assignment = try TrainingWork.assignment(round: round)
            var words = RandomStream(seed: 7, round: round, client: 3, purpose: .rounding)
            let expected = try UpdatePipeline.encode(
                local: trained,
                received: model,
                sampleCount: 4,
                plan: assignment.plan,
                schema: architecture.schema(),
                words: &words
            )
            #expect(update.encoded == expected)
        }
        #expect(try folder.names(in: "work").isEmpty)
    }

    @Test(
        "that misbehaves costs one round, with the reason, and the next one is in order",
        arguments: [
            ("crash", .ended, .trainingFailed), ("garbage", .wrongLength(got: 0x636F_7045), .trainingFailed),
            ("empty", .wrongLength(got: 0), .trainingFailed), ("text", .unknownAnswer, .trainingFailed),
            ("other", .unknownAnswer, .trainingFailed), ("none", .unknownAnswer, .trainingFailed),
            ("loss", .unknownAnswer, .trainingFailed), ("nothing", .unusableUpdate(.unreadable), .trainingFailed),
            ("cut", .unusableUpdate(.malformed), .trainingFailed),
            ("nan", .unusableUpdate(.notFinite), .trainingFailed),
            ("infinity", .unusableUpdate(.notFinite), .trainingFailed),
            ("shape", .unusableUpdate(.doesNotFit(tensor: "layers.0.weight")), .modelMismatch),
            ("name", .unusableUpdate(.doesNotFit(tensor: "layers.0.bias")), .modelMismatch),
            ("failed", .failed(reason: "no data"), .trainingFailed),
        ] as [(String, ExternalTrainingFailure, RefusalReason)]
    )
    func misbehaviour(mode: String, failure: ExternalTrainingFailure, reason: RefusalReason) throws {
        let folder = try TrainingFolder()
        var runner = try Self.runner(mode, folder: folder)
        let result = try Self.train(&runner)
        guard case .failure(reason) = result else {
            Issue.record("\(mode): got \(result)")
            return
        }
        #expect(runner.lastFailure == failure)
        #expect(try folder.names(in: "work").isEmpty)
        #expect(throws: Never.self) { try Self.train(&runner, round: 2).get() }
        #expect(runner.lastFailure == nil)
    }

    @Test("that hangs is ended when its time or the plan's is over", arguments: [true, false])
    func hang(byConfiguration: Bool) throws {
        let folder = try TrainingFolder()
        var runner = try Self.runner("hang", folder: folder, answerSeconds: byConfiguration ? 1 : 60)
        let result = try Self.train(&runner, deadlineMilliseconds: byConfiguration ? 60_000 : 1_000)
        guard case .failure(.trainingFailed) = result else {
            Issue.record("got \(result)")
            return
        }
        #expect(runner.lastFailure == .tooLate(milliseconds: 1_000))
    }

    @Test("that ends between rounds is started anew without a loss")
    func endsBetweenRounds() throws {
        let folder = try TrainingFolder()
        var runner = try Self.runner("last", folder: folder)
        for round in 1...2 as ClosedRange<UInt32> {
            #expect(throws: Never.self) { try Self.train(&runner, round: round).get() }
            usleep(200_000)
        }
    }

    @Test("that cannot be started is named")
    func missing() throws {
        let folder = try TrainingFolder()
        var runner = ExternalTrainingRunner(
            command: [folder.path("nothing")],
            answerSeconds: 1,
            folder: folder.path("work")
        )
        guard case .failure(.trainingFailed) = try Self.train(&runner) else {
            Issue.record("a program that is not there trained")
            return
        }
        #expect(runner.lastFailure == .cannotStart(error: -ENOENT))
        #expect(runner.lastFailure?.description.contains("No such file") == true)
    }

    /// Without shuffling, the example's double precision and ours differ by less than the lattice's step.
    @Test("of the examples folder trains as the exact trainer does")
    func example() throws {
        let folder = try TrainingFolder()
        let examples: [([Float], Int)] = [([1, 0.5], 0), ([-1, 0.25], 1), ([0.75, -1], 0), ([-0.5, 0], 1)]
        let text = "[" + examples.map { "[[\($0.0[0]), \($0.0[1])], \($0.1)]" }.joined(separator: ",") + "]"
        try folder.write(Array(text.utf8), to: "examples.json")
        var external = ExternalTrainingRunner(
            command: [
                "python3", TrainingFolder.packageFile("Examples/python-trainer/trainer.py").path,
                folder.path("examples.json"),
            ],
            answerSeconds: 60,
            folder: folder.path("work"),
            seed: 7
        )
        let features = NPYExamplesTests.file(
            NPYExamplesTests.header("<f4", "(4, 2)"),
            NPYExamplesTests.floats(examples.flatMap(\.0))
        )
        let labels = NPYExamplesTests.file(NPYExamplesTests.header("|u1", "(4,)"), examples.map { UInt8($0.1) })
        var exact = ExactTrainingRunner(source: try NPYExamples(features: features, labels: labels), seed: 7)
        let architecture = try TrainingWork.architecture()
        let expected = exact.train(
            try TrainingWork.assignment(),
            schema: architecture.schema(),
            model: architecture.initialParameters(seed: 1)
        )
        let update = try Self.train(&external).get()
        #expect(external.lastFailure == nil)
        #expect(abs(update.summary.meanLoss - (try expected.get().summary.meanLoss)) < 1e-5)
        #expect(update.encoded.declaredSampleCount == 4)
        let integers = try [update, expected.get()].map { trained in
            try PackedLayout.unpack(trained.encoded.payload, count: 6, width: BitWidth(16))
        }
        #expect(integers[1].contains { abs($0) > 1_000 })
        for (one, other) in zip(integers[0], integers[1]) { #expect(abs(one - other) <= 1) }
    }
}
