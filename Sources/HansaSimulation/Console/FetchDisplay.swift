import Synchronization

/// The progress of files on standard error: one redrawn line a file on a terminal, one plain line a finished file
/// elsewhere.
public final class FetchDisplay: Sendable {
    private struct State {
        var file = ""
        var isShown = false
        var isComplete = false
        var lastShown: ContinuousClock.Instant?
    }

    private let terminal: Terminal
    private let state = Mutex(State())

    private static let redrawInterval = Duration.milliseconds(80)

    public init(terminal: Terminal = Terminal()) { self.terminal = terminal }

    /// Shows how far a file has come.
    public func show(file: String, received: Int, total: Int) {
        state.withLock { state in
            if file != state.file {
                if state.isShown { terminal.write("\n") }
                state = State(file: file)
            }
            let isComplete = received >= total
            guard !state.isComplete else { return }
            guard terminal.isInteractive else {
                if isComplete { terminal.write("\(file): \(total) of \(total)\n") }
                state.isComplete = isComplete
                return
            }
            let now = ContinuousClock.now
            if let last = state.lastShown, now - last < Self.redrawInterval, !isComplete { return }
            state.lastShown = now
            state.isComplete = isComplete
            state.isShown = true
            let share = total > 0 ? Double(received) / Double(total) : 1
            let percent = Figures.decimal(100 * share, places: 0)
            let text = "\(file) |\(Terminal.bar(share, width: 24))| \(percent) %"
            terminal.write("\r" + text.prefix(max(20, terminal.width - 1)))
        }
    }

    /// Leaves the cursor on a fresh line.
    public func finish() {
        state.withLock { state in
            if state.isShown { terminal.write("\n") }
            state = State()
        }
    }
}
