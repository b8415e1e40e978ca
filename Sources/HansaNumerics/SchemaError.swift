/// Why a list of blocks is no parameter schema.
public enum SchemaError: Error, Equatable, Sendable {
    /// A schema needs at least one block.
    case noBlocks
    /// Two blocks carry one name.
    case duplicateName(String)
    /// A name is empty or longer than ``ParameterSchema/nameByteCountMax``.
    case invalidName(block: Int)
    /// An extent is below 1, or there are more than ``ParameterSchema/rankMax`` dimensions.
    case invalidShape(block: Int)
    /// A layer or expert number is negative or above ``ParameterSchema/expertNumberMax``.
    case invalidRole(block: Int)
    /// The model has more than ``ParameterSchema/parameterCountMax`` parameters.
    case tooManyParameters
    /// The model has more than ``ParameterSchema/blockCountMax`` blocks.
    case tooManyBlocks
    /// The bytes are not the canonical form of a schema.
    case malformed
}
