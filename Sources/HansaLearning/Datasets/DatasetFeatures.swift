/// The features of all samples, row by row, and how a stored value becomes what the model sees.
public enum DatasetFeatures: Sendable {
    /// Bytes; feature i of a sample is `(Float(byte) − mean[i]) · scale[i]`, computed in float32 in that order.
    ///
    /// `mean` and `scale` have one value for all features, one for each position in the last extent of a sample's
    /// shape (the channels of height × width × channel images), or one for each feature.
    case bytes([UInt8], mean: [Float], scale: [Float])
    /// Values as the model sees them.
    case floats([Float])
}
