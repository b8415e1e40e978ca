import Foundation
import HansaCoordinator
import HansaSimulation

extension CommandFailure {
    /// Why a state folder cannot be looked at; says so where the reason is that this user may not write to it.
    init(reading error: StoreError, folder: String) {
        guard case .io = error, access(folder, F_OK) == 0, access(folder, R_OK | W_OK | X_OK) != 0 else {
            self.init(state: error, folder: folder)
            return
        }
        self.init(
            .io,
            "\(folder): got a folder that this user cannot write to, expected one that can be written: reading takes the "
                + "folder's lock, and the database keeps files of its own beside it. Run this as the folder's owner, or "
                + "on a copy of the whole folder."
        )
    }
}
