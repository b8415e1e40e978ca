/// The features of all samples, row by row, and how a stored value becomes what the model sees.
public enum DatasetFeatures: Sendable {
    /// Bytes; feature i of a sample is `(Float(byte) − mean[i]) · scale[i]`, computed in float32 in that order.
    ///
    /// `mean` and `scale` have one value for all features, one a channel (the first extent of channel × height × width
    /// images, the last extent of anything else), or one for each feature as the model sees it.
    case bytes([UInt8], mean: [Float], scale: [Float])
    /// Values as the model sees them.
    case floats([Float])
    /// Stretches of one text, as long as a sample has features, which may overlap; a feature is a character's number.
    ///
    /// `starts` says where each sample begins in the text, so that a text is held once.
    case windows(text: [UInt8], starts: [UInt32])
}
