import HansaAccounting
import HansaAggregation
import HansaCoordinator
import HansaCore
import HansaQuantization

/// What errors of the device half and of the coordinator mean to a person: what came, what was due, and the fix.
///
/// The device half carries no texts; these are for its errors where they reach a command.
enum ErrorText {
    static func of(_ error: QuantizationError) -> String {
        switch error {
        case .unsupportedWidth(let got):
            "got a width of \(got) bits, expected 2 to 32. One bit cannot hold a sign and a zero."
        case .invalidLattice:
            "got a lattice that cannot be, expected a finite step above 0 and at most 31 bits of magnitude. "
                + "Change update.range or update.width."
        case .boundExceedsWidth(let bound, let bits):
            "got integers up to \(bound) in \(bits) bits, expected them to fit. Raise update.width."
        case .notFinite: "got a NaN or an infinity, expected finite numbers. Lower local.rate."
        case .wrongByteCount(let got, let expected): "got \(got) bytes, expected \(expected) by the plan."
        case .outsideBound: "got an integer outside the lattice, expected one within its bound."
        case .nonZeroPadding: "got a padding bit of 1, expected zeros."
        case .invalidClip: "got a clip bound that is not finite and above 0. Correct update.clip."
        case .stepTooCoarse(let stepMax):
            "got a step too coarse for an L2 bound on so many parameters, expected at most \(stepMax). "
                + "Raise update.width, lower update.range, or raise the bound."
        case .sumMayOverflow(let bits):
            "got a sum that may need \(bits) bits, expected at most \(SumBound.bitCountMax). \(overflowFix)"
        case .invalidSchedule: "got a schedule of widths that rises or is too short. Correct update.width."
        case .wrongCount(let got, let expected): "got \(got) numbers, expected \(expected) by the plan."
        case .clipExceedsLattice(let needed, let bound):
            "got a clip that lets a parameter reach \(needed) steps, expected at most \(bound). "
                + "Widen update.range or lower update.clip."
        }
    }

    private static let overflowFix = "Lower strategy.cap, update.width or round.cohort."

    static func of(_ error: PlanError) -> String {
        switch error {
        case .invalidWork: "got local work with a number out of range. Correct the section local."
        case .invalidWeighting: "got a cap of 0, expected at least 1. Correct strategy.cap."
        case .invalidClip: "got a clip bound that is not finite and above 0. Correct update.clip."
        case .invalidSections(let section):
            "got sections that do not cover the model's blocks in order (section \(section)). Correct update.range."
        case .floatUpdate(let section):
            "got section \(section) as floats, expected integers of a lattice: updates are always quantized."
        case .invalidLattice(let section, let inner): "section \(section): " + of(inner)
        case .noiseNeedsClip: "got noise without a norm bound, which protects nothing. State update.clip."
        case .noiseDoesNotFitClip:
            "got noise that does not fit the clip. Laplace noise needs an L1 clip, Gaussian and Skellam noise an L2 clip."
        case .noiseNeedsClientWeights:
            "got weights that the coordinator multiplies with, which scale the sensitivity and not the noise. "
                + "Set strategy.weighting to uniform or samples-on-client."
        case .noiseNeedsNoFields:
            "got a loss or a sample count beside noised updates, which would be a second release that nothing charges. "
                + "Have nothing returned, or remove privacy."
        case .insecureFormNeedsNoClaim:
            "got a clip or noise beside an insecure form, expected none. Remove update.clip and privacy."
        case .sharesDoNotAddUp:
            "got shares of a noise that does not add up to its kind. Set privacy.mechanism to skellam."
        case .sharesNeedOneLattice: "got shares of noise on several lattices, expected one. Give update one width."
        case .noiseDoesNotFitLattice:
            "got a width without room for the noise. Raise update.width, or lower privacy.multiplier."
        case .invalidNoise:
            "got noise that no sampler draws, expected a Laplace scale below 2^24, a Gaussian variance below 2^54 or a "
                + "Skellam variance below 2^40, in steps of the lattice. Lower privacy.multiplier or update.width: a coarser "
                + "step needs less noise."
        case .clipNeedsOneLattice:
            "got several ranges beside a clip, expected one range: a joint bound needs one lattice. "
                + "Give update.range one number, or set update.clip to none."
        case .clipDoesNotFit(let inner): of(inner)
        case .sumMayOverflow(let section, let bits):
            "got sums of up to \(bits) bits in section \(section), expected at most \(SumBound.bitCountMax), "
                + "so that a cohort's sum cannot overflow. \(overflowFix)"
        case .unknownCapability: "got a plan that asks for something this version cannot do. Use a newer Hansa."
        case .malformed: "got bytes that are no plan of this version. The file is damaged or of a newer Hansa."
        }
    }

    static func of(_ error: SelectionError) -> String {
        switch error {
        case .cohortExceedsPopulation(let cohort, let population):
            "got a cohort of \(cohort), expected at most \(population), the number of clients. "
                + "Lower round.cohort, or raise partition.clients."
        case .noCohort(let round):
            "got no usable cohort for round \(round), expected one in the record or schedule. "
                + "Use a record of this scenario with as many rounds and clients."
        }
    }

    static func of(_ error: StoreError) -> String {
        switch error {
        case .locked(let folder):
            "\(folder): another process holds this state. Wait for it, stop it, or name another folder with --out."
        case .foreignRun(let got, let expected):
            "the state belongs to another scenario (\(got.prefix(16)), expected \(expected.prefix(16))). "
                + "Resume with the scenario, seed and rounds it was started with, name another folder with --out, "
                + "or start over with --force."
        case .tooNew(let got, let supported):
            "the state has format \(got), this program knows up to \(supported). Use the newer Hansa that wrote it."
        case .damaged(let file, let reason):
            "\(file): the file is damaged: \(reason). Restore it from a copy, or start over with --force."
        case .missing(let what):
            "\(what) is missing from the state. Restore it from a copy, or start over with --force."
        case .conflict: "one assignment came with two different updates. This is a mistake of the program: report it."
        case .io(let operation, let reason):
            "got \"\(reason)\" while trying to \(operation). Check permissions and free space, then go on with --resume."
        case .outOfOrder(let step): "a step came out of order: \(step). This is a mistake of the program: report it."
        case .unstorable(let reason): "the state cannot keep this run: \(reason)."
        case .crashed: "a simulated crash ended the store."
        }
    }

    static func of(_ error: LedgerError) -> String {
        switch error {
        case .notAccountable(_): "the ledger's accountant cannot interpret the plan's noise"
        case .broken(let line, let reason):
            "line \(line) of the privacy ledger does not hold: \(reason); restore the state folder from a backup"
        case .incomplete(let reason):
            "the privacy ledger is not whole: \(reason); restore the state folder from a backup"
        }
    }

    static func of(_ error: CoordinatorError) -> String {
        switch error {
        case .invalidPolicy(let text): text + ". Correct the section round."
        case .invalidInitialModel:
            "got initial parameters that do not fit the model or are not finite. Correct model.initial."
        case .selection(let inner): of(inner)
        case .plan(let inner): of(inner)
        case .strategy(let inner): inner.description + "."
        case .store(let inner): of(inner)
        case .budget(let stop): stop.description
        case .ledger(let inner): of(inner)
        case .noNoise: "the operating system gave no random bytes for the noise; nothing was published"
        case .tooManyAborts(let round):
            "round \(round) was given up as often as round.attempts allows: too few updates came, or the new model was "
                + "not finite. Lower round.dropout, round.quorum or local.rate."
        case .recordNotRepeatable(let round):
            "round \(round) was committed by the recorded run and cannot be by this one. Replay the record with the "
                + "scenario, seed and data it was made from."
        case .recoveredRunMismatch(let text):
            "the stored run does not fit this scenario: \(text). Start over with --force, or name another folder."
        }
    }
}
