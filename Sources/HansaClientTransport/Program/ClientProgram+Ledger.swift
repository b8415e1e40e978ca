#if !hasFeature(Embedded)
import HansaClient
import HansaNumerics

extension ClientProgram {
    /// Shows the device's privacy ledger; `data` where a line is not the one that was written.
    static func showLedger(_ options: ClientArguments.Options) throws(ProgramFailure) -> ExitStatus {
        let setup = try ClientSetup(options)
        let report = try ledger(setup)
        Console.show(options.writesJSON ? report.json : report.text)
        return report.isIntact ? .ok : .data
    }

    /// The ledger beside the journal and the outbox.
    static func ledger(_ setup: ClientSetup) throws(ProgramFailure) -> LedgerReport {
        do throws(StateError) {
            return try LedgerReport(folder: setup.configuration.stateFolder, policy: setup.policy)
        } catch {
            throw ProgramFailure(error)
        }
    }
}
#endif
