public import HansaNumerics

extension LocalWork {
    /// Goes over the examples in mini-batches, as the work says: epochs, order, batches, the bound on steps.
    ///
    /// - Parameters:
    ///   - exampleCount: at least 1.
    ///   - order: memory for the order of the examples, kept from training to training.
    ///   - stream: shuffles, and whatever a step draws.
    ///   - step: takes one gradient step with the examples of this stretch of the order; returns their mean loss before it.
    ///   - diverged: the error for a loss that is not finite, at a step counted from 1.
    public func train<Failure: Error>(
        exampleCount: Int,
        order: inout [UInt32],
        stream: inout RandomStream,
        step: (_ order: [UInt32], _ batch: Range<Int>, inout RandomStream) throws(Failure) -> Double,
        diverged: (_ step: Int) -> Failure
    ) throws(Failure) -> TrainingSummary {
        order.removeAll(keepingCapacity: true)
        order.reserveCapacity(exampleCount)
        for index in 0..<exampleCount { order.append(UInt32(truncatingIfNeeded: index)) }
        let size = batchSize == 0 ? exampleCount : min(Int(batchSize), exampleCount)
        var stepCount = 0
        var lossSum = 0.0
        training: for _ in 0..<epochs {
            if shuffles { stream.shuffle(&order) }
            var start = 0
            while start < exampleCount {
                if stepCountMax != 0, stepCount >= Int(stepCountMax) { break training }
                let batch = start..<min(start + size, exampleCount)
                stepCount += 1
                let loss = try step(order, batch, &stream)
                guard loss.isFinite else { throw diverged(stepCount) }
                lossSum += loss
                start = batch.upperBound
            }
        }
        return TrainingSummary(stepCount: stepCount, meanLoss: lossSum / Double(stepCount))
    }
}
