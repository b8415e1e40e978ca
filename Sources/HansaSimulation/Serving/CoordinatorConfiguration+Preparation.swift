import Foundation
import HansaAggregation
import HansaCoordinator
public import HansaLearning
import HansaPrivacy

extension CoordinatorConfiguration {
    /// Makes the run: reads the scenario and its data, and checks what the configuration and the run say together.
    public func prepared(data folders: DataFolders = DataFolders()) throws(CommandFailure) -> ServedRun {
        do throws(ScenarioError) {
            let run = try makeRun(folders)
            try check(run.specification)
            return run
        } catch {
            throw CommandFailure(serving: error)
        }
    }

    private func makeRun(_ folders: DataFolders) throws(ScenarioError) -> ServedRun {
        switch run {
        case .vector(let vector):
            do throws(CountingMistake) {
                return ServedRun(
                    name: "vector",
                    specification: try vector.specification(),
                    mode: mode,
                    evaluationInterval: 0,
                    evaluation: nil,
                    composition: Composition()
                )
            } catch {
                throw .mistakes([source.issue("run.vector", message: error.message)])
            }
        case .counting(let counting):
            do throws(CountingMistake) {
                return ServedRun(
                    name: ExactSumCounting.name,
                    specification: try counting.specification(),
                    mode: mode,
                    evaluationInterval: 0,
                    evaluation: nil,
                    composition: Composition()
                )
            } catch {
                throw .mistakes([source.issue("run.exact-sum", message: error.message)])
            }
        case .scenario(let path, let overrides):
            let prepared = try Scenario(path: path, overrides: overrides).prepared(data: folders)
            let composition = try serving(prepared.composition)
            let evaluation: ModelArchitecture.Evaluation
            do throws(SimulationError) {
                // One thread: rounds come first.
                evaluation = try prepared.architecture.evaluation(test: prepared.test, threadCount: 1)
            } catch {
                throw .data("the test data of \(path) do not fit its model.")
            }
            return ServedRun(
                name: prepared.scenario.name,
                specification: prepared.specification,
                mode: mode,
                evaluationInterval: prepared.scenario.evaluationInterval,
                evaluation: prepared.test == nil ? nil : evaluation,
                composition: composition
            )
        }
    }

    /// Judges the scenario's composition once more, for devices and with what the operator has allowed.
    private func serving(_ composition: Composition) throws(ScenarioError) -> Composition {
        var composition = composition
        if mode == .production { composition.insert(.production) }
        if !allowsInsecureSeededNoise { composition.insert(.forbidsSeededNoise) }
        if !allowsInsecureStrategies { composition.insert(.forbidsInsecureStrategies) }
        for case .refused(_, let rule, let got, let reason, let alternative) in composition.rules.compactMap(\.error) {
            throw .mistakes([
                source.issue("run.scenario", got: got, expected: alternative, fix: "The rule \(rule): \(reason).")
            ])
        }
        return composition
    }

    private func check(_ specification: RunSpecification) throws(ScenarioError) {
        if type(of: specification.strategy).isTestingAid, mode == .production || !allowsTestAggregators {
            throw .mistakes([
                source.issue(
                    "run",
                    got: "the strategy \(type(of: specification.strategy).name), which only helps tests",
                    expected: mode == .production
                        ? "a strategy that learns, in production" : "allow-test-aggregators: yes beside it"
                )
            ])
        }
        guard roster.count == Int(specification.population) else {
            throw .mistakes([
                source.issue(
                    "roster",
                    got: "\(roster.count) names",
                    expected: "\(specification.population), as many as the run has clients",
                    fix: "Complete the roster, or set the number of clients of the scenario (partition.clients)."
                )
            ])
        }
    }
}
