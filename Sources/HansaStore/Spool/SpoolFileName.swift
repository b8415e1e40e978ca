import HansaCore

/// The name of a spool's file: `round-attempt-client-fence-digest.part`.
struct SpoolFileName: Hashable {
    static let suffix = ".part"

    let assignment: AssignmentID
    let digest: SHA256Digest

    init(assignment: AssignmentID, digest: SHA256Digest) {
        self.assignment = assignment
        self.digest = digest
    }

    /// Reads a name; nil for one that a spool does not give.
    init?(_ name: String) {
        guard name.hasSuffix(Self.suffix) else { return nil }
        let fields = name.dropLast(Self.suffix.count).split(separator: "-", omittingEmptySubsequences: false)
        let numbers = fields.dropLast().compactMap { UInt32($0) }
        guard fields.count == 5, numbers.count == 4,
            let digest = fields.last.flatMap({ SHA256Digest(hexadecimal: String($0)) })
        else { return nil }
        assignment = AssignmentID(
            round: numbers[0],
            attempt: numbers[1],
            client: ClientID(numbers[2]),
            fence: numbers[3]
        )
        self.digest = digest
        guard text == name else { return nil }
    }

    var text: String {
        "\(assignment.round)-\(assignment.attempt)-\(assignment.client.number)-\(assignment.fence)-"
            + digest.hexadecimal + Self.suffix
    }
}
