/// The patients of one hospital in UCI's heart disease files.
///
/// The rule is FLamby's (du Terrail et al. 2022, Fed-Heart-Disease): the columns slope, ca and thal, which most
/// hospitals left empty, are dropped, and then each row with a missing value. The kind of chest pain (4) and the
/// resting electrocardiogram (3) become one column less than they have values, each 0 or 1, the first value being the one
/// without a column. Numbers keep their units.
struct HeartDiseaseFile {
    /// What the columns of ``features`` are.
    static let featureNames = [
        "age", "sex", "trestbps", "chol", "fbs", "thalach", "exang", "oldpeak", "cp 2", "cp 3", "cp 4", "restecg 1",
        "restecg 2",
    ]

    /// Row by row, ``featureNames`` values each.
    let features: [Float]
    /// 1 where disease was found (grades 1 to 4), else 0.
    let labels: [UInt8]

    /// Decodes bytes; `file` names them in errors.
    init(bytes: [UInt8], file: String) throws(DataError) {
        let width = 14
        let options = CSVOptions(missingValues: .dropRow, skipped: [.at(10), .at(11), .at(12)])
        let table = try CSVFile(bytes: bytes, file: file, options: options)
        guard table.columnCount == width - 3 else {
            throw .wrongShape(file: file, got: "\(table.columnCount + 3) columns", expected: "\(width)")
        }
        guard table.rowCount >= 1 else {
            throw .damaged(file: file, got: "no complete row", expected: "at least one without `?`")
        }
        let pains = try Self.codes(of: table, column: 2, in: 1...4, name: "cp")
        let traces = try Self.codes(of: table, column: 6, in: 0...2, name: "restecg")
        let grades = try Self.codes(of: table, column: 10, in: 0...4, name: "num")
        var features: [Float] = []
        features.reserveCapacity(table.rowCount * Self.featureNames.count)
        for row in 0..<table.rowCount {
            let start = row * table.columnCount
            for column in [0, 1, 3, 4, 5, 7, 8, 9] { features.append(table.values[start + column]) }
            for code in 2...4 { features.append(pains[row] == code ? 1 : 0) }
            for code in 1...2 { features.append(traces[row] == code ? 1 : 0) }
        }
        self.features = features
        labels = grades.map { $0 > 0 ? 1 : 0 }
    }

    private static func codes(
        of table: CSVFile,
        column: Int,
        in range: ClosedRange<Int>,
        name: String
    ) throws(DataError) -> [Int] {
        let codes = try table.integers(ofColumn: column)
        guard codes.allSatisfy({ range.contains($0) }) else {
            throw .damaged(
                file: table.file,
                got: "another code in the column \(name)",
                expected: "\(range.lowerBound) to \(range.upperBound)"
            )
        }
        return codes
    }
}
