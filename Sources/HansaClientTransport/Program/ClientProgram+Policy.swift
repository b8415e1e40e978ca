#if !hasFeature(Embedded)
import HansaClient
import HansaCore
import HansaNumerics

extension ClientProgram {
    /// Judges a plan from a file; `noPermission` where the policy forbids it.
    static func checkPlan(_ options: ClientArguments.Options) throws(ProgramFailure) -> ExitStatus {
        let setup = try ClientSetup(options)
        let plan = try readPlan(options.planPath)
        let schema = options.schemaPath.isEmpty ? nil : try readSchema(options.schemaPath, of: plan)
        if plan.noise.noise != nil, schema == nil {
            throw ProgramFailure(.usage, "what the plan's noise guarantees depends on its model: add --schema FILE")
        }
        let spending = try spending(setup)
        let answeredCount = try answeredCount(setup)
        let verdict = setup.policy.judge(plan, schema: schema, roundsAnswered: answeredCount, spending: spending)
        var epsilon: PlainText = "unbounded: its bytes leave without noise that counts"
        let charge = setup.policy.charge(of: plan, schema: schema)
        if case .release(_, let cost, let adversary) = charge {
            epsilon = EpsilonText.epsilon(DeviceSpending().epsilon(delta: setup.policy.delta, after: cost))
            if adversary == .modelReaders { epsilon.append(" against readers of the model only") }
            if charge.isSeeded { epsilon.append(" if its noise were not from a seed: as it is, none") }
        }
        let delta = EpsilonText.probability(setup.policy.delta)
        if options.writesJSON {
            var object = JSONObject(event: "policy")
            object.add("verdict", verdict == .allowed ? "allowed" : "refused")
            if case .refused(let rule, let got, let allowed) = verdict {
                object.add("rule", rule)
                object.add("got", got)
                object.add("allowed", allowed)
                object.add("fix", PolicyFix.words(rule, path: setup.configuration.policyFile ?? "").string)
            }
            object.add("epsilon", epsilon.string)
            object.add("delta", delta.string)
            Console.show("\(object.line)\n")
        } else {
            var text: PlainText = "\(verdict.description)\n"
            if case .refused(let rule, _, _) = verdict {
                text.append("to do: \(PolicyFix.words(rule, path: setup.configuration.policyFile ?? ""))\n")
            }
            Console.show(text + "epsilon \(epsilon), at delta \(delta)\n")
        }
        return verdict == .allowed ? .ok : .noPermission
    }

    /// What the state folder's ledger says is spent.
    private static func spending(_ setup: ClientSetup) throws(ProgramFailure) -> DeviceSpending {
        let report = try ledger(setup)
        if let damage = report.damage {
            throw ProgramFailure(
                .data,
                PlainText("what is spent is not known: \(damage); hansa-client ledger tells what to do").string
            )
        }
        return report.totals.spending
    }

    private static func answeredCount(_ setup: ClientSetup) throws(ProgramFailure) -> UInt32 {
        do throws(StateError) {
            return try StateStatus(path: setup.configuration.stateFolder).totals.answeredCount
        } catch {
            throw ProgramFailure(error)
        }
    }

    private static func readPlan(_ path: String) throws(ProgramFailure) -> RoundPlan {
        let bytes = try readBytes(path, "plan")
        do throws(PlanError) {
            return try RoundPlan(canonicalBytes: bytes)
        } catch {
            throw ProgramFailure(.data, PlainText("\(path) is no plan: \(error.text)").string)
        }
    }

    private static func readSchema(_ path: String, of plan: RoundPlan) throws(ProgramFailure) -> ParameterSchema {
        guard let schema = schema(try readBytes(path, "schema")) else {
            throw ProgramFailure(.data, PlainText("\(path) is not the canonical form of a schema").string)
        }
        do throws(PlanError) {
            try plan.validate(schema: schema, cohortMax: 1)
            return schema
        } catch {
            throw ProgramFailure(
                .data,
                PlainText("the plan does not hold with the schema \(path): \(error.text)").string
            )
        }
    }

    private static func schema(_ bytes: [UInt8]) -> ParameterSchema? {
        do throws(SchemaError) {
            var reader = ByteReader(bytes)
            let schema = try ParameterSchema(from: &reader)
            return reader.remaining == 0 ? schema : nil
        } catch {
            return nil
        }
    }

    /// A file's bytes, or those that its hexadecimal digits stand for.
    private static func readBytes(_ path: String, _ what: String) throws(ProgramFailure) -> [UInt8] {
        let bytes = try ClientSetup.read(path, what)
        let digits = bytes.last == 0x0A ? Array(bytes.dropLast()) : bytes
        return DeviceLedgerLine.hexadecimal(digits) ?? bytes
    }
}
#endif
