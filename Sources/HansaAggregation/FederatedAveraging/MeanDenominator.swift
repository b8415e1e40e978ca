/// What a weighted sum is divided by.
public enum MeanDenominator: Hashable, Sendable {
    /// The sum of the weights that were taken in: a mean.
    case realisedWeight
    /// A public constant, in units of the weight.
    ///
    /// Needed where the clients multiply their weights in, because the realised sum is then unknown, and under central
    /// noise, where it would be a function of private data (PRIVACY.md §4).
    case constant(Double)
}
