import HansaResults

/// Where a run's time went: a pair of bars a phase, wall and processor.
struct PhaseChart {
    var wall: RoundCost.Phases
    var cpu: RoundCost.Phases

    static func rows(_ phases: RoundCost.Phases) -> [(name: String, seconds: Double)] {
        [
            ("training", phases.training), ("encoding", phases.encoding), ("aggregation", phases.aggregation),
            ("evaluation", phases.evaluation), ("rest", phases.rest),
        ]
    }

    func drawing() -> Drawing {
        let (walls, cpus) = (Self.rows(wall), Self.rows(cpu))
        var texts: [String] = []
        for (wall, cpu) in zip(walls, cpus) {
            texts.append("\(wall.name): \(Numbers.seconds(wall.seconds)) wall, \(Numbers.seconds(cpu.seconds)) CPU.")
        }
        var drawing = Drawing(title: "Wall and processor time by phase", description: texts.joined(separator: " "))
        let (left, right) = (88.0, drawing.width - 96)
        let longest = max((walls + cpus).map(\.seconds).max() ?? 0, 1e-12)
        for (index, (wall, cpu)) in zip(walls, cpus).enumerated() {
            let y = 38 + 52 * Double(index)
            drawing.text(wall.name, x: left - 10, y: y + 20, style: "name", anchor: "end")
            for (offset, bar, name, colour) in [(0.0, wall, "wall", 0), (18.0, cpu, "CPU", 1)] {
                let length = max(1, (right - left) * bar.seconds / longest)
                drawing.rectangle(x: left, y: y + offset, width: length, height: 14, style: "f\(colour)")
                drawing.text(
                    "\(Numbers.seconds(bar.seconds)) \(name)",
                    x: left + length + 7,
                    y: y + offset + 11,
                    style: "tick"
                )
            }
        }
        drawing.line((left, 32), (left, 288), style: "base")
        return drawing
    }
}
