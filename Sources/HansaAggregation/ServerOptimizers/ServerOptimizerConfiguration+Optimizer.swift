extension ServerOptimizerConfiguration {
    /// Refuses a learning rate or τ that is not finite and above 0, and a β outside 0 ..< 1.
    public func validate() throws(ConfigurationError) {
        switch self {
        case .sgd(let rate):
            try Self.checkPositive(rate, "learningRate")
        case .momentum(let rate, let beta):
            try Self.checkPositive(rate, "learningRate")
            try Self.checkDecay(beta, "beta")
        case .adagrad(let rate, let beta1, let tau):
            try Self.checkPositive(rate, "learningRate")
            try Self.checkDecay(beta1, "beta1")
            try Self.checkTau(tau)
        case .adam(let rate, let beta1, let beta2, let tau), .yogi(let rate, let beta1, let beta2, let tau):
            try Self.checkPositive(rate, "learningRate")
            try Self.checkDecay(beta1, "beta1")
            try Self.checkDecay(beta2, "beta2")
            try Self.checkTau(tau)
        }
    }

    /// A fresh optimizer.
    public func makeOptimizer() throws(ConfigurationError) -> any ServerOptimizer {
        try validate()
        switch self {
        case .sgd(let rate):
            return ServerSGD(learningRate: rate)
        case .momentum(let rate, let beta):
            return ServerMomentum(learningRate: rate, beta: beta)
        case .adagrad(let rate, let beta1, let tau):
            return ServerAdaptive(rule: .adagrad, learningRate: rate, beta1: beta1, beta2: 0, tau: tau)
        case .adam(let rate, let beta1, let beta2, let tau):
            return ServerAdaptive(rule: .adam, learningRate: rate, beta1: beta1, beta2: beta2, tau: tau)
        case .yogi(let rate, let beta1, let beta2, let tau):
            return ServerAdaptive(rule: .yogi, learningRate: rate, beta1: beta1, beta2: beta2, tau: tau)
        }
    }

    private static func checkPositive(_ value: Float, _ key: String) throws(ConfigurationError) {
        guard value.isFinite, value > 0 else {
            throw .invalidValue(key: "optimizer.\(key)", got: "\(value)", expected: "a finite number above 0")
        }
    }

    /// v starts at τ².
    private static func checkTau(_ tau: Float) throws(ConfigurationError) {
        try checkPositive(tau, "tau")
        guard (tau * tau).isFinite else {
            throw .invalidValue(key: "optimizer.tau", got: "\(tau)", expected: "a number whose square is finite")
        }
    }

    private static func checkDecay(_ value: Float, _ key: String) throws(ConfigurationError) {
        guard value >= 0, value < 1 else {
            throw .invalidValue(key: "optimizer.\(key)", got: "\(value)", expected: "at least 0 and below 1")
        }
    }
}
