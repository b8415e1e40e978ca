/// Which sections of an update are left out; none on the thin client, whose plans cannot let it.
public struct OmittedSections: Sendable {
    #if hasFeature(Embedded)
    @inline(__always)
    public init() {}

    /// Whether the section of this number is left out.
    @inline(__always)
    public subscript(section: Int) -> Bool { false }
    #else
    private let flags: [Bool]

    /// - Parameter flags: one for each section, or none at all where everything is sent.
    public init(_ flags: [Bool] = []) { self.flags = flags }

    /// Whether the section of this number is left out.
    public subscript(section: Int) -> Bool { section < flags.count && flags[section] }
    #endif
}
