/// Data sets from the user's own files.
extension Dataset {
    /// Images and labels of an IDX pair.
    ///
    /// The model sees `(Float(byte) − mean) · scale`. `channels` says where the channels of images of three extents lie.
    public convenience init(
        name: String,
        images: IDXFile,
        labels: IDXFile,
        mean: Float = 0,
        scale: Float = 1 / 255,
        channels: ChannelOrder = .last,
        classCount: Int? = nil,
        keys: [DatasetKey] = []
    ) throws(DataError) {
        guard labels.shape.count == 1 else {
            throw .wrongShape(file: name, got: "labels of shape \(labels.shape)", expected: "one extent")
        }
        let classes: DatasetLabels?
        switch labels.elements {
        case .bytes(let values): classes = .bytes(values)
        case .int16(let values): classes = DatasetLabels(values.map { Int($0) })
        case .int32(let values): classes = DatasetLabels(values.map { Int($0) })
        }
        guard let classes else {
            throw .wrongShape(file: name, got: "no or negative labels", expected: "labels from 0")
        }
        guard images.shape.count >= 2, images.shape[0] == classes.count else {
            throw .wrongShape(
                file: name,
                got: "images of shape \(images.shape)",
                expected: "\(classes.count) samples, one a label, each of one or more extents"
            )
        }
        let features: DatasetFeatures
        switch images.elements {
        case .bytes(let values): features = .bytes(values, mean: [mean], scale: [scale])
        case .int16(let values): features = .floats(values.map { (Float($0) - mean) * scale })
        case .int32(let values): features = .floats(values.map { (Float($0) - mean) * scale })
        }
        try self.init(
            name: name,
            sampleShape: Self.seenShape(images.shape, channels: channels),
            features: features,
            channels: channels,
            labels: classes,
            classCount: classCount,
            keys: keys
        )
    }

    /// An IDX pair, by paths.
    public convenience init(
        idxImages: String,
        idxLabels: String,
        mean: Float = 0,
        scale: Float = 1 / 255,
        channels: ChannelOrder = .last,
        classCount: Int? = nil
    ) throws(DataError) {
        try self.init(
            name: idxImages,
            images: IDXFile(path: idxImages),
            labels: IDXFile(path: idxLabels),
            mean: mean,
            scale: scale,
            channels: channels,
            classCount: classCount
        )
    }

    /// Features and labels of two npy files, by paths.
    ///
    /// Features of type `|u1` stay bytes and are seen as `(Float(byte) − mean) · scale`; all others are taken as they
    /// are. Labels are integers of shape n or n × 1.
    public convenience init(
        npyFeatures: String,
        npyLabels: String,
        mean: Float = 0,
        scale: Float = 1 / 255,
        channels: ChannelOrder = .last,
        classCount: Int? = nil
    ) throws(DataError) {
        try self.init(
            name: npyFeatures,
            features: NPYFile(path: npyFeatures),
            labels: NPYFile(path: npyLabels),
            mean: mean,
            scale: scale,
            channels: channels,
            classCount: classCount
        )
    }

    /// Features and labels of two arrays, such as those of an npz archive.
    public convenience init(
        name: String,
        features: NPYFile,
        labels: NPYFile,
        mean: Float = 0,
        scale: Float = 1 / 255,
        channels: ChannelOrder = .last,
        classCount: Int? = nil,
        keys: [DatasetKey] = []
    ) throws(DataError) {
        guard labels.shape.count == 1 || (labels.shape.count == 2 && labels.shape[1] == 1),
            let integers = labels.elements.integers
        else {
            throw .wrongShape(
                file: name,
                got: "labels of shape \(labels.shape), type \(labels.elements.type.rawValue)",
                expected: "one whole number a sample: |u1, <i4 or <i8"
            )
        }
        guard let classes = DatasetLabels(integers) else {
            throw .wrongShape(
                file: name,
                got: "no labels, or one negative or beyond 31 bits",
                expected: "labels from 0"
            )
        }
        guard features.shape.count >= 2, features.shape[0] == classes.count else {
            throw .wrongShape(
                file: name,
                got: "features of shape \(features.shape)",
                expected: "\(classes.count) samples, one a label, each of one or more extents"
            )
        }
        let stored: DatasetFeatures
        if case .uint8(let values) = features.elements {
            stored = .bytes(values, mean: [mean], scale: [scale])
        } else {
            let values = features.elements.floats
            guard values.allSatisfy(\.isFinite) else {
                throw .wrongShape(file: name, got: "a feature that is no finite float32", expected: "finite features")
            }
            stored = .floats(values)
        }
        try self.init(
            name: name,
            sampleShape: Self.seenShape(features.shape, channels: channels),
            features: stored,
            channels: channels,
            labels: classes,
            classCount: classCount,
            keys: keys
        )
    }

    /// The extents of a sample as the model sees it, of an array of samples with their channels first or last.
    private static func seenShape(_ stored: [Int], channels: ChannelOrder) -> [Int] {
        guard stored.count == 4, channels == .last else { return Array(stored.dropFirst()) }
        return [stored[3], stored[1], stored[2]]
    }

    /// A csv file with a label column and, where named, a natural key column; all other columns are features.
    ///
    /// Features are taken as they are: csv data are rarely on one scale, so scale them before, or use a model that does.
    public convenience init(
        csv path: String,
        options: CSVOptions = CSVOptions(),
        labelColumn: CSVOptions.Column = .at(-1),
        keyColumn: CSVOptions.Column? = nil,
        classCount: Int? = nil
    ) throws(DataError) {
        try self.init(
            name: path,
            table: CSVFile(path: path, options: options),
            labelColumn: labelColumn,
            keyColumn: keyColumn,
            classCount: classCount
        )
    }

    /// A table with a label column and, where named, a natural key column.
    public convenience init(
        name: String,
        table: CSVFile,
        labelColumn: CSVOptions.Column = .at(-1),
        keyColumn: CSVOptions.Column? = nil,
        classCount: Int? = nil
    ) throws(DataError) {
        let label = try table.index(of: labelColumn)
        var keys: [DatasetKey] = []
        var left = Set([label])
        if let keyColumn {
            let column = try table.index(of: keyColumn)
            left.insert(column)
            var values: [UInt32] = []
            for value in try table.integers(ofColumn: column) {
                guard let key = UInt32(exactly: value) else {
                    throw .wrongShape(
                        file: name,
                        got: "a key below 0 or beyond 32 bits",
                        expected: "keys of 0 to \(UInt32.max)"
                    )
                }
                values.append(key)
            }
            keys = [DatasetKey(name: table.columnNames?[column] ?? "\(column)", values: values)]
        }
        guard let labels = try DatasetLabels(table.integers(ofColumn: label)) else {
            throw .wrongShape(file: name, got: "no rows, or a negative label", expected: "labels from 0")
        }
        let columns = (0..<table.columnCount).filter { !left.contains($0) }
        var features: [Float] = []
        features.reserveCapacity(table.rowCount * columns.count)
        for row in 0..<table.rowCount {
            for column in columns { features.append(table.values[row * table.columnCount + column]) }
        }
        try self.init(
            name: name,
            sampleShape: [columns.count],
            features: .floats(features),
            labels: labels,
            classCount: classCount,
            keys: keys
        )
    }
}
