import HansaCore
import HansaNumerics

extension ClientPolicy {
    /// The section and keys of a policy file.
    public static let layout: [FlatFile.Section] = [FlatFile.Section("policy", keys: keys)]

    #if hasFeature(Embedded)
    private static let keys = commonKeys
    #else
    private static let keys = commonKeys + ["accept-insecure"]
    #endif
    private static let commonKeys = [
        "job-kinds", "roles", "return-fields", "max-epochs", "max-steps", "max-batch", "max-rounds",
        "max-update-bytes", "max-model-bytes", "min-width", "max-width", "require-clip", "accept-no-noise",
        "placements", "trust-coordinator", "accept-seeded-noise", "min-noise", "max-epsilon-per-round",
        "max-epsilon", "accept-gaps", "delta",
    ]

    /// Reads a policy file's content; a key that is not given leaves what ``standard`` allows.
    ///
    /// - Parameters:
    ///   - bytes: the file's content.
    ///   - path: the file as errors name it.
    public init(bytes: [UInt8], path: String) throws(FlatFileError) {
        try self.init(try FlatFile(bytes: bytes, name: path, layout: Self.layout))
    }

    /// Reads the values of a file of ``layout``.
    public init(_ file: FlatFile) throws(FlatFileError) {
        let section = "policy"
        if let names = try file.names(section, "job-kinds", known: PolicyNames.jobKinds.map { $0.name }) {
            jobKinds = PolicyNames.jobKinds.filter { names.has($0.name) }.map { $0.value }
        }
        if let names = try file.names(section, "roles", known: PolicyNames.roles.map { $0.name }) {
            roles = PolicyNames.roles.filter { names.has($0.name) }.map { $0.value }
        }
        if let names = try file.names(section, "return-fields", known: PolicyNames.returnedFields.map { $0.name }) {
            returnedFields = []
            for (name, field) in PolicyNames.returnedFields where names.has(name) { returnedFields.insert(field) }
        }
        epochCountMax = try file.number(section, "max-epochs", in: 1...UInt32.max)
        stepCountMax = try file.number(section, "max-steps", in: 1...UInt32.max)
        batchSizeMax = try file.number(section, "max-batch", in: 1...UInt32.max)
        roundCountMax = try file.number(section, "max-rounds", in: 0...UInt32.max)
        updateByteCountMax = try file.number(section, "max-update-bytes", in: 1...UInt64.max)
        modelByteCountMax = try file.number(section, "max-model-bytes", in: 1...UInt64.max)
        let lower = try Self.width(file, "min-width") ?? widths.lowerBound
        let upper = try Self.width(file, "max-width") ?? widths.upperBound
        guard lower <= upper else {
            throw try file.required(section, "min-width", example: "2").invalid(
                expected: "at most max-width (\(upper))"
            )
        }
        widths = lower...upper
        requiresClip = try file.flag(section, "require-clip") ?? requiresClip
        acceptsNoNoise = try file.flag(section, "accept-no-noise") ?? acceptsNoNoise
        #if !hasFeature(Embedded)
        acceptsInsecureForms = try file.flag(section, "accept-insecure") ?? acceptsInsecureForms
        #endif
        try readPrivacy(file, section)
    }

    private mutating func readPrivacy(_ file: FlatFile, _ section: String) throws(FlatFileError) {
        if let names = try file.names(section, "placements", known: PolicyNames.placements.map { $0.name }) {
            placements = PolicyNames.placements.filter { names.has($0.name) }.map { $0.value }
        }
        if let entry = file.entry(section, "trust-coordinator") {
            trustsSums = entry.value.isSame(as: "sum-only")
            guard trustsSums || entry.value.isSame(as: "no") else { throw entry.invalid(expected: "no or sum-only") }
        }
        acceptsSeededNoise = try file.flag(section, "accept-seeded-noise") ?? acceptsSeededNoise
        noiseMultiplierMin = try file.amount(section, "min-noise", below: 1e9)
        epsilonPerRoundMax = try file.amount(section, "max-epsilon-per-round", below: 1e9)
        epsilonMax = try file.amount(section, "max-epsilon", below: 1e9)
        gapCountMax = try file.number(section, "accept-gaps", in: 0...UInt64.max) ?? gapCountMax
        delta = try file.amount(section, "delta", below: 1) ?? delta
        guard delta <= Self.deltaMax else {
            throw try file.required(section, "delta", example: "1e-6").invalid(
                expected: "at most 1e-3, and below one in as many clients as take part: with that probability epsilon "
                    + "promises nothing"
            )
        }
    }

    private static func width(_ file: FlatFile, _ key: String) throws(FlatFileError) -> Int? {
        let bits: UInt32? = try file.number("policy", key, in: 2...32)
        return bits.map { Int($0) }
    }
}
