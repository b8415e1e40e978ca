/// The names of a report's pictures, which are their files' names without `.svg`.
enum PlotName {
    static let clients = "clients-rounds"
    static let histogram = "clients-accuracy"
    static let drift = "drift-rounds"
    static let time = "time-phases"
    static let partition = "partition"

    /// A curve's: what is measured, against what.
    static func curve(_ measure: Curves.Measure, _ axis: Curves.Abscissa) -> String {
        "\(measure.rawValue)-\(axis.rawValue)"
    }

    static var all: [String] {
        Curves.Measure.allCases.flatMap { measure in Curves.Abscissa.allCases.map { curve(measure, $0) } }
            + [clients, histogram, drift, time, partition]
    }
}
