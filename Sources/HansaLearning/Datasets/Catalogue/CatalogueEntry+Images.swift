/// Image sets other than MNIST's kin.
extension CatalogueEntry {
    /// CIFAR-10 whole: the published archive, or the files unpacked from it.
    ///
    /// `data_batch_1` to `data_batch_5` train in that order, `test_batch` tests. Unpacked files have no published digest;
    /// they must have 10,000 images each.
    func loadCIFAR(_ folder: String) throws(DataError) -> DatasetSplit {
        let names = CIFARFile.trainNames + [CIFARFile.testName]
        let archiveName = files[0].name
        var parts: [CIFARFile] = []
        if let bytes = try readIfThere(folder + "/" + archiveName) {
            try files[0].check(bytes, path: folder + "/" + archiveName)
            let archive = try TarArchive(bytes: bytes, file: folder + "/" + archiveName)
            for name in names {
                parts.append(
                    try CIFARFile(
                        content: archive.content(of: "cifar-10-batches-bin/" + name),
                        file: name,
                        recordCount: CIFARFile.batchCount
                    )
                )
            }
        } else {
            for name in names {
                let path = folder + "/" + name
                parts.append(
                    try CIFARFile(bytes: FileBytes.read(path), file: path, recordCount: CIFARFile.batchCount)
                )
            }
        }
        return try DatasetSplit(
            name: rawValue,
            train: CIFARFile.dataset(Array(parts.dropLast()), name: "cifar10 train"),
            test: CIFARFile.dataset(Array(parts.suffix(1)), name: "cifar10 test")
        )
    }

    private func readIfThere(_ path: String) throws(DataError) -> [UInt8]? {
        do throws(DataError) {
            return try FileBytes.read(path)
        } catch .notFound {
            return nil
        }
    }

    /// 1,500 images a class of CIFAR-10's training part to train on, 300 of its test part to test on.
    func loadCIFARSubset(_ folder: String) throws(DataError) -> DatasetSplit {
        func part(_ name: String, _ part: String) throws(DataError) -> Dataset {
            let file = try CIFARFile(bytes: pinnedBytes(name, in: folder), file: folder + "/" + name)
            return try CIFARFile.dataset([file], name: "\(rawValue) \(part)")
        }
        return try DatasetSplit(
            name: rawValue,
            train: part("train_subset.bin.gz", "train"),
            test: part("test_subset.bin.gz", "test")
        )
    }

    /// The archive's training and test arrays; its validation array is left out.
    ///
    /// 0 is normal, 1 pneumonia; the model sees `byte · (1/255)`.
    func loadPneumonia(_ folder: String) throws(DataError) -> DatasetSplit {
        let name = files[0].name
        let archive = try NPZArchive(bytes: pinnedBytes(name, in: folder), file: folder + "/" + name)
        func part(_ part: String) throws(DataError) -> Dataset {
            try Dataset(
                name: "\(rawValue) \(part)",
                features: archive.array(named: part + "_images"),
                labels: archive.array(named: part + "_labels"),
                classCount: 2
            )
        }
        return try DatasetSplit(name: rawValue, train: part("train"), test: part("test"))
    }
}
