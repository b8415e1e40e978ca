import Testing

@testable import HansaLearning

@Suite("Data files")
struct ReaderTests {
    @Test("A gzip IDX file gives its shape and bytes, in one member or two")
    func idx() throws {
        for text in [Vectors.idx, Vectors.twoMembers] {
            let file = try IDXFile(bytes: base64(text), file: "x.gz")
            #expect(file.shape == [2, 3])
            #expect(file.elements == .bytes([0, 1, 2, 3, 4, 5]))
        }
    }

    @Test("IDX integers are big-endian")
    func idxIntegers() throws {
        let words = try IDXFile(bytes: [0, 0, 0x0B, 1, 0, 0, 0, 2, 0x01, 0x02, 0xFF, 0xFE], file: "x")
        #expect(words.elements == .int16([0x0102, -2]))
        let integers = try IDXFile(bytes: [0, 0, 0x0C, 1, 0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFD], file: "x")
        #expect(integers.elements == .int32([-3]))
    }

    @Test("An IDX header that promises more than its bytes hold is refused before memory is asked for")
    func idxPromise() {
        let header: [UInt8] = [0, 0, 8, 2, 0x10, 0, 0, 0, 0, 0, 0, 8]
        #expect(throws: DataError.truncated(file: "x", got: 1, expected: 1 << 31)) {
            try IDXFile(bytes: header + [1], file: "x")
        }
    }

    @Test("A gzip that unpacks beyond the limit is refused")
    func bomb() throws {
        let bytes = try base64(Vectors.zeros)
        #expect(throws: DataError.tooLarge(file: "x", limit: 999_999)) {
            try FileBytes.unpacked(bytes, file: "x", byteCountMax: 999_999)
        }
        #expect(try FileBytes.unpacked(bytes, file: "x", byteCountMax: 1_000_000).count == 1_000_000)
    }

    @Test("Every cut of every format is refused, and no changed byte traps")
    func damaged() throws {
        let idx = try base64(Vectors.idx)
        #expect(torture(idx) { _ = try IDXFile(bytes: $0, file: "x") } == idx.count)
        let plain = try FileBytes.unpacked(idx, file: "x")
        #expect(torture(plain) { _ = try IDXFile(bytes: $0, file: "x") } == plain.count)
        for text in [Vectors.halves, Vectors.floats, Vectors.longs] {
            let npy = try base64(text)
            #expect(torture(npy) { _ = try NPYFile(bytes: $0, file: "x") } == npy.count)
        }
        for text in [Vectors.stored, Vectors.deflated] {
            let npz = try base64(text)
            let refused = torture(npz) { bytes in
                let archive = try NPZArchive(bytes: bytes, file: "x")
                for name in archive.names { _ = try archive.array(named: name) }
            }
            #expect(refused == npz.count)
        }
    }

    @Test("A changed byte of a member's content fails its CRC-32")
    func checksum() throws {
        var bytes = try base64(Vectors.stored)
        let content = try #require(bytes.indices.dropLast(5).first { Array(bytes[$0..<$0 + 5]) == [0, 1, 2, 3, 4] })
        bytes[content] = 9
        let archive = try NPZArchive(bytes: bytes, file: "x")
        #expect(throws: DataError.self) { try archive.array(named: "a") }
        #expect(try archive.array(named: "b").elements == .float64([1.5, 2]))
    }

    @Test("npz members are found by name, stored or deflated")
    func archive() throws {
        for (text, count) in [(Vectors.stored, 2), (Vectors.deflated, 20)] {
            let archive = try NPZArchive(bytes: base64(text), file: "x")
            #expect(archive.names == ["a", "b"])
            #expect(try archive.array(named: "a") == NPYFile(shape: [5], elements: .uint8([0, 1, 2, 3, 4])))
            #expect(try archive.array(named: "b").elements.count == count)
            #expect(throws: DataError.unknownName(file: "x", got: "c", known: ["a", "b"])) {
                try archive.array(named: "c")
            }
        }
    }

    @Test("npy values come back, and what is written is NumPy's own bytes")
    func npy() throws {
        let halves = try NPYFile(bytes: base64(Vectors.halves), file: "x")
        #expect(halves == NPYFile(shape: [2, 3], elements: .float32([1, -2.5, 0.25, 3, 4, 65504])))
        for text in [Vectors.floats, Vectors.longs] {
            let bytes = try base64(text)
            #expect(try NPYFile(bytes: bytes, file: "x").encoded() == bytes)
        }
        for elements in [NPYElements.int32([-1, 7]), .uint8([0, 255]), .float64([0.1, -0])] {
            let array = NPYFile(shape: [2, 1], elements: elements)
            #expect(try NPYFile(bytes: array.encoded(), file: "x") == array)
        }
    }

    @Test("Half-precision values widen exactly")
    func halves() {
        #expect(NPYElementType.widen(0x0001) == 0x1p-24)
        #expect(NPYElementType.widen(0x8400) == -0x1p-14)
        #expect(NPYElementType.widen(0x7C00) == .infinity)
        #expect(NPYElementType.widen(0x7E00).isNaN)
    }

    @Test(
        "npy in another form is refused with the reason",
        arguments: ["'descr': '>f4', 'fortran_order': False", "'descr': '<f4', 'fortran_order': True"]
    )
    func npyUnsupported(start: String) {
        let text = Array("{\(start), 'shape': (0,), }\n".utf8)
        let bytes = NPYHeader.magic + [1, 0, UInt8(text.count), 0] + text
        #expect {
            try NPYFile(bytes: bytes, file: "x")
        } throws: { error in
            if case DataError.unsupported = error { true } else { false }
        }
    }

    @Test("csv cells, headers and missing values follow the options")
    func csv() throws {
        let text = Array("a,\"b\",label\r\n1,2.5,0\r\n?,3,1\r\n4,,2\r\n-5e2, 6 ,1\r\n\r\n".utf8)
        let options = CSVOptions(header: .present, missingValues: .dropRow)
        let table = try CSVFile(bytes: text, file: "x", options: options)
        #expect(table.columnNames == ["a", "b", "label"])
        #expect(table.values == [1, 2.5, 0, -500, 6, 1])
        #expect(table.rowCount == 2 && table.droppedRowCount == 2)
        #expect(throws: DataError.missingCell(file: "x", line: 3, column: 1)) {
            try CSVFile(bytes: text, file: "x", options: CSVOptions(header: .present))
        }
        let skipping = CSVOptions(header: .present, missingValues: .dropRow, skipped: [.named("a")])
        #expect(try CSVFile(bytes: text, file: "x", options: skipping).rowCount == 3)
        #expect(throws: DataError.invalidCell(file: "x", line: 1, column: 1, expected: "a finite number")) {
            try CSVFile(bytes: text, file: "x")
        }
        #expect(throws: DataError.self) { try CSVFile(bytes: Array("1,2\n3\n".utf8), file: "x") }
        #expect(throws: DataError.self) { try CSVFile(bytes: Array("1,nan\n".utf8), file: "x") }
        #expect(throws: DataError.self) { try CSVFile(bytes: [], file: "x") }
    }

    @Test("A csv with a label and a key column becomes a data set")
    func csvDataset() throws {
        let text = Array("site,x,y,class\n3,1,2,0\n9,3,4,1\n3,5,6,1\n".utf8)
        let table = try CSVFile(bytes: text, file: "x", options: CSVOptions(header: .present))
        let dataset = try Dataset(name: "x", table: table, labelColumn: .named("class"), keyColumn: .named("site"))
        #expect(dataset.featureCount == 2 && dataset.classCount == 2)
        #expect(dataset.keys == [DatasetKey(name: "site", values: [3, 9, 3])])
        let partition = try PartitionScheme.natural(key: "site").partition(of: dataset, clientCount: nil, seed: 1)
        #expect(Set(partition[0]) == [0, 2] && Set(partition[1]) == [1])
    }
}
