import Glibc

/// The loss of a classifier: −log of the label's share under softmax, in double precision.
enum SoftmaxCrossEntropy {
    /// Adds each row's loss to `loss`, in order; writes (softmax − one-hot) / `divisor` to `gradient`, and zero to rows
    /// beyond the labels'.
    static func gradient(
        scores: UnsafeMutablePointer<Float>,
        classCount: Int,
        labels: [UInt32],
        rowCount: Int,
        divisor: Float,
        loss: inout Double,
        gradient: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rowCount {
            let target = gradient + row * classCount
            guard row < labels.count else {
                for index in 0..<classCount { target[index] = 0 }
                continue
            }
            let source = scores + row * classCount
            let (largest, sum) = normalisation(source, classCount)
            let label = Int(labels[row])
            loss += log(sum) - Double(source[label]) + largest
            for index in 0..<classCount {
                let share = exp(Double(source[index]) - largest) / sum
                target[index] = Float(share - (index == label ? 1 : 0)) / divisor
            }
        }
    }

    /// Adds each row's loss to `loss`, in order, and to `correctCount` the rows whose first largest score is the label's.
    static func measure(
        scores: UnsafeMutablePointer<Float>,
        classCount: Int,
        labels: [UInt32],
        loss: inout Double,
        correctCount: inout Int
    ) {
        for (row, label) in labels.enumerated() {
            let source = scores + row * classCount
            let (largest, sum) = normalisation(source, classCount)
            loss += log(sum) - Double(source[Int(label)]) + largest
            var best = 0
            for index in 1..<classCount where source[index] > source[best] { best = index }
            if best == Int(label) { correctCount += 1 }
        }
    }

    private static func normalisation(_ scores: UnsafeMutablePointer<Float>, _ count: Int) -> (Double, Double) {
        var largest = Double(scores[0])
        for index in 1..<count { largest = max(largest, Double(scores[index])) }
        var sum = 0.0
        for index in 0..<count { sum += exp(Double(scores[index]) - largest) }
        return (largest, sum)
    }
}
