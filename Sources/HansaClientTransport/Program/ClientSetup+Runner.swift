import HansaClient

extension ClientSetup {
    /// The trainer that the configuration names; the exact one's data are read and checked.
    func runner() throws(ProgramFailure) -> AnyTrainingRunner {
        switch configuration.trainer {
        case .exact(let files):
            do throws(NPYError) {
                let examples = try NPYExamples(featuresPath: files.features, labelsPath: files.labels)
                return .exact(ExactTrainingRunner(source: examples, seed: configuration.seed))
            } catch {
                if case .unreadable = error { throw ProgramFailure(.noInput, error.description) }
                throw ProgramFailure(.data, error.description)
            }
        case .constant(let thirtySeconds):
            return .constant(ConstantTrainingRunner(thirtySeconds: thirtySeconds))
        case .oneHot: return .oneHot(OneHotTrainingRunner())
        case .external(let command, let seconds):
            return .external(
                ExternalTrainingRunner(
                    command: command,
                    answerSeconds: seconds,
                    folder: configuration.stateFolder + "/trainer",
                    seed: configuration.seed
                )
            )
        }
    }
}
