import Foundation
import Testing

@testable import HansaLearning

@Suite("Partition output")
struct PartitionOutputTests {
    @Test("An exported split holds each client's samples, and can be read as a stored split")
    func export() throws {
        let digits = try CatalogueEntry.digits.load(from: DataFolders(environment: [:]))
        let scheme = PartitionScheme.dirichlet(alpha: 0.5, minimum: 10)
        let partition = try scheme.partition(of: digits.train, clientCount: 12, seed: 9)
        let folder = try TemporaryFolder()
        let target = folder.path + "/out"
        let export = PartitionExport(data: digits, partition: partition, scheme: scheme, seed: 9)
        try export.write(to: target)
        let client = try Dataset(
            npyFeatures: target + "/client-00003/features.npy",
            npyLabels: target + "/client-00003/labels.npy"
        )
        let view = try partition.views(of: digits.train)[3]
        #expect(client.sampleCount == view.count && client.sampleShape == [8, 8])
        var written = [Float](repeating: 0, count: 64)
        var expected = written
        for example in 0..<view.count {
            written.withUnsafeMutableBufferPointer { client.copyFeatures(ofSample: example, to: $0) }
            expected.withUnsafeMutableBufferPointer { view.copyFeatures(ofExample: example, to: $0) }
            #expect(written == expected && client.labels[example] == view.label(ofExample: example))
        }
        #expect(try NPYFile(path: target + "/test/labels.npy").shape == [359])
        let json = try String(decoding: fileBytes(target + "/partition.json"), as: UTF8.self)
        #expect(json.contains("\"kind\":\"dirichlet\"") && json.contains("\"seed\":9"))
        let again = try PartitionScheme.file(folder: target).partition(of: digits.train, clientCount: nil, seed: 0)
        #expect(again == partition)
        #expect(throws: DataError.targetExists(path: target)) { try export.write(to: target) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out"])
    }

    @Test("A broken export leaves nothing, and an empty folder is filled")
    func atomic() throws {
        let folder = try TemporaryFolder()
        let target = folder.path + "/out"
        do {
            let writer = try FolderWriter(target: target)
            try writer.write("x", [1])
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
        let writer = try FolderWriter(target: target + "/")
        try writer.write("x", [1])
        try writer.commit()
        #expect(try fileBytes(target + "/x") == [1])
    }

    private func plot() throws -> PartitionPlot {
        let dataset = try smallDataset(samples: 30, classes: 3)
        let partition = try Partition(
            offsets: [0, 20, 30],
            samples: (0..<30).filter { $0 % 3 != 2 } + (0..<30).filter { $0 % 3 == 2 }
        )
        return try PartitionPlot(PartitionSummary(partition, of: dataset), title: "a < b")
    }

    @Test("Bars are as long as sizes and divided by class")
    func terminal() throws {
        let text = try plot().terminal(width: 36, style: .letters)
        #expect(text.contains("0 |00000000001111111111|  20    0.69"))
        #expect(text.contains("1 |2222222222          |  10    0.00"))
        let short = try plot().terminal(style: .colour, clientCountMax: 1)
        #expect(short.contains("... and 1 more"))
    }

    @Test("How sizes and entropies are spread is drawn below")
    func spreads() throws {
        let text = try plot().terminal(width: 36, style: .letters)
        #expect(text.contains("sizes     10 |@                  @| 20"))
        #expect(text.contains("entropies 0.00 |@                  @| 0.69"))
    }

    @Test("The picture is well-formed XML with a rectangle for each client's class, and one for its entropy")
    func svg() throws {
        let text = try plot().svg()
        #expect(text.contains("a &lt; b"))
        #expect(text.components(separatedBy: "<rect ").count - 1 == 1 + 3 + 3 + 2)
        #expect(text.contains("label entropy (nats)"))
        for tag in ["svg", "g", "text", "title"] {
            let opened = text.components(separatedBy: "<\(tag) ").count + text.components(separatedBy: "<\(tag)>").count
            #expect(opened - 2 == text.components(separatedBy: "</\(tag)>").count - 1)
        }
    }
}
