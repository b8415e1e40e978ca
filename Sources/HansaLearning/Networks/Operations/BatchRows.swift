/// How much of a program's batch is in use, for operations whose results depend on other rows.
final class BatchRows {
    /// The rows that hold examples; those behind them are padding.
    var count = 0
    /// What the loss of a batch is divided by: its examples, of which these rows may be a piece.
    var divisor: Float = 1
}
