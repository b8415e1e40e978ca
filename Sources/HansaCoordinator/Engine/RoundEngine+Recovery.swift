import HansaAggregation
import HansaCore
import HansaNumerics

extension RoundEngine {
    /// What the store holds, or a fresh run.
    static func recoverOrCreate(
        _ specification: RunSpecification,
        store: any CoordinatorStore
    ) throws(CoordinatorError) -> RecoveredRun {
        do throws(StoreError) {
            if let recovered = try store.recover(configurationDigest: specification.configurationDigest) {
                guard recovered.checkpoint.schema == specification.schema else {
                    throw StoreError.foreignRun(got: "a model of another schema", expected: "this scenario's model")
                }
                return recovered
            }
            let initial = Checkpoint(
                version: 0,
                round: 0,
                schema: specification.schema,
                parameters: specification.initialParameters,
                strategyState: specification.strategy.state
            )
            try store.create(
                run: specification.run,
                configurationDigest: specification.configurationDigest,
                initial: initial
            )
            return RecoveredRun(checkpoint: initial, progress: nil, participation: [])
        } catch {
            throw .store(error)
        }
    }
}
