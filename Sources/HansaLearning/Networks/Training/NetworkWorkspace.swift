import HansaCore

/// The memory of one worker: parameters, activations and primitives of a network, kept from client to client.
///
/// It belongs to one task at a time. A batch that is shorter than usual runs in a program of the next power of two, whose
/// other rows are zero and change nothing; so few programs serve all sizes of clients.
public final class NetworkWorkspace {
    public let architecture: NetworkArchitecture
    /// The most examples that go through at once.
    public let batchSize: Int

    let parameters: ParameterStore
    /// The order in which an epoch visits the examples.
    var order: [UInt32] = []

    private var labels: [UInt32] = []
    private let engine: DNNLEngine
    private let learns: Bool
    private var programs: [Int: NetworkProgram] = [:]

    /// - Parameters:
    ///   - batchSize: the most examples that go through at once.
    ///   - learns: whether it trains; one that only measures needs no gradients.
    public init(_ architecture: NetworkArchitecture, batchSize: Int, learns: Bool = true) throws(NetworkError) {
        self.architecture = architecture
        self.batchSize = batchSize
        self.learns = learns
        do throws(DNNLError) {
            engine = try DNNLEngine()
            parameters = ParameterStore(architecture.parameters, learns: learns, on: engine)
        } catch {
            throw .library(error)
        }
        // The usual size chooses the layouts of the parameters.
        _ = try program(rowCount: batchSize)
    }

    /// The program for so many examples, at most ``batchSize``.
    func program(rowCount: Int) throws(NetworkError) -> NetworkProgram {
        var size = 1
        while size < rowCount { size *= 2 }
        size = min(size, batchSize)
        if let program = programs[size] { return program }
        do throws(DNNLError) {
            let program = try NetworkProgram(
                architecture,
                batch: size,
                store: parameters,
                learns: learns,
                on: engine
            )
            programs[size] = program
            return program
        } catch {
            throw .library(error)
        }
    }

    /// Fills a program's input with examples and notes their labels; rows beyond them become zero.
    func fill<Source: ExampleSource, Indices: Collection>(
        _ program: NetworkProgram,
        _ indices: Indices,
        of source: Source
    ) throws(NetworkError) where Indices.Element: BinaryInteger {
        let count = architecture.input.count
        labels.removeAll(keepingCapacity: true)
        var place = program.input.floats
        for index in indices.prefix(Source.prefetchDistance) { source.prefetchFeatures(ofExample: Int(index)) }
        var soon = indices.dropFirst(Source.prefetchDistance).makeIterator()
        for index in indices {
            if let next = soon.next() { source.prefetchFeatures(ofExample: Int(next)) }
            let label = source.label(ofExample: Int(index))
            guard (0..<architecture.classCount).contains(label) else {
                throw .labelsDoNotFit(classCount: architecture.classCount)
            }
            labels.append(UInt32(label))
            source.copyFeatures(ofExample: Int(index), to: UnsafeMutableBufferPointer(start: place, count: count))
            if let vocabulary = architecture.vocabulary {
                try NetworkArchitecture.checkTokens(UnsafeBufferPointer(start: place, count: count), vocabulary)
            }
            place += count
        }
        program.rows.count = labels.count
        let rest = (program.batch - labels.count) * count
        if rest > 0 { place.update(repeating: 0, count: rest) }
    }

    /// Runs the examples through the network and back; adds their losses to `loss`.
    func computeGradients(_ program: NetworkProgram, divisor: Float, loss: inout Double) throws(NetworkError) {
        do throws(DNNLError) {
            program.rows.divisor = divisor
            try program.forward()
            guard let gradient = program.scoreGradient else { return }
            architecture.loss.gradient(
                scores: program.scores.floats,
                classCount: architecture.classCount,
                labels: labels,
                rowCount: program.batch,
                divisor: divisor,
                loss: &loss,
                gradient: gradient.floats
            )
            if !program.mixtures.isEmpty { loss += program.penalty * Double(labels.count) }
            try program.backward()
        } catch {
            throw .library(error)
        }
    }

    /// Runs the examples through the network; adds up their losses and the right answers.
    func measure(_ program: NetworkProgram, loss: inout Double, correctCount: inout Int) throws(NetworkError) {
        do throws(DNNLError) { try program.forward() } catch { throw .library(error) }
        architecture.loss.measure(
            scores: program.scores.floats,
            classCount: architecture.classCount,
            labels: labels,
            loss: &loss,
            correctCount: &correctCount
        )
        if learns, !program.mixtures.isEmpty { loss += program.penalty * Double(labels.count) }
    }

    /// How many tokens each expert of each mixture has learned from since parameters were last loaded.
    public var expertLoads: [[Int]] {
        var loads: [[Int]] = []
        for program in programs.values {
            for (index, mixture) in program.mixtures.enumerated() {
                if index == loads.count {
                    loads.append(mixture.loads)
                } else {
                    for expert in mixture.loads.indices { loads[index][expert] += mixture.loads[expert] }
                }
            }
        }
        return loads
    }

    /// Takes parameters in flat order; false where one is not finite.
    func load(_ flat: [Float]) throws(NetworkError) -> Bool {
        engine.usesOneThread()
        for program in programs.values {
            for mixture in program.mixtures { mixture.resetLoads() }
        }
        do throws(DNNLError) { return try parameters.load(flat) } catch { throw .library(error) }
    }

    /// Writes the parameters in flat order, if all are finite; otherwise returns false.
    func store(to flat: inout [Float]) throws(NetworkError) -> Bool {
        do throws(DNNLError) { return try parameters.store(to: &flat) } catch { throw .library(error) }
    }

    /// Writes the sums of gradients in flat order, if all are finite; otherwise returns false.
    func storeSums(to flat: inout [Float]) throws(NetworkError) -> Bool {
        do throws(DNNLError) { return try parameters.storeSums(to: &flat) } catch { throw .library(error) }
    }

    /// Makes room for what the step remembers, and forgets what it remembered.
    func prepare(_ step: ParameterStep) throws(NetworkError) {
        do throws(DNNLError) { try step.begin(parameters, on: engine) } catch { throw .library(error) }
    }

    /// Sets the sums of gradients to zero.
    func clearSums(_ step: ParameterStep) throws(NetworkError) {
        do throws(DNNLError) { try step.clearSums(parameters, on: engine) } catch { throw .library(error) }
    }

    /// Refuses data that the model does not fit.
    static func check<Source: ExampleSource>(
        _ source: Source,
        against architecture: NetworkArchitecture
    ) throws(NetworkError) {
        guard source.featureCount == architecture.input.count else {
            throw .featuresDoNotFit(got: source.featureCount, expected: architecture.input.count)
        }
        guard source.count >= 1 else { throw .noExamples }
    }
}
