import HansaResults

/// What earlier processes left of a run.
struct PastRun: Sendable {
    var records: [ParticipationRecord] = []
    /// How often the state folder was opened before.
    var restartCount = 0
}
