import Glibc

/// What training makes small: a mean over a batch's examples, whose targets are one for the label's class and zero for all
/// others.
public enum NetworkLoss: String, CaseIterable, Sendable {
    /// −log of the label's share under softmax.
    case crossEntropy = "cross-entropy"
    /// The mean over classes of (score − target)².
    case squaredError = "squared-error"
    /// The mean over classes of −log σ(score) where the target is one and −log(1 − σ(score)) where it is zero: each class
    /// against all others.
    case binaryCrossEntropy = "binary-cross-entropy"

    /// Adds each row's loss to `loss`, in order; writes its derivative by the scores, over `divisor`, to `gradient`, and
    /// zero to rows beyond the labels'.
    func gradient(
        scores: UnsafeMutablePointer<Float>,
        classCount: Int,
        labels: [UInt32],
        rowCount: Int,
        divisor: Float,
        loss: inout Double,
        gradient: UnsafeMutablePointer<Float>
    ) {
        guard self != .crossEntropy else {
            return SoftmaxCrossEntropy.gradient(
                scores: scores,
                classCount: classCount,
                labels: labels,
                rowCount: rowCount,
                divisor: divisor,
                loss: &loss,
                gradient: gradient
            )
        }
        for row in 0..<rowCount {
            let (source, target) = (scores + row * classCount, gradient + row * classCount)
            guard row < labels.count else {
                for index in 0..<classCount { target[index] = 0 }
                continue
            }
            loss += rowLoss(source, classCount, label: Int(labels[row]))
            for index in 0..<classCount {
                let slope = slope(Double(source[index]), target: index == Int(labels[row]) ? 1 : 0)
                target[index] = Float(slope / Double(classCount)) / divisor
            }
        }
    }

    /// Adds each row's loss to `loss`, in order, and to `correctCount` the rows whose first largest score is the label's.
    func measure(
        scores: UnsafeMutablePointer<Float>,
        classCount: Int,
        labels: [UInt32],
        loss: inout Double,
        correctCount: inout Int
    ) {
        guard self != .crossEntropy else {
            return SoftmaxCrossEntropy.measure(
                scores: scores,
                classCount: classCount,
                labels: labels,
                loss: &loss,
                correctCount: &correctCount
            )
        }
        for (row, label) in labels.enumerated() {
            let source = scores + row * classCount
            loss += rowLoss(source, classCount, label: Int(label))
            var best = 0
            for index in 1..<classCount where source[index] > source[best] { best = index }
            if best == Int(label) { correctCount += 1 }
        }
    }

    private func rowLoss(_ scores: UnsafeMutablePointer<Float>, _ classCount: Int, label: Int) -> Double {
        var sum = 0.0
        for index in 0..<classCount {
            let (score, target) = (Double(scores[index]), index == label ? 1.0 : 0.0)
            if self == .squaredError {
                sum += (score - target) * (score - target)
            } else {
                sum += max(score, 0) - score * target + log1p(exp(-abs(score)))
            }
        }
        return sum / Double(classCount)
    }

    /// The derivative of one class's term by its score.
    private func slope(_ score: Double, target: Double) -> Double {
        self == .squaredError ? 2 * (score - target) : 1 / (1 + exp(-score)) - target
    }
}
