/// One value of a strategy's own configuration.
public enum StrategyOption: Hashable, Sendable {
    case number(Double)
    case word(String)
    case flag(Bool)
}

extension StrategyOption: CustomStringConvertible {
    public var description: String {
        switch self {
        case .number(let value): "\(value)"
        case .word(let value): "'\(value)'"
        case .flag(let value): "\(value)"
        }
    }
}
