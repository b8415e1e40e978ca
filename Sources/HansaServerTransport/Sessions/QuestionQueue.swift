/// The questions of one session to the service, in order: one is asked when those before it have been answered.
///
/// Each question goes to the service as a task of its own, and tasks overtake each other: work that is asked for behind
/// a withdrawal must not come from before it. What waits is what one read brought, since reads stop meanwhile.
final class QuestionQueue {
    private var waiting: [() -> Void] = []
    private var isAsking = false

    /// Asks, now or after the questions before; `ask` calls ``answered()`` when the answer is there.
    func add(_ ask: @escaping () -> Void) {
        waiting.append(ask)
        askNext()
    }

    /// The question that was asked last has been answered, or is held and lets others pass.
    func answered() {
        isAsking = false
        askNext()
    }

    private func askNext() {
        guard !isAsking, !waiting.isEmpty else { return }
        isAsking = true
        waiting.removeFirst()()
    }
}
