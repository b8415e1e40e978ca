import HansaResults
import Synchronization

/// The live view of a run on standard error: one redrawn line on a terminal, else a plain line every few seconds.
public final class RunDisplay: Sendable {
    private struct State {
        var line: RoundMetrics?
        var bytesUp = 0
        var doneRounds = 0
        var firstRound: UInt32?
        var trained: (count: Int, of: Int) = (0, 0)
        var lastShown: ContinuousClock.Instant?
        var shownWidth = 0
    }

    private let roundCount: Int
    private let terminal: Terminal
    private let started = ContinuousClock.now
    private let state = Mutex(State())

    /// How long a redrawn line stands at least, and a plain one.
    private static let redrawInterval = Duration.milliseconds(80)
    private static let plainInterval = Duration.seconds(2)

    public init(roundCount: Int, terminal: Terminal = Terminal()) {
        self.roundCount = roundCount
        self.terminal = terminal
    }

    /// Takes in an event and shows it if it is time.
    public func show(_ event: SimulationEvent) {
        state.withLock { state in
            var isRoundEnd = false
            switch event {
            case .started(let line): state.line = line
            case .trained(let count, let all, _): state.trained = (count, all)
            case .restarted: break
            case .round(let line):
                isRoundEnd = true
                let earlier = state.line
                state.line = line
                if line.accuracy == nil { state.line?.accuracy = earlier?.accuracy }
                if line.loss == nil { state.line?.loss = earlier?.loss }
                state.bytesUp += line.bytesUp
                state.trained = (0, 0)
                if state.firstRound == nil { state.firstRound = line.round }
                if line.outcome == "committed" { state.doneRounds += 1 }
            }
            draw(&state, isRoundEnd: isRoundEnd)
        }
    }

    /// Shows the last state and leaves the cursor on a fresh line.
    public func finish() {
        state.withLock { state in
            guard terminal.isInteractive, state.shownWidth > 0 else { return }
            state.lastShown = nil
            draw(&state, isRoundEnd: true)
            terminal.write("\n")
            state.shownWidth = 0
        }
    }

    private func draw(_ state: inout State, isRoundEnd: Bool) {
        let now = ContinuousClock.now
        let isLast = isRoundEnd && Int(state.line?.round ?? 0) == roundCount
        let interval = terminal.isInteractive ? Self.redrawInterval : Self.plainInterval
        guard terminal.isInteractive || isRoundEnd || state.lastShown == nil else { return }
        if let last = state.lastShown, now - last < interval, !isLast { return }
        guard let line = state.line else { return }
        state.lastShown = now
        let text = Self.text(
            line,
            roundCount: roundCount,
            bytesUp: state.bytesUp,
            doneRounds: state.doneRounds,
            trained: state.trained,
            seconds: (now - started) / .seconds(1),
            width: terminal.isInteractive ? terminal.width - 1 : nil
        )
        guard terminal.isInteractive else { return terminal.write(text + "\n") }
        let shown = String(text.prefix(max(20, terminal.width - 1)))
        let rest = String(repeating: " ", count: max(0, state.shownWidth - shown.count))
        terminal.write("\r" + shown + rest)
        state.shownWidth = shown.count
    }

    /// The widest line that ``text(_:roundCount:bytesUp:doneRounds:trained:seconds:width:)`` makes with long words.
    private static let wideLine = 104

    /// The words of the line: with a bar where a terminal's width is given, and short ones where that is narrow.
    static func text(
        _ line: RoundMetrics,
        roundCount: Int,
        bytesUp: Int,
        doneRounds: Int,
        trained: (count: Int, of: Int),
        seconds: Double,
        width: Int?
    ) -> String {
        let isNarrow = (width ?? .max) < wideLine
        let part = trained.of > 0 ? Double(trained.count) / Double(trained.of) : 0
        let share = min(1, (Double(line.round) + part) / Double(max(1, roundCount)))
        let total = String(roundCount)
        let round = String(repeating: " ", count: max(0, total.count - "\(line.round)".count)) + "\(line.round)"
        var parts = ["round \(round)/\(total)"]
        if width != nil { parts.append("|\(Terminal.bar(share, width: isNarrow ? 8 : 16))|") }
        if let accuracy = line.accuracy {
            parts.append((isNarrow ? "acc " : "accuracy ") + Figures.decimal(accuracy, places: 4))
        }
        if let loss = line.loss { parts.append("loss " + Figures.decimal(loss, places: 4)) }
        parts.append("up " + Figures.bytes(bytesUp))
        if line.outcome != "committed", line.round > 0 { parts.append("given up: \(line.outcome)") }
        let done = Double(doneRounds) + part
        if seconds > 0, doneRounds > 0 {
            let rate = Double(doneRounds) / seconds
            parts.append(Figures.decimal(rate, places: rate < 10 ? 2 : 1) + (isNarrow ? "/s" : " rounds/s"))
            let left = (Double(roundCount) * (1 - share)) / (done / seconds)
            parts.append(Figures.duration(left) + " left")
        }
        return parts.joined(separator: isNarrow ? " " : "  ")
    }
}
