import HansaNumerics

/// Data sets of persons, hospitals, roles and domains.
extension CatalogueEntry {
    /// The seed of the heart disease data's split, the same for everyone; FLamby's rows are not published with the data.
    private static let heartSplitSeed: UInt64 = 4

    /// Each hospital's files, and what it is called.
    private static let hospitals = [
        ("processed.cleveland.data", "Cleveland"), ("processed.hungarian.data", "Budapest"),
        ("processed.switzerland.data", "Zurich and Basel"), ("processed.va.data", "Long Beach"),
    ]

    /// The published split: 21 persons train, 9 others test.
    ///
    /// A sample is 9 × 1 × 128: body acceleration x y z, angular velocity x y z, total acceleration x y z, in g and rad/s.
    /// Windows overlap by half, so that a random split within a person would test on what it trained on.
    func loadHAR(_ folder: String) throws(DataError) -> DatasetSplit {
        func part(_ part: String) throws(DataError) -> Dataset {
            let name = "\(part)-signals-idx3-short.gz"
            let signals = try pinned(name, in: folder)
            let labels = try pinned("\(part)-labels-idx1-ubyte.gz", in: folder)
            let persons = try pinned("\(part)-subjects-idx1-ubyte.gz", in: folder)
            guard case .int16(let values) = signals.elements, signals.shape.count == 3,
                signals.shape.dropFirst() == [9, 128], case .bytes(let classes) = labels.elements,
                case .bytes(let numbers) = persons.elements
            else {
                throw .wrongShape(
                    file: folder + "/" + name,
                    got: "an array of shape \(signals.shape)",
                    expected: "windows of 9 × 128 16-bit values, with a byte each for class and person"
                )
            }
            return try Dataset(
                name: "\(rawValue) \(part)",
                sampleShape: [9, 1, 128],
                features: .floats(values.map { Float($0) / 5_000 }),
                labels: .bytes(classes),
                classCount: 6,
                keys: [DatasetKey(name: "person", values: numbers.map { UInt32($0) })]
            )
        }
        return try DatasetSplit(name: rawValue, train: part("train"), test: part("test"))
    }

    /// The complete patients of four hospitals; see ``HeartDiseaseFile`` for the rule.
    ///
    /// In each hospital a fixed shuffle chooses 34 in 100, rounded up, to test on, as many as FLamby has: 199 and 104,
    /// 172 and 89, 30 and 16, 85 and 45.
    func loadHeartDisease(_ folder: String) throws(DataError) -> DatasetSplit {
        var features: [Float] = []
        var labels: [UInt8] = []
        var hospitals: [UInt32] = []
        var train: [Int] = []
        var test: [Int] = []
        for (number, (name, _)) in Self.hospitals.enumerated() {
            let file = try HeartDiseaseFile(bytes: pinnedBytes(name, in: folder), file: folder + "/" + name)
            var order = Array(labels.count..<labels.count + file.labels.count)
            var stream = RandomStream(seed: Self.heartSplitSeed, client: UInt32(number), purpose: .partition)
            stream.shuffle(&order)
            let testCount = (34 * order.count + 99) / 100
            train += order.dropLast(testCount).sorted()
            test += order.suffix(testCount).sorted()
            features += file.features
            labels += file.labels
            hospitals += [UInt32](repeating: UInt32(number), count: file.labels.count)
        }
        let all = try Dataset(
            name: rawValue,
            sampleShape: [HeartDiseaseFile.featureNames.count],
            features: .floats(features),
            labels: .bytes(labels),
            classCount: 2,
            keys: [DatasetKey(name: "hospital", values: hospitals, names: Self.hospitals.map(\.1))]
        )
        return try DatasetSplit(
            name: rawValue,
            train: all.selecting(train, name: "\(rawValue) train"),
            test: all.selecting(test, name: "\(rawValue) test")
        )
    }

    /// The windows of the 141 roles of at least 1,000 characters; see ``SpeechText`` for the rule.
    func loadShakespeare(_ folder: String) throws(DataError) -> DatasetSplit {
        let name = files[0].name
        let speech = try SpeechText(bytes: pinnedBytes(name, in: folder), file: folder + "/" + name)
        func part(_ part: SpeechText.Part, _ name: String) throws(DataError) -> Dataset {
            try Dataset(
                name: "\(rawValue) \(name)",
                sampleShape: [SpeechText.windowCount],
                features: .windows(text: speech.text, starts: part.starts),
                labels: .bytes(part.labels),
                classCount: SpeechText.alphabet.count,
                keys: [DatasetKey(name: "role", values: part.roles, names: speech.roleNames)]
            )
        }
        return try DatasetSplit(
            name: rawValue,
            train: part(speech.train, "train"),
            test: part(speech.test, "test")
        )
    }

    /// The published training and test queries as vectors of length 1; those for validation and out of scope are left out.
    func loadCLINC(_ folder: String) throws(DataError) -> DatasetSplit {
        func array(_ name: String) throws(DataError) -> NPYFile {
            try NPYFile(bytes: pinnedBytes(name, in: folder), file: folder + "/" + name)
        }
        func part(_ part: String) throws(DataError) -> Dataset {
            let domains = try array(part + "_domain.npy")
            guard case .uint8(let values) = domains.elements, domains.shape.count == 1,
                values.allSatisfy({ $0 < Self.domains.count })
            else {
                throw .wrongShape(
                    file: part + "_domain.npy",
                    got: "an array of shape \(domains.shape)",
                    expected: "a byte below \(Self.domains.count) a query"
                )
            }
            return try Dataset(
                name: "\(rawValue) \(part)",
                features: array(part + "_embeddings_f16.npy"),
                labels: array(part + "_intent.npy"),
                classCount: 150,
                keys: [DatasetKey(name: "domain", values: values.map { UInt32($0) }, names: Self.domains)]
            )
        }
        return try DatasetSplit(name: rawValue, train: part("train"), test: part("test"))
    }

    /// The domains by number.
    private static let domains = [
        "auto_and_commute", "banking", "credit_cards", "home", "kitchen_and_dining", "meta",
        "small_talk", "travel", "utility", "work",
    ]
}
