/// Why a store could not do what it was asked.
public enum StoreError: Error, Equatable, Sendable {
    /// Another process holds the state folder. The fix: stop it, or name another folder.
    case locked(folder: String)
    /// The folder belongs to another run, or to another scenario of the same name.
    case foreignRun(got: String, expected: String)
    /// A newer Hansa wrote the folder; nothing was touched.
    case tooNew(got: Int, supported: Int)
    /// A file is damaged: its digest or its form is wrong.
    case damaged(file: String, reason: String)
    /// A file or row that must be there is missing.
    case missing(what: String)
    /// The same assignment already holds other bytes.
    case conflict
    /// A write or sync failed. The process must stop; nothing retries it.
    case io(operation: String, reason: String)
    /// A step was asked for out of order: a mistake of ours.
    case outOfOrder(String)
    /// A value has no form the store can keep.
    case unstorable(reason: String)
    /// A test stopped the store at a durable write.
    case crashed
}
