package import HansaCore
package import HansaNumerics

/// The messages of Proto/trainer.md.
package enum TrainerMessages {
    /// The longest reason of a trainer that is kept, in letters.
    static let reasonCountMax = 200

    #if !hasFeature(Embedded)
    /// What a simulation adds to a request.
    package struct SimulatedClient {
        let number: UInt32
        let examplesPath: String
        /// Below 2^53, so that it is a number of JSON.
        let seed: UInt64

        package init(number: UInt32, examplesPath: String, seed: UInt64) {
            self.number = number
            self.examplesPath = examplesPath
            self.seed = seed
        }
    }

    /// What a trainer is asked about a simulated client.
    package static func request(
        _ assignment: Assignment,
        schema: ParameterSchema,
        modelPath: String,
        updatePath: String,
        milliseconds: UInt64,
        simulated: SimulatedClient
    ) -> [UInt8] {
        let more: [JSONValue.Member] = [
            JSONValue.Member(name: "client", value: .integer(Int64(simulated.number))),
            JSONValue.Member(name: "examples", value: .string(simulated.examplesPath)),
            JSONValue.Member(name: "seed", value: .integer(Int64(truncatingIfNeeded: simulated.seed))),
        ]
        return JSONWriter.write(
            .object(
                members(
                    assignment,
                    schema: schema,
                    modelPath: modelPath,
                    updatePath: updatePath,
                    milliseconds: milliseconds
                ) + more
            )
        )
    }

    /// What a plan asks beyond plain SGD; nothing where it asks for that.
    private static func options(_ work: LocalWork) -> [JSONValue.Member] {
        func member(_ name: String, _ value: JSONValue) -> JSONValue.Member {
            JSONValue.Member(name: name, value: value)
        }
        guard work.requiredCapabilities != [] else { return [] }
        var members: [JSONValue.Member] = []
        switch work.optimizer {
        case .sgd: members.append(member("optimizer", .string("sgd")))
        case .adam: members.append(member("optimizer", .string("adam")))
        case .adamW: members.append(member("optimizer", .string("adamw")))
        }
        if let moments = work.optimizer.moments {
            members += [
                member("beta1", .number(Double(moments.beta1))), member("beta2", .number(Double(moments.beta2))),
                member("epsilon", .number(Double(moments.epsilon))),
            ]
        }
        return members + [
            member("gradient_norm_max", .number(Double(work.gradientNormMax))),
            member("proximal", .number(Double(work.proximal))),
        ]
    }
    #endif

    /// What a trainer is asked.
    static func request(
        _ assignment: Assignment,
        schema: ParameterSchema,
        modelPath: String,
        updatePath: String,
        milliseconds: UInt64
    ) -> [UInt8] {
        JSONWriter.write(
            .object(
                members(
                    assignment,
                    schema: schema,
                    modelPath: modelPath,
                    updatePath: updatePath,
                    milliseconds: milliseconds
                )
            )
        )
    }

    private static func members(
        _ assignment: Assignment,
        schema: ParameterSchema,
        modelPath: String,
        updatePath: String,
        milliseconds: UInt64
    ) -> [JSONValue.Member] {
        func member(_ name: String, _ value: JSONValue) -> JSONValue.Member {
            JSONValue.Member(name: name, value: value)
        }
        let work = assignment.plan.work
        let steps: [JSONValue.Member] = [
            member("epochs", .integer(Int64(work.epochs))),
            member("batch", .integer(Int64(work.batchSize))),
            // A float32 is a Double exactly, so both ends hold the same number.
            member("learning_rate", .number(Double(work.learningRate))),
            member("momentum", .number(Double(work.momentum))),
            member("weight_decay", .number(Double(work.weightDecay))),
            member("shuffle", .boolean(work.shuffles)),
            member("max_steps", .integer(Int64(work.stepCountMax))),
        ]
        #if hasFeature(Embedded)
        let plan = steps
        #else
        let plan = steps + options(work)
        #endif
        return [
            member("type", .string("train")),
            member("round", .integer(Int64(assignment.id.round))),
            member("attempt", .integer(Int64(assignment.id.attempt))),
            member("model", .string(modelPath)),
            member("update", .string(updatePath)),
            member("plan", .object(plan)),
            member("deadline_seconds", .number(Double(milliseconds) / 1_000)),
            member("schema_digest", .string(SHA256Digest(hashing: schema.canonicalBytes).hexadecimal)),
        ]
    }

    /// Reads an answer: how many examples it trained on and its loss.
    package static func answer(
        _ bytes: [UInt8]
    ) throws(ExternalTrainingFailure) -> (sampleCount: Int, meanLoss: Double) {
        guard let answer = JSONReader.read(bytes) else { throw .unknownAnswer }
        guard let type = answer["type"] else { throw .unknownAnswer }
        if type.isString("trained") {
            guard case .integer(let count)? = answer["sample_count"], (1...Int64(UInt32.max)).contains(count) else {
                throw .unknownAnswer
            }
            switch answer["mean_loss"] {
            case .number(let loss): return (Int(count), loss)
            case .integer(let loss): return (Int(count), Double(loss))
            default: throw .unknownAnswer
            }
        }
        if type.isString("failed") {
            guard case .string(let reason)? = answer["reason"] else { throw .unknownAnswer }
            var text: [UInt8] = []
            var count = 0
            for scalar in reason.unicodeScalars where count < reasonCountMax {
                let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                text += isControl ? [0x20] : UTF8.encode(scalar).map { Array($0) } ?? []
                count += 1
            }
            throw .failed(reason: String(bytes: text))
        }
        throw .unknownAnswer
    }
}
