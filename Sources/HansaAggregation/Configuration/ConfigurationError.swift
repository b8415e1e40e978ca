/// Why a configuration is no strategy, optimizer or plan: which key, what came, what was due, and the nearest name.
///
/// Keys are paths below the strategy's part of the configuration, such as `optimizer.learningRate` or `ranges[1].range`;
/// whoever read the file knows its name and line.
public enum ConfigurationError: Error, Hashable, Sendable {
    /// A name that nobody knows: of a strategy, an option or a block.
    case unknownName(key: String, got: String, nearest: String?, known: [String])
    /// A value outside what the key allows.
    case invalidValue(key: String, got: String, expected: String)
    /// A key that this combination of settings needs.
    case missing(key: String, expected: String)
    /// A name that stands twice where it may stand once.
    case duplicateName(key: String, got: String)
    /// Settings that do not go together, by a rule of ``CompositionRule/all``.
    case refused(key: String, rule: String, got: String, reason: String, alternative: String)

    /// The path of the key that is at fault.
    public var key: String {
        switch self {
        case .unknownName(let key, _, _, _), .invalidValue(let key, _, _), .missing(let key, _),
            .duplicateName(let key, _), .refused(let key, _, _, _, _):
            key
        }
    }

    /// An unknown name, with the nearest of the known ones looked up.
    package static func unknown(key: String, got: String, known: some Collection<String>) -> Self {
        .unknownName(key: key, got: got, nearest: NearestName.of(got, among: known.sorted()), known: known.sorted())
    }
}

extension ConfigurationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownName(let key, let got, let nearest, let known):
            let hint = nearest.map { "did you mean '\($0)'? " } ?? ""
            return "\(key): unknown name '\(got)'; \(hint)known: \(Self.list(known))"
        case .invalidValue(let key, let got, let expected):
            return "\(key): got \(got), expected \(expected)"
        case .missing(let key, let expected):
            return "\(key): missing; expected \(expected)"
        case .duplicateName(let key, let got):
            return "\(key): '\(got)' stands here twice; name it once"
        case .refused(let key, _, let got, let reason, let alternative):
            return "\(key): got \(got), expected \(alternative); \(reason)"
        }
    }

    /// The first few names; a model may have thousands of blocks.
    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(12).joined(separator: ", ")
        if names.isEmpty { return "none" }
        return names.count > 12 ? "\(shown) and \(names.count - 12) more" : shown
    }
}
