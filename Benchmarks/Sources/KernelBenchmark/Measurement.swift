/// The times of one piece of work over all repetitions.
struct Measurement {
    let name: String
    /// The name of the measurement it is compared with, and the largest ratio aimed for.
    let reference: (name: String, ratioMax: Double?)?
    let work: () -> Void
    var milliseconds: [Double] = []

    init(_ name: String, against reference: (name: String, ratioMax: Double?)? = nil, work: @escaping () -> Void) {
        self.name = name
        self.reference = reference
        self.work = work
    }

    var median: Double { milliseconds.sorted()[milliseconds.count / 2] }

    mutating func measure() {
        let elapsed = ContinuousClock().measure(work)
        let (seconds, attoseconds) = elapsed.components
        milliseconds.append(Double(seconds) * 1e3 + Double(attoseconds) / 1e15)
    }
}
