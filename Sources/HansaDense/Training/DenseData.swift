internal import CHansaKernels
internal import HansaCore

/// The border between a view of examples and the kernels' memory.
enum DenseData {
    /// Refuses data that the model does not fit.
    static func check<Source: ExampleSource>(
        _ source: Source,
        against architecture: DenseArchitecture
    ) throws(DenseError) {
        try check(source, inputCount: architecture.inputCount, classCount: architecture.classCount)
    }

    /// Refuses data that a model with these inputs and classes does not fit.
    static func check<Source: ExampleSource>(
        _ source: Source,
        inputCount: Int,
        classCount: Int
    ) throws(DenseError) {
        guard source.featureCount == inputCount else {
            throw .featuresDoNotFit(got: source.featureCount, expected: inputCount)
        }
        let exampleCountMax = DenseTrainer<Source>.exampleCountMax
        guard source.count >= 1 else { throw .noExamples }
        guard source.count <= exampleCountMax else {
            throw .tooManyExamples(got: source.count, max: exampleCountMax)
        }
        for index in 0..<source.count {
            guard (0..<classCount).contains(source.label(ofExample: index)) else {
                throw .labelsDoNotFit(classCount: classCount)
            }
        }
    }

    /// Copies examples to the first rows of the workspace's inputs and labels.
    static func copy<Source: ExampleSource, Indices: Collection>(
        _ indices: Indices,
        of source: Source,
        to workspace: DenseWorkspace
    ) throws(DenseError) where Indices.Element: BinaryInteger {
        try copy(
            indices,
            of: source,
            to: workspace.layers[0],
            labels: workspace.labels,
            classCount: workspace.architecture.classCount
        )
    }

    /// Copies examples to the first rows of a layer's inputs and to labels.
    ///
    /// Labels are checked again, since a view may change under us and the kernels index by them.
    static func copy<Source: ExampleSource, Indices: Collection>(
        _ indices: Indices,
        of source: Source,
        to layer: hansa_dense_layer,
        labels: UnsafeMutablePointer<UInt32>,
        classCount: Int
    ) throws(DenseError) where Indices.Element: BinaryInteger {
        guard let inputs = layer.input else { return }
        var row = 0
        // A device's few examples are in the cache, or it has none to speak of.
        #if !hasFeature(Embedded)
        for index in indices.prefix(Source.prefetchDistance) { source.prefetchFeatures(ofExample: Int(index)) }
        var soon = indices.dropFirst(Source.prefetchDistance).makeIterator()
        #endif
        for index in indices {
            #if !hasFeature(Embedded)
            if let next = soon.next() { source.prefetchFeatures(ofExample: Int(next)) }
            #endif
            let label = source.label(ofExample: Int(index))
            guard (0..<classCount).contains(label) else {
                throw .labelsDoNotFit(classCount: classCount)
            }
            labels[row] = UInt32(truncatingIfNeeded: label)
            let place = UnsafeMutableBufferPointer(start: inputs + row * layer.input_stride, count: layer.input_count)
            source.copyFeatures(ofExample: Int(index), to: place)
            row += 1
        }
    }
}
