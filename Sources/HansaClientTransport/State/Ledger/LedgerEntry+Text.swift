import HansaClient
import HansaCore
import HansaNumerics
import HansaPrivacy

extension LedgerEntry {
    /// For people: what the line says, and what may be behind it.
    var words: PlainText {
        switch self {
        case .began(_, let totals):
            totals.updateCount == 0
                ? "the ledger begins" : "the ledger goes on after \(totals.updateCount) updates in earlier files"
        case .place: "the file lies at this place of its file system"
        case .run(let run): "run \(run.hexadecimal)"
        case .charged(let charge): "\(Self.update(charge.assignment)): \(Self.words(charge.charge))"
        case .unreadable(let id):
            "\(Self.update(id)): its record is damaged and its cost cannot be read; it counts as unbounded"
        case .missing(let count):
            "\(count) answered updates have no line here: the ledger is younger than the journal, or was restored from a"
                + " backup; what they cost counts as unbounded"
        case .conflict(let id):
            "\(Self.update(id)): the coordinator holds another update of this client for this work: the state was restored"
                + " from a backup, or a second client runs with this key; that update counts as unbounded"
        case .unknownWork(let id):
            "\(Self.update(id)): the coordinator does not know this work: its state or this device's was restored"
        case .earlierRound(let id):
            "\(Self.update(id)): work of a round before one that was charged: the coordinator's state was restored; an"
                + " update for it is charged again"
        }
    }

    /// What a note says at the program's start.
    var note: PlainText {
        if case .place = self {
            "the file was copied or restored since it was used last; updates sent in between, if any, are not in it"
        } else {
            words
        }
    }

    private static func update(_ id: AssignmentID) -> PlainText {
        let attempt: PlainText = id.attempt > 0 ? ", attempt \(id.attempt)" : ""
        return "round \(id.round)\(attempt)"
    }

    private static func words(_ charge: PrivacyCharge) -> PlainText {
        guard case .release(let event, _, let adversary) = charge else { return "sent without noise, no epsilon bounds it" }
        let name: PlainText =
            switch event.mechanism {
            case .discreteLaplace(let scale): "discrete Laplace noise of scale \(ratio(scale))"
            case .discreteGaussian(let variance): "discrete Gaussian noise of variance \(ratio(variance))"
            case .skellam(let variance): "Skellam noise of variance \(ratio(variance))"
            }
        var words = name
        switch adversary {
        case .everyone: words.append(", against everyone")
        case .modelReaders: words.append(", against readers of the model only")
        }
        if charge.isSeeded { words.append(", from a seed: protects nothing") }
        return words
    }

    private static func ratio(_ ratio: Ratio) -> PlainText {
        ratio.denominator == 1 ? "\(ratio.numerator)" : "\(ratio.numerator)/\(ratio.denominator)"
    }
}
