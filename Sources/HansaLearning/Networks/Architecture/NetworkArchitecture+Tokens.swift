extension NetworkArchitecture {
    /// Refuses data whose features are no tokens, where the first layer is an embedding.
    ///
    /// Of windows of a text, only the number of characters is checked: it is the number of classes.
    public func checkTokens(of data: Dataset) throws(NetworkError) {
        guard let vocabulary else { return }
        guard !data.isText else {
            guard data.classCount <= vocabulary else { throw .tokensDoNotFit(vocabulary: vocabulary) }
            return
        }
        var features = [Float](repeating: 0, count: data.featureCount)
        for sample in 0..<data.sampleCount {
            features.withUnsafeMutableBufferPointer { data.copyFeatures(ofSample: sample, to: $0) }
            try Self.checkTokens(features, vocabulary)
        }
    }

    /// Refuses an example whose features are no tokens.
    static func checkTokens(_ features: some Sequence<Float>, _ vocabulary: Int) throws(NetworkError) {
        for feature in features {
            guard let token = Int(exactly: feature), (0..<vocabulary).contains(token) else {
                throw .tokensDoNotFit(vocabulary: vocabulary)
            }
        }
    }
}
