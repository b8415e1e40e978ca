import Synchronization

/// The live view of a comparison on standard error: a line for each run that ends, and on a terminal a bar below them.
public final class ComparisonDisplay: Sendable {
    private struct State {
        var finishedRuns = 0
        var doneRounds = 0
        /// Rounds that this process did, for the time that is left.
        var ownRounds = 0
        var current = ""
        var lastShown: ContinuousClock.Instant?
        var shownWidth = 0
    }

    private let runCount: Int
    private let roundCount: Int
    private let terminal: Terminal
    private let started = ContinuousClock.now
    private let state = Mutex(State())

    private static let redrawInterval = Duration.milliseconds(100)

    public init(_ plan: ComparisonPlan, terminal: Terminal = Terminal()) {
        runCount = plan.runCount
        roundCount = plan.roundCount
        self.terminal = terminal
    }

    /// Takes in an event and shows it if it is time.
    public func show(_ event: ComparisonEvent) {
        state.withLock { state in
            switch event {
            case .caveat(let line): terminal.write(line + "\n")
            case .started(let label, let seed, let rounds):
                if rounds > 0 { state.current = "\(label), seed \(seed)" }
            case .round(let label, let seed):
                state.current = "\(label), seed \(seed)"
                state.doneRounds += 1
                state.ownRounds += 1
            case .finished(let label, let run, let rounds, let isFound):
                state.finishedRuns += 1
                if isFound { state.doneRounds += rounds }
                erase(&state)
                terminal.write(text(label, run, isFound, number: state.finishedRuns) + "\n")
                state.lastShown = nil
            }
            draw(&state)
        }
    }

    /// Takes the bar away.
    public func finish() { state.withLock { erase(&$0) } }

    private func text(_ label: String, _ run: ComparisonOutcome.Run, _ isFound: Bool, number: Int) -> String {
        let head = "\(number)/\(runCount)  \(label), seed \(run.seed): "
        if let failure = run.failure { return head + "failed: " + failure }
        let accuracy = run.accuracy.map { "accuracy " + Figures.decimal($0, places: 4) } ?? "no test data"
        return head + accuracy
            + (isFound ? ", found" : run.seconds.map { ", \(Figures.decimal($0, places: 1)) s" } ?? "")
    }

    private func erase(_ state: inout State) {
        guard terminal.isInteractive, state.shownWidth > 0 else { return }
        terminal.write("\r" + String(repeating: " ", count: state.shownWidth) + "\r")
        state.shownWidth = 0
    }

    private func draw(_ state: inout State) {
        guard terminal.isInteractive else { return }
        let now = ContinuousClock.now
        if let last = state.lastShown, now - last < Self.redrawInterval { return }
        state.lastShown = now
        let share = min(1, Double(state.doneRounds) / Double(max(1, roundCount)))
        var parts = [
            "\(state.finishedRuns)/\(runCount) runs", "|\(Terminal.bar(share, width: 16))|",
            "\(Int((share * 100).rounded())) %",
        ]
        let seconds = (now - started) / .seconds(1)
        if state.ownRounds > 0 {
            let left = Double(max(0, roundCount - state.doneRounds)) * seconds / Double(state.ownRounds)
            parts.append(Figures.duration(left) + " left")
        }
        parts.append(state.current)
        let shown = String(parts.joined(separator: "  ").prefix(max(20, terminal.width - 1)))
        terminal.write("\r" + shown + String(repeating: " ", count: max(0, state.shownWidth - shown.count)))
        state.shownWidth = shown.count
    }
}
