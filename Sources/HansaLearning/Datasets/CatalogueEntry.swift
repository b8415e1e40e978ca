import HansaCore

/// The data sets that Hansa knows by name.
public enum CatalogueEntry: String, CaseIterable, Sendable {
    /// UCI optical digits: 1,797 images of 8 × 8, in the program itself.
    case digits
    /// MNIST with QMNIST's writers: 70,000 images of 28 × 28.
    case mnist
    /// Fashion-MNIST: 70,000 images of 28 × 28.
    case fashionMNIST = "fashion-mnist"

    /// The entry of this name.
    public init(named name: String) throws(DataError) {
        guard let entry = CatalogueEntry(rawValue: name) else {
            throw .unknownDataset(got: name, known: Self.allCases.map(\.rawValue))
        }
        self = entry
    }

    /// The files it is made of; none where it is in the program.
    public var files: [PinnedFile] {
        switch self {
        case .digits: []
        case .mnist: Self.mnistFiles
        case .fashionMNIST: Self.fashionFiles
        }
    }

    /// Whom to cite, and the licence.
    public var attribution: String {
        switch self {
        case .digits: "Alpaydin, Kaynak 1998, Optical Recognition of Handwritten Digits, UCI; CC BY 4.0"
        case .mnist: "LeCun, Bottou, Bengio, Haffner 1998; writers: Yadav, Bottou 2019 (QMNIST, BSD)"
        case .fashionMNIST: "Xiao, Rasul, Vollgraf 2017, Fashion-MNIST; MIT"
        }
    }

    private static let mnistFiles =
        files(
            [
                (
                    "train-images-idx3-ubyte.gz", 9_912_422,
                    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
                ),
                (
                    "train-labels-idx1-ubyte.gz", 28_881,
                    "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
                ),
                (
                    "t10k-images-idx3-ubyte.gz", 1_648_877,
                    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
                ),
                (
                    "t10k-labels-idx1-ubyte.gz", 4_542,
                    "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
                ),
            ],
            at: [
                "https://ossci-datasets.s3.amazonaws.com/mnist/",
                "https://storage.googleapis.com/cvdf-datasets/mnist/",
            ]
        )
        + files(
            [
                (
                    "qmnist-train-labels-idx2-int.gz", 463_024,
                    "2c05dc77f6b916b38e455e97ab129a42a444f3dbef09b278a366f82904e0dd9f"
                ),
                (
                    "qmnist-test-labels-idx2-int.gz", 526_800,
                    "9fbcbe594c3766fdf4f0b15c5165dc0d1e57ac604e01422608bb72c906030d06"
                ),
            ],
            at: ["https://raw.githubusercontent.com/facebookresearch/qmnist/master/"]
        )

    private static let fashionFiles = files(
        [
            (
                "train-images-idx3-ubyte.gz", 26_421_880,
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"
            ),
            (
                "train-labels-idx1-ubyte.gz", 29_515,
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"
            ),
            (
                "t10k-images-idx3-ubyte.gz", 4_422_102,
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"
            ),
            (
                "t10k-labels-idx1-ubyte.gz", 5_148,
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"
            ),
        ],
        at: [
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        ]
    )

    private static func files(_ list: [(String, Int, String)], at bases: [String]) -> [PinnedFile] {
        list.map { name, byteCount, hexadecimal in
            guard let digest = SHA256Digest(hexadecimal: hexadecimal) else {
                preconditionFailure("a pinned digest is 64 hexadecimal digits")
            }
            return PinnedFile(name: name, byteCount: byteCount, digest: digest, addresses: bases.map { $0 + name })
        }
    }
}
