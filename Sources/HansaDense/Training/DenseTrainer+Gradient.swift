#if !hasFeature(Embedded)
internal import CHansaKernels
public import HansaCore

extension DenseTrainer: GradientTrainer {
    public func labelCounts() -> [Int] {
        var counts = [Int](repeating: 0, count: architecture.classCount)
        // Bounds: labels were checked against the architecture.
        for example in 0..<exampleCount { counts[source.label(ofExample: example)] += 1 }
        return counts
    }

    public mutating func gradient(
        at parameters: [Float],
        of examples: [UInt32],
        word: UInt64,
        into gradient: inout [Float]
    ) throws(DenseError) -> Double {
        let expected = architecture.parameterCount
        guard parameters.count == expected else {
            throw .wrongParameterCount(got: parameters.count, expected: expected)
        }
        guard !examples.isEmpty, examples.allSatisfy({ $0 < exampleCount }) else { throw .noExamples }
        workspace.prepareGradients()
        guard workspace.load(parameters) else { throw .notFinite }
        let loss = try accumulateGradient(examples, examples.startIndex..<examples.endIndex)
        guard loss.isFinite, workspace.storeGradients(to: &gradient) else { throw .diverged(step: 1) }
        return loss
    }
}
#endif
