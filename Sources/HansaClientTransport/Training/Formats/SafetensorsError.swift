import HansaNumerics

/// Why a safetensors file is not the model's parameters.
public enum SafetensorsError: Error, Hashable, Sendable {
    /// There is no such file, or it cannot be read.
    case unreadable
    /// The header or the lengths are not a safetensors file's.
    case malformed
    /// Another set of tensors, shapes or types than the model has.
    case doesNotFit(tensor: String)
    /// A NaN or an infinity.
    case notFinite
}

extension SafetensorsError: CustomStringConvertible {
    public var description: String { text.string }

    private var text: PlainText {
        switch self {
        case .unreadable: "got no readable file, expected the trained parameters there"
        case .malformed: "got bytes that are not a whole safetensors file"
        case .doesNotFit(let tensor):
            "got tensors that differ at \"\(tensor)\", expected the model's names and shapes in F32"
        case .notFinite: "got NaN or infinity, expected finite parameters"
        }
    }
}
