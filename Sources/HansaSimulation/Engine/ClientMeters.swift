/// What is measured where clients train; with ranks, of those that train in this process.
struct ClientMeters {
    let work: WorkMeter
    /// Nil where nobody asks.
    let drift: DriftMeter?
}
