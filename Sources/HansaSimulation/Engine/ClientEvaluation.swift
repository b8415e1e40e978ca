import HansaCore
import HansaLearning
import HansaResults

/// Measures models on single clients' data with several workers; the result does not depend on how many.
struct ClientEvaluation<Model: SimulatedModel>: Sendable {
    private let model: Model
    private let views: [(client: ClientID, view: DatasetView)]
    private let part: ClientDistribution.Part
    private let threadCount: Int

    /// - Parameters:
    ///   - views: the measured clients' data, of which empty ones are left out.
    ///   - part: what the data are to the clients.
    init(model: Model, views: [(client: ClientID, view: DatasetView)], part: ClientDistribution.Part, threadCount: Int)
    {
        self.model = model
        self.views = views.filter { $0.view.count > 0 }
        self.part = part
        self.threadCount = max(1, threadCount)
    }

    /// Nil without clients.
    ///
    /// - Parameter parameters: those that a client is measured with.
    func evaluate(
        _ parameters: @escaping @Sendable (ClientID) -> [Float]
    ) async throws(SimulationError) -> ClientDistribution? {
        guard !views.isEmpty else { return nil }
        let (model, views) = (model, views)
        let next = BatchCursor(count: views.count)
        typealias Measured = (client: Int, summary: Result<EvaluationSummary, Model.Failure>)
        let measured = await withTaskGroup(of: [Measured].self) { group in
            for _ in 0..<min(threadCount, views.count) {
                group.addTask {
                    var done: [Measured] = []
                    while let client = next.take() {
                        let summary = Result { () throws(Model.Failure) in
                            try model.makeEvaluator(on: views[client].view).evaluate(parameters(views[client].client))
                        }
                        done.append((client, summary))
                    }
                    return done
                }
            }
            return await group.reduce(into: [Measured]()) { $0 += $1 }
        }
        var accuracies: [Double] = []
        var losses: [Double] = []
        do throws(Model.Failure) {
            for (_, summary) in measured.sorted(by: { $0.client < $1.client }) {
                let summary = try summary.get()
                accuracies.append(summary.accuracy)
                losses.append(summary.meanLoss)
            }
        } catch {
            throw error == .notFinite ? .diverged : .evaluation(error.description)
        }
        return ClientDistribution(part: part, accuracies: accuracies, losses: losses)
    }
}
