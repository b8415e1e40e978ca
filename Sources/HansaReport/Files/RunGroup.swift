/// Runs that differ in their seed alone, shown as one curve with its spread.
public struct RunGroup: Sendable {
    public var name: String
    public var runs: [RunFiles]

    public init(name: String, runs: [RunFiles]) {
        self.name = name
        self.runs = runs
    }
}
