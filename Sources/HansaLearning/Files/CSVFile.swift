/// A table of numbers read from a csv file, plain or gzip.
///
/// Cells are separated by commas; lines end with LF or CRLF. Every cell that is kept must be a finite number.
public struct CSVFile: Equatable, Sendable {
    /// The name given in errors.
    public let file: String
    /// The names of the columns kept, where the file has a header.
    public let columnNames: [String]?
    /// How many columns were kept.
    public let columnCount: Int
    /// How many rows were kept.
    public let rowCount: Int
    /// How many rows were dropped for a missing value.
    public let droppedRowCount: Int
    /// The values, row by row.
    public let values: [Float]

    /// Reads a file.
    ///
    /// What it unpacks to may have `byteCountMax` bytes.
    public init(path: String, options: CSVOptions = CSVOptions(), byteCountMax: Int = 1 << 30) throws(DataError) {
        try self.init(bytes: FileBytes.read(path), file: path, options: options, byteCountMax: byteCountMax)
    }

    /// Decodes bytes, plain or gzip; `file` names them in errors.
    public init(
        bytes: [UInt8],
        file: String,
        options: CSVOptions = CSVOptions(),
        byteCountMax: Int = 1 << 30
    ) throws(DataError) {
        let content = try FileBytes.unpacked(bytes, file: file, byteCountMax: byteCountMax)
        var lines = content.split(separator: 0x0A, omittingEmptySubsequences: false)[...]
        if let first = lines.first, first.starts(with: [0xEF, 0xBB, 0xBF]) {
            lines[lines.startIndex] = first.dropFirst(3)
        }
        while let last = lines.last, Self.trimmed(last).isEmpty { lines.removeLast() }
        var lineNumber = 1
        var names: [String]?
        if options.header != .absent, let line = lines.popFirst() {
            lineNumber += 1
            if options.header == .present {
                names = Self.cells(line).map { Self.unquoted(String(decoding: Self.trimmed($0), as: UTF8.self)) }
            }
        }
        guard let firstRow = lines.first else {
            throw .damaged(file: file, got: "no rows", expected: "at least one row of numbers")
        }
        let width = names?.count ?? Self.cells(firstRow).count
        var isKept = [Bool](repeating: true, count: width)
        for column in options.skipped {
            isKept[try Self.resolve(column, names: names, columnCount: width, file: file)] = false
        }
        var table: [Float] = []
        var rows = 0
        var dropped = 0
        for line in lines {
            let isWhole = try Self.appendRow(
                line,
                number: lineNumber,
                isKept: isKept,
                missing: options.missingValues,
                file: file,
                to: &table
            )
            if isWhole { rows += 1 } else { dropped += 1 }
            lineNumber += 1
        }
        self.file = file
        columnNames = names.map { zip($0, isKept).filter(\.1).map(\.0) }
        columnCount = isKept.count { $0 }
        rowCount = rows
        droppedRowCount = dropped
        values = table
    }

    /// The number from 0 of a column among those kept.
    public func index(of column: CSVOptions.Column) throws(DataError) -> Int {
        try Self.resolve(column, names: columnNames, columnCount: columnCount, file: file)
    }

    /// The values of one column as integers; refuses a cell that is none.
    public func integers(ofColumn column: Int) throws(DataError) -> [Int] {
        var result: [Int] = []
        result.reserveCapacity(rowCount)
        for row in 0..<rowCount {
            guard let value = Int(exactly: values[row * columnCount + column]) else {
                throw .wrongShape(
                    file: file,
                    got: "a fraction in column \(column + 1) of row \(row + 1)",
                    expected: "whole numbers in the label and key columns"
                )
            }
            result.append(value)
        }
        return result
    }

    /// Appends one row, or nothing where a missing value drops it.
    private static func appendRow(
        _ line: ArraySlice<UInt8>,
        number: Int,
        isKept: [Bool],
        missing: CSVOptions.MissingValues,
        file: String,
        to table: inout [Float]
    ) throws(DataError) -> Bool {
        let row = cells(line)
        guard row.count == isKept.count else {
            throw .damaged(
                file: file,
                got: "\(row.count) columns in line \(number)",
                expected: "\(isKept.count) columns in every line"
            )
        }
        let start = table.count
        for (column, cell) in row.enumerated() where isKept[column] {
            let text = trimmed(cell)
            if text.isEmpty || text.elementsEqual([0x3F]) {
                guard missing == .dropRow else { throw .missingCell(file: file, line: number, column: column + 1) }
                table.removeSubrange(start...)
                return false
            }
            guard let value = Float(String(decoding: text, as: UTF8.self)), value.isFinite else {
                throw .invalidCell(file: file, line: number, column: column + 1, expected: "a finite number")
            }
            table.append(value)
        }
        return true
    }

    private static func cells(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        line.split(separator: 0x2C, omittingEmptySubsequences: false)
    }

    private static func trimmed(_ cell: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var cell = cell
        while let first = cell.first, isSpace(first) { cell.removeFirst() }
        while let last = cell.last, isSpace(last) { cell.removeLast() }
        return cell
    }

    private static func unquoted(_ name: String) -> String {
        name.count >= 2 && name.hasPrefix("\"") && name.hasSuffix("\"") ? String(name.dropFirst().dropLast()) : name
    }

    private static func resolve(
        _ column: CSVOptions.Column,
        names: [String]?,
        columnCount: Int,
        file: String
    ) throws(DataError) -> Int {
        switch column {
        case .at(let number):
            let index = number < 0 ? columnCount + max(number, -columnCount - 1) : number
            guard (0..<columnCount).contains(index) else {
                throw .unknownName(file: file, got: "column \(number)", known: ["columns 0 to \(columnCount - 1)"])
            }
            return index
        case .named(let name):
            guard let index = names?.firstIndex(of: name) else {
                throw .unknownName(file: file, got: name, known: names ?? ["column numbers, as the file has no header"])
            }
            return index
        }
    }
}
