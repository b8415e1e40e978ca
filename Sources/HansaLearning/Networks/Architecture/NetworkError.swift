public import HansaCore

/// A network that cannot be built, or cannot train on its data.
public enum NetworkError: Error, Hashable, Sendable, CustomStringConvertible {
    case invalidLayer(String)
    case wrongInput(Layer, NetworkShape.Kind, got: NetworkShape)
    case windowDoesNotFit(layer: String, window: Window, height: Int, width: Int)
    case groupsDoNotFit(groups: Int, channels: Int)
    case residualDoesNotFit(input: NetworkShape, output: NetworkShape)
    case embeddingNotFirst
    case tooManyLayers(got: Int, max: Int)
    case tooManyParameters(max: Int)
    case tooManyBlocks(max: Int)
    case noClasses(NetworkShape)
    case featuresDoNotFit(got: Int, expected: Int)
    case labelsDoNotFit(classCount: Int)
    case tokensDoNotFit(vocabulary: Int)
    case noExamples
    case wrongParameterCount(got: Int, expected: Int)
    case invalidWork
    case notFinite
    case diverged(step: Int)
    case invalidChunks(expected: Int)
    case library(DNNLError)

    /// Whether other examples of as many features could have gone well: such an error says something about them.
    public var dependsOnExamples: Bool {
        switch self {
        case .labelsDoNotFit, .tokensDoNotFit, .noExamples, .notFinite, .diverged: true
        default: false
        }
    }

    /// The reason to refuse work with.
    public var refusal: RefusalReason {
        switch self {
        case .invalidWork, .notFinite, .diverged, .invalidChunks, .library: .trainingFailed
        default: .modelMismatch
        }
    }

    public var description: String {
        switch self {
        case .invalidLayer(let layer): "a layer makes no sense: \(layer)"
        case .wrongInput(let layer, let expected, let got): "\(layer.name) needs \(expected.rawValue), got \(got)"
        case .windowDoesNotFit(let layer, let window, let height, let width):
            "\(layer): a window of \(window.size.down) × \(window.size.across) does not fit an image of "
                + "\(height) × \(width)"
        case .groupsDoNotFit(let groups, let channels):
            "group-norm: \(channels) channels do not make \(groups) groups of one size; set a number that divides them"
        case .residualDoesNotFit(let input, let output):
            "residual: no stride leads from \(input) to \(output), which its layers make of it; "
                + "end them with the shape they began with, or one that a stride reaches"
        case .embeddingNotFirst: "an embedding takes the tokens of the data; make it the first layer"
        case .tooManyLayers(let got, let max): "got \(got) layers, expected at most \(max)"
        case .tooManyParameters(let max): "got more than \(max) parameters"
        case .tooManyBlocks(let max): "got more than \(max) blocks of parameters"
        case .noClasses(let shape):
            "a classifier ends with a dense or switch-moe layer of at least 2 units, got \(shape)"
        case .featuresDoNotFit(let got, let expected): "got \(got) features an example, expected \(expected)"
        case .labelsDoNotFit(let classCount): "got labels beyond the \(classCount) classes of the model"
        case .tokensDoNotFit(let vocabulary):
            "got features that are no tokens, expected whole numbers from 0 to \(vocabulary - 1)"
        case .noExamples: "got no examples"
        case .wrongParameterCount(let got, let expected): "got \(got) parameters, expected \(expected)"
        case .invalidWork: "got training parameters out of their range"
        case .notFinite: "got NaN or infinity"
        case .diverged(let step): "training diverged at step \(step)"
        case .invalidChunks(let expected): "got chunks beyond the \(expected) of the data"
        case .library(let error): error.description
        }
    }
}
