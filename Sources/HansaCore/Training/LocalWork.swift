/// What a client is asked to do with its data: mini-batch gradient descent.
///
/// Per batch of B examples with mean gradient g of the loss at parameters w, where w⁰ are those the round starts from:
///
/// 1. g ← g + proximal·(w − w⁰), FedProx's term (Li et al. 2020, arXiv:1812.06127, equation 2);
/// 2. g ← g · gradientNormMax/‖g‖₂ where ‖g‖₂, over all parameters, is larger than that;
/// 3. the ``optimizer``'s step.
///
/// Of a field that is 0 nothing is computed, so plain SGD gives the same bits with and without the others' code.
public struct LocalWork: Hashable, Sendable {
    /// Passes over the data; at least 1.
    public var epochs: UInt32
    /// Examples a batch; the last batch of an epoch may be smaller.
    ///
    /// 0 means all examples in one batch.
    public var batchSize: UInt32
    /// The learning rate, finite and at least 0.
    public var learningRate: Float
    /// Momentum in [0, 1), of SGD alone.
    public var momentum: Float
    /// L2 weight decay, finite and at least 0.
    public var weightDecay: Float
    /// Whether each epoch visits the examples in a new random order; otherwise in stored order.
    public var shuffles: Bool
    /// An upper bound on gradient steps over all epochs; 0 means none.
    public var stepCountMax: UInt32
    #if hasFeature(Embedded)
    // The thin client has no room for them: it reads plans of format 1 only, which cannot ask for them.
    public var optimizer: LocalOptimizer { .sgd }
    public var gradientNormMax: Float { 0 }
    public var proximal: Float { 0 }
    #else
    /// What makes a step of a gradient.
    public var optimizer: LocalOptimizer
    /// The largest L2 norm of a batch's gradient, finite; 0 means no bound.
    public var gradientNormMax: Float
    /// FedProx's µ, the pull towards the round's model; finite and at least 0.
    public var proximal: Float
    #endif

    public init(
        epochs: UInt32,
        batchSize: UInt32,
        learningRate: Float,
        momentum: Float = 0,
        weightDecay: Float = 0,
        shuffles: Bool = true,
        stepCountMax: UInt32 = 0
    ) {
        self.epochs = epochs
        self.batchSize = batchSize
        self.learningRate = learningRate
        self.momentum = momentum
        self.weightDecay = weightDecay
        self.shuffles = shuffles
        self.stepCountMax = stepCountMax
        #if !hasFeature(Embedded)
        optimizer = .sgd
        gradientNormMax = 0
        proximal = 0
        #endif
    }

    /// Whether every number is in its range.
    public var isValid: Bool {
        guard
            epochs >= 1 && learningRate.isFinite && learningRate >= 0 && momentum >= 0 && momentum < 1
                && weightDecay.isFinite && weightDecay >= 0
        else { return false }
        #if hasFeature(Embedded)
        return true
        #else
        guard gradientNormMax.isFinite, gradientNormMax >= 0, proximal.isFinite, proximal >= 0 else { return false }
        guard let moments = optimizer.moments else { return true }
        return moments.isValid && momentum == 0
        #endif
    }
}

#if !hasFeature(Embedded)
extension LocalWork {
    /// Work with more than plain SGD; see the fields.
    public init(
        epochs: UInt32,
        batchSize: UInt32,
        learningRate: Float,
        momentum: Float = 0,
        weightDecay: Float = 0,
        shuffles: Bool = true,
        stepCountMax: UInt32 = 0,
        optimizer: LocalOptimizer,
        gradientNormMax: Float = 0,
        proximal: Float = 0
    ) {
        self.init(
            epochs: epochs,
            batchSize: batchSize,
            learningRate: learningRate,
            momentum: momentum,
            weightDecay: weightDecay,
            shuffles: shuffles,
            stepCountMax: stepCountMax
        )
        self.optimizer = optimizer
        self.gradientNormMax = gradientNormMax
        self.proximal = proximal
    }
}
#endif

extension LocalWork {
    /// Whether plans of format 1, which know SGD alone, can ask for this.
    var isPlain: Bool { optimizer == .sgd && gradientNormMax == 0 && proximal == 0 }

    /// What a client must be able to do for it.
    public var requiredCapabilities: Capabilities {
        var required: Capabilities = []
        if optimizer != .sgd { required.insert(.adaptiveSteps) }
        if gradientNormMax != 0 || proximal != 0 { required.insert(.boundedSteps) }
        return required
    }
}
