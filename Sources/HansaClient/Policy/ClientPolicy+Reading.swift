import HansaCore
import HansaNumerics

extension ClientPolicy {
    /// The section and keys of a policy file.
    public static let layout: [FlatFile.Section] = [
        FlatFile.Section(
            "policy",
            keys: [
                "job-kinds", "roles", "return-fields", "max-epochs", "max-steps", "max-batch", "max-rounds",
                "max-update-bytes", "max-model-bytes", "min-width", "max-width", "require-clip", "accept-no-noise",
            ]
        )
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
    }

    private static func width(_ file: FlatFile, _ key: String) throws(FlatFileError) -> Int? {
        let bits: UInt32? = try file.number("policy", key, in: 2...32)
        return bits.map { Int($0) }
    }
}
