public import HansaCore

/// Why a model cannot be built, trained or measured.
public enum DenseError: Error, Equatable, Sendable {
    /// A layer's width is outside 1 to ``DenseArchitecture/widthMax``.
    case invalidWidth(layer: Int, got: Int, max: Int)
    /// A classifier needs at least two classes.
    case tooFewClasses(got: Int)
    /// More hidden layers than ``DenseArchitecture/hiddenLayerCountMax``.
    case tooManyLayers(got: Int, max: Int)
    /// More parameters than ``DenseArchitecture/parameterCountMax``, padding included.
    case tooManyParameters(max: Int)
    /// The data have another number of features than the model has inputs.
    case featuresDoNotFit(got: Int, expected: Int)
    /// A label is not one of the model's classes. Neither the label nor its place is said: both are private.
    case labelsDoNotFit(classCount: Int)
    /// There is nothing to train on or to measure with.
    case noExamples
    /// More examples than ``DenseTrainer/exampleCountMax``.
    case tooManyExamples(got: Int, max: Int)
    /// The workspace was made for another architecture.
    case workspaceDoesNotFit
    /// The parameters are not as many as the schema says.
    case wrongParameterCount(got: Int, expected: Int)
    /// The plan's work has a number outside its range.
    case invalidWork
    /// The parameters to start from hold a NaN or an infinity.
    case notFinite
    /// The loss or the parameters left the finite numbers in this gradient step, counted from 1.
    case diverged(step: Int)
    /// A block of a schema, counted from 0, is not the one that a fully connected classifier has there.
    case notDense(block: Int)
    #if !hasFeature(Embedded)
    /// A mixture has too many experts, or none.
    case invalidExpertCount(got: Int, max: Int)
    /// A block of a schema, counted from 0, is not the one that a Switch classifier has there.
    case notSwitch(block: Int)
    #endif
    /// A range of chunks lies outside the data's, or the parts of a measurement do not cover it exactly once.
    case invalidChunks(expected: Int)
}

extension DenseError {
    /// Whether other examples of as many features could have gone well: such an error says something about them.
    public var dependsOnExamples: Bool {
        switch self {
        case .labelsDoNotFit, .noExamples, .tooManyExamples, .notFinite, .diverged: true
        default: false
        }
    }

    /// The reason to refuse work with.
    public var refusal: RefusalReason {
        switch self {
        case .invalidWork, .notFinite, .diverged, .workspaceDoesNotFit, .invalidChunks: .trainingFailed
        default: .modelMismatch
        }
    }
}

extension DenseError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidWidth(let layer, let got, let max):
            "layer \(layer) has width \(got), expected 1 to \(max)"
        case .tooFewClasses(let got):
            "the model has \(got) classes, expected at least 2"
        case .tooManyLayers(let got, let max):
            "the model has \(got) hidden layers, expected at most \(max)"
        case .tooManyParameters(let max):
            "the model is too large, expected at most \(max) parameters with padding: use narrower layers"
        case .featuresDoNotFit(let got, let expected):
            "the model does not fit the data: an example has \(got) features, the model expects \(expected)"
        case .labelsDoNotFit(let classCount):
            "the model does not fit the data: a label is not a class from 0 to \(classCount - 1)"
        case .noExamples:
            "there are no examples, expected at least one"
        case .tooManyExamples(let got, let max):
            "there are \(got) examples, expected at most \(max)"
        case .workspaceDoesNotFit:
            "the workspace was made for another architecture: make one for this model"
        case .wrongParameterCount(let got, let expected):
            "the model has \(got) parameters, expected \(expected)"
        case .invalidWork:
            "the plan's local work is invalid: expected at least 1 epoch, a finite rate and decay from 0, momentum in [0, 1)"
        case .notFinite:
            "the starting parameters hold NaN or infinity, expected finite numbers"
        case .diverged(let step):
            "training left the finite numbers in step \(step): use a smaller learning rate"
        case .notDense(let block):
            "block \(block) of the model is not a fully connected classifier's, expected layers.N.weight [out, in] and "
                + "layers.N.bias [out] in turn: use an external trainer for other models"
        #if !hasFeature(Embedded)
        case .invalidExpertCount(let got, let max):
            "the model has \(got) experts, expected 1 to \(max)"
        case .notSwitch(let block):
            "block \(block) of the model is not a Switch classifier's, expected layers.0.router.weight and four blocks of "
                + "each expert: use an external trainer for other models"
        #endif
        case .invalidChunks(let expected):
            "the chunks do not cover the \(expected) of the data exactly once"
        }
    }
}
