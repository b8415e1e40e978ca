extension Layer {
    /// What becomes of an example of this shape; a residual block's shape is that of its last layer.
    func output(of input: NetworkShape) throws(NetworkError) -> NetworkShape {
        switch self {
        case .dense(let units):
            guard Self.isWidth(units) else { throw .invalidLayer("dense of \(units) units") }
            return .vector(units)
        case .convolution(let channels, let window):
            guard Self.isWidth(channels) else { throw .invalidLayer("convolution with \(channels) channels") }
            return try windowed(input, window, channels: channels)
        case .maxPool(let window), .averagePool(let window): return try windowed(input, window, channels: nil)
        case .globalAveragePool:
            guard case .image(let channels, _, _) = input else { throw .wrongInput(self, .image, got: input) }
            return .image(channels: channels, height: 1, width: 1)
        case .dropout(let rate):
            guard rate >= 0, rate < 1 else { throw .invalidLayer("dropout of \(rate)") }
            return input
        case .groupNorm(let groups):
            guard groups >= 1, input.channelCount.isMultiple(of: groups) else {
                throw .groupsDoNotFit(groups: groups, channels: input.channelCount)
            }
            return input
        case .embedding(let vocabulary, let width):
            guard Self.isWidth(vocabulary), Self.isWidth(width) else {
                throw .invalidLayer("embedding of \(vocabulary) tokens in \(width) numbers")
            }
            guard case .vector(let length) = input else { throw .wrongInput(self, .vector, got: input) }
            return .sequence(length: length, width: width)
        case .lstm(let units):
            guard (1...Self.stateMax).contains(units) else { throw .invalidLayer("lstm of \(units) units") }
            guard case .sequence(let length, _) = input else { throw .wrongInput(self, .sequence, got: input) }
            return .sequence(length: length, width: units)
        case .lastStep:
            guard case .sequence(_, let width) = input else { throw .wrongInput(self, .sequence, got: input) }
            return .vector(width)
        case .switchMoE(let mixture):
            if let problem = mixture.problem { throw .invalidLayer("switch-moe with \(problem)") }
            guard case .sequence(let length, let width) = input else {
                return .vector(mixture.unitCount ?? input.count)
            }
            return .sequence(length: length, width: mixture.unitCount ?? width)
        case .relu, .gelu, .layerNorm, .batchNorm, .residual: return input
        }
    }

    /// Whether its outputs can be the scores of classes.
    var canClassify: Bool {
        switch self {
        case .dense, .switchMoE: true
        default: false
        }
    }

    /// The most units of a recurrent layer.
    static let stateMax = 1 << 12

    private static func isWidth(_ count: Int) -> Bool { (1...NetworkArchitecture.widthMax).contains(count) }

    /// - Parameter channels: those of the output; nil for the input's.
    private func windowed(
        _ input: NetworkShape,
        _ window: Window,
        channels: Int?
    ) throws(NetworkError) -> NetworkShape {
        guard case .image(let own, let height, let width) = input else { throw .wrongInput(self, .image, got: input) }
        guard let (rows, columns) = window.placeCounts(height: height, width: width) else {
            throw .windowDoesNotFit(layer: name, window: window, height: height, width: width)
        }
        return .image(channels: channels ?? own, height: rows, width: columns)
    }

    /// What leads from a residual block's input to a shape like its output; nil where they are the same.
    static func projection(
        from input: NetworkShape,
        to output: NetworkShape
    ) throws(NetworkError) -> Layer? {
        switch (input, output) {
        case _ where input == output: return nil
        case (.vector, .vector(let units)): return .dense(units: units)
        case (.image(_, let height, let width), .image(let channels, let rows, let columns)):
            guard let down = stride(from: height, to: rows), let across = stride(from: width, to: columns) else {
                throw .residualDoesNotFit(input: input, output: output)
            }
            let window = Window(size: .init(1), stride: .init(down: down, across: across))
            return .convolution(channels: channels, window: window)
        default: throw .residualDoesNotFit(input: input, output: output)
        }
    }

    /// The smallest stride with which one pixel has so many places.
    private static func stride(from extent: Int, to count: Int) -> Int? {
        (1...Window.sizeMax).first { (extent - 1) / $0 + 1 == count }
    }
}
