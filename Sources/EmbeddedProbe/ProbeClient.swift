import HansaCore
import HansaDense
import HansaNumerics

/// One client's part in one round, run by the Embedded probe and by a test of the ordinary build.
///
/// Both compare with the constants below, so a build or a processor whose bits differ is seen.
struct ProbeClient {
    /// The digest of the model after the plain training.
    static let plainDigest = "83cb3240997a6a48f912a724f5058803d85479ae2a1976a03137988c61c1b3b2"
    /// The digest of the model after training on with momentum, weight decay and full batches.
    static let momentumDigest = "a9121c331be7edd7019fc7eb0eaa1b6b502560af0c18d11720d18e1f83744aa1"

    let plainDigest: String
    let momentumDigest: String
    /// What the last training changed: trained minus starting parameters.
    let delta: [Float]

    /// Whether both digests are the ones expected.
    var isAsExpected: Bool { plainDigest == Self.plainDigest && momentumDigest == Self.momentumDigest }

    init() throws(DenseError) {
        let architecture = try DenseArchitecture(inputCount: 19, hiddenCounts: [33, 17], classCount: 3)
        let schema = architecture.schema()
        let stream = RandomStream(seed: 1, round: 2, client: 3, purpose: .shuffling)
        var trainer = try DenseTrainer(architecture: architecture, source: ProbeExamples())
        let start = architecture.initialParameters(seed: 7)
        var parameters = start
        let plain = LocalWork(epochs: 3, batchSize: 10, learningRate: 0.125)
        _ = try trainer.train(&parameters, work: plain, stream: stream)
        plainDigest = SHA256Digest(schema: schema, parameters: parameters).hexadecimal
        let full = LocalWork(epochs: 4, batchSize: 0, learningRate: 0.1, momentum: 0.9, weightDecay: 0.001)
        _ = try trainer.train(&parameters, work: full, stream: stream)
        momentumDigest = SHA256Digest(schema: schema, parameters: parameters).hexadecimal
        var delta: [Float] = []
        for (trained, before) in zip(parameters, start) { delta.append(trained - before) }
        self.delta = delta
    }
}
