import Foundation
import Testing

@testable import HansaLearning

@Suite("Readers of the catalogue's data sets")
struct CatalogueReaderTests {
    private func features(_ dataset: Dataset, _ sample: Int) -> [Float] {
        var values = [Float](repeating: -1, count: dataset.featureCount)
        values.withUnsafeMutableBufferPointer { dataset.copyFeatures(ofSample: sample, to: $0) }
        return values
    }

    private func record(_ label: UInt8, _ fill: UInt8) -> [UInt8] {
        [label] + [UInt8](repeating: fill, count: 1_024) + [UInt8](repeating: 100, count: 2_048)
    }

    // MARK: CIFAR

    @Test("A CIFAR record is a label and three planes")
    func cifar() throws {
        let file = try CIFARFile(bytes: record(3, 51) + record(9, 255), file: "x", recordCount: 2)
        let dataset = try CIFARFile.dataset([file], name: "x")
        #expect(dataset.sampleCount == 2 && dataset.sampleShape == [3, 32, 32] && dataset.labels[1] == 9)
        let first = features(dataset, 0)
        let scale: Float = 1 / 255
        #expect(first.prefix(1_024).allSatisfy { $0 == 51 * scale } && first[1_024] == 100 * scale)
    }

    @Test("CIFAR files that are cut, empty, of other labels or another count are refused")
    func cifarMistakes() {
        func refused(_ bytes: [UInt8], _ count: Int? = nil) -> Bool {
            (try? CIFARFile(bytes: bytes, file: "x", recordCount: count)) == nil
        }
        #expect(refused([]) && refused(Array(record(1, 1).dropLast())) && refused(record(10, 1)))
        #expect(refused(record(1, 1), 2) && !refused(record(1, 1), 1))
    }

    @Test("CIFAR's published files are read from the archive and from a folder, alike")
    func cifarForms() throws {
        // The published archive is not at hand: an archive of the same form stands in, without its digest.
        let member = record(1, 1) + record(2, 2)
        let archive = try TarArchive(bytes: tar([("cifar-10-batches-bin/data_batch_1.bin", member)]), file: "x")
        #expect(archive.names == ["cifar-10-batches-bin/data_batch_1.bin"])
        let content = try archive.content(of: archive.names[0])
        #expect(Array(content) == member)
        #expect(try CIFARFile(content: content, file: "x").labels == [1, 2])
        #expect(throws: DataError.self) { try archive.content(of: "test_batch.bin") }
        let folder = try TemporaryFolder()
        _ = try folder.file("cifar10/data_batch_1.bin", member)
        #expect {
            try CatalogueEntry.cifar10.load(from: DataFolders(explicit: folder.path, environment: [:]))
        } throws: { error in
            "\(error)".contains("data_batch_1.bin: got 6146 bytes, expected 30730000: 3073 an image")
        }
    }

    @Test("A cut or changed tar archive is refused or read, never a trap")
    func tarDamage() throws {
        let bytes = tar([("a", [1, 2, 3]), ("b", [UInt8](repeating: 7, count: 600))])
        let archive = try TarArchive(bytes: bytes, file: "x")
        let content = try archive.content(of: "a")
        #expect(archive.names == ["a", "b"] && Array(content) == [1, 2, 3])
        let short = tar([("a", [1, 2, 3])])
        #expect(torture(short) { _ = try TarArchive(bytes: $0, file: "x") } >= 1_024)
    }

    /// A tar archive of these files.
    private func tar(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
        var archive: [UInt8] = []
        func octal(_ value: Int, _ count: Int) -> [UInt8] {
            let digits = String(value, radix: 8)
            return Array((String(repeating: "0", count: count - digits.count) + digits).utf8)
        }
        for (name, bytes) in files {
            var header = [UInt8](repeating: 0, count: 512)
            header.replaceSubrange(0..<name.utf8.count, with: name.utf8)
            header.replaceSubrange(124..<135, with: octal(bytes.count, 11))
            header[156] = 0x30
            header.replaceSubrange(148..<156, with: [UInt8](repeating: 0x20, count: 8))
            let sum = header.reduce(0) { $0 + Int($1) }
            header.replaceSubrange(148..<154, with: octal(sum, 6))
            header[154] = 0
            archive += header + bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
        }
        return archive + [UInt8](repeating: 0, count: 1_024)
    }

    // MARK: Heart disease

    @Test("Heart disease: three columns and incomplete rows go, two codes become columns, grades become yes and no")
    func heart() throws {
        let text =
            "63,1,4,140,260,0,1,112,1,3,2,?,?,2\n44,0,1,130,209,0,2,127,0,0.5,?,?,?,0\n60,1,4,?,218,0,1,140,1,1,2,?,?,1\n"
        let file = try HeartDiseaseFile(bytes: Array(text.utf8), file: "x")
        #expect(file.labels == [1, 0])
        #expect(file.features.prefix(13) == [63, 1, 140, 260, 0, 112, 1, 3, 0, 0, 1, 1, 0])
        #expect(file.features.suffix(13) == [44, 0, 130, 209, 0, 127, 0, 0.5, 0, 0, 0, 0, 1])
    }

    @Test(
        "Heart disease files with other columns, codes or no whole row are refused",
        arguments: [
            "", "1,2,3\n", "63,1,5,140,260,0,1,112,1,3,2,?,?,2\n", "63,1,4,140,260,0,3,112,1,3,2,?,?,2\n",
            "63,1,4,140,260,0,1,112,1,3,2,?,?,9\n", "63,1,4,140,260,0,1,112,1,3,2,?,?,0.5\n",
            "63,1,4,?,260,0,1,112,1,3,2,?,?,2\n", "63,1,4,x,260,0,1,112,1,3,2,?,?,2\n",
        ]
    )
    func heartMistakes(text: String) {
        #expect(throws: DataError.self) { try HeartDiseaseFile(bytes: Array(text.utf8), file: "x") }
    }

    @Test("The four hospitals have FLamby's counts", .enabled(if: sharedData != nil, "HANSA_DATA is not set"))
    func hospitals() throws {
        let heart = try CatalogueEntry.heartDisease.load(from: DataFolders())
        let scheme = PartitionScheme.natural(key: "hospital")
        let train = try scheme.partition(of: heart.train, clientCount: nil, seed: 1)
        #expect((0..<4).map { train[$0].count } == [199, 172, 30, 85])
        let test = try scheme.partition(of: #require(heart.test), clientCount: nil, seed: 1)
        #expect((0..<4).map { test[$0].count } == [104, 89, 16, 45])
        #expect(heart.train.key(named: "hospital")?.name(of: 3) == "Long Beach")
    }

    // MARK: Shakespeare

    @Test("Windows of a role's characters do not cross its border between training and test")
    func speech() throws {
        let line = String(repeating: "To be, or not to be. ", count: 24) + "end"
        let text = "HAMLET:\n\(line)\n\nGHOST:\nMark me.\n\n\nHAMLET:\n\(line)\n"
        let speech = try SpeechText(bytes: Array(text.utf8), file: "x")
        // 507 characters twice, with a new line between.
        #expect(speech.text.count == 1_015 && speech.roleNames == ["HAMLET"])
        #expect(speech.train.starts.count == 812 - 80 && speech.test.starts.count == 13)
        #expect(speech.train.starts.last == 731 && speech.test.starts.prefix(2) == [812, 822])
        #expect(speech.train.labels[0] == speech.text[80] && speech.text[507] == 0)
        #expect(SpeechText.alphabet[Int(speech.text[0])] == UInt8(ascii: "T"))
    }

    @Test(
        "Texts without roles, with other characters or too short are refused",
        arguments: ["", "To be, or not to be.\n", "HAMLET:\nToo short.\n", "A:\n" + String(repeating: "é", count: 900)]
    )
    func speechMistakes(text: String) {
        #expect(throws: DataError.self) { try SpeechText(bytes: Array(text.utf8), file: "x") }
    }

    @Test(
        "141 roles speak at least 1,000 characters; windows share one text",
        .enabled(if: sharedData != nil, "HANSA_DATA is not set")
    )
    func shakespeare() throws {
        let plays = try CatalogueEntry.shakespeare.load(from: DataFolders())
        let roles = try PartitionScheme.natural(key: "role").partition(of: plays.train, clientCount: nil, seed: 1)
        #expect(roles.clientCount == 141 && plays.train.classCount == 65 && plays.train.featureCount == 80)
        try roles.check(sampleCount: plays.train.sampleCount, isDisjoint: true, isCovering: true)
        let first = features(plays.train, 0).map { SpeechText.alphabet[Int($0)] }
        #expect(String(decoding: first, as: UTF8.self).hasPrefix("Before we proceed any further, hear me speak.\nYou"))
        #expect(features(plays.train, 1)[78] == Float(plays.train.labels[0] == 0 ? 0 : features(plays.train, 0)[79]))
        #expect(plays.test?.key(named: "role")?.values.last == 140)
    }

    // MARK: The others

    @Test(
        "CIFAR-10's subset has 1,500 and 300 a class and the published means",
        .enabled(if: sharedData != nil, "HANSA_DATA is not set")
    )
    func cifarSubset() throws {
        let cifar = try CatalogueEntry.cifar10Subset.load(from: DataFolders())
        #expect(cifar.train.labelHistogram == [Int](repeating: 1_500, count: 10))
        #expect(cifar.test?.labelHistogram == [Int](repeating: 300, count: 10))
        var sums = [Double](repeating: 0, count: 3)
        for sample in stride(from: 0, to: 15_000, by: 10) {
            for (feature, value) in features(cifar.train, sample).enumerated() {
                sums[feature / 1_024] += Double(value)
            }
        }
        let means = sums.map { $0 / (1_500 * 1_024) }
        #expect(zip(means, [0.4914, 0.4820, 0.4462]).allSatisfy { abs($0 - $1) < 0.02 })
    }

    @Test("HAR is split by person, 21 and 9", .enabled(if: sharedData != nil, "HANSA_DATA is not set"))
    func har() throws {
        let har = try CatalogueEntry.har.load(from: DataFolders())
        let test = try #require(har.test)
        #expect(har.train.sampleCount == 7_352 && test.sampleCount == 2_947 && har.train.classCount == 6)
        let scheme = PartitionScheme.natural(key: "person")
        #expect(try scheme.partition(of: har.train, clientCount: nil, seed: 1).clientCount == 21)
        #expect(try scheme.partition(of: test, clientCount: nil, seed: 1).clientCount == 9)
        let first = features(har.train, 0)
        #expect(abs(first[0] - 1.808515e-4) < 1e-4 && abs(first[1] - 1.013856e-2) < 1e-4)
    }

    @Test(
        "CLINC150 has 100 and 30 queries an intent in 10 domains",
        .enabled(if: sharedData != nil, "HANSA_DATA is not set")
    )
    func clinc() throws {
        let clinc = try CatalogueEntry.clinc150.load(from: DataFolders())
        #expect(clinc.train.labelHistogram == [Int](repeating: 100, count: 150))
        #expect(clinc.test?.labelHistogram == [Int](repeating: 30, count: 150))
        let domains = try PartitionScheme.natural(key: "domain").partition(of: clinc.train, clientCount: nil, seed: 1)
        #expect((0..<domains.clientCount).map { domains[$0].count } == [Int](repeating: 1_500, count: 10))
        #expect(clinc.train.key(named: "domain")?.name(of: 1) == "banking")
    }

    @Test("PneumoniaMNIST has the published counts", .enabled(if: sharedData != nil, "HANSA_DATA is not set"))
    func pneumonia() throws {
        let xrays = try CatalogueEntry.pneumoniaMNIST.load(from: DataFolders())
        #expect(xrays.train.labelHistogram == [1_214, 3_494] && xrays.test?.labelHistogram == [234, 390])
    }

    @Test("A set that nobody publishes as it is read says how to come by it")
    func unpublished() async throws {
        let folder = try TemporaryFolder()
        let folders = DataFolders(explicit: folder.path, environment: [:])
        #expect { try CatalogueEntry.har.load(from: folders) } throws: { "\($0)".contains("times 5,000, rounded") }
        let error = await #expect(throws: DataError.self) {
            try await DataFetcher().fetch(.clinc150, to: folder.path)
        }
        let message = try #require(error).description
        #expect(message.contains("train_embeddings_f16.npy: got no address") && message.contains("all-MiniLM-L6-v2"))
    }
}
