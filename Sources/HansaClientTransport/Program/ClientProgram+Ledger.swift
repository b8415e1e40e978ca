#if !hasFeature(Embedded)
import HansaClient
import HansaNumerics

extension ClientProgram {
    /// Shows the device's privacy ledger; `data` where a line is not the one that was written.
    static func showLedger(_ options: ClientArguments.Options) throws(ProgramFailure) -> ExitStatus {
        let setup = try ClientSetup(options)
        let report: LedgerReport
        do throws(StateError) {
            report = try LedgerReport(folder: setup.configuration.stateFolder, policy: setup.policy)
        } catch {
            throw ProgramFailure(error)
        }
        Console.show(options.writesJSON ? report.json : report.text)
        return report.isIntact ? .ok : .data
    }
}
#endif
