import HansaCore

extension CatalogueEntry {
    /// The files it is made of; none where it is in the program.
    public var files: [PinnedFile] {
        switch self {
        case .digits: []
        case .mnist: Self.mnistFiles
        case .fashionMNIST: Self.fashionFiles
        case .cifar10: Self.cifarFiles
        case .cifar10Subset: Self.cifarSubsetFiles
        case .pneumoniaMNIST: Self.pneumoniaFiles
        case .har: Self.harFiles
        case .heartDisease: Self.heartFiles
        case .shakespeare: Self.shakespeareFiles
        case .clinc150: Self.clincFiles
        }
    }

    /// The name of its folder.
    public var folderName: String { self == .cifar10Subset ? Self.cifar10.rawValue : rawValue }

    /// Files of which any shows that a folder holds the data set.
    var markers: [String] { files.prefix(1).map(\.name) + (self == .cifar10 ? [CIFARFile.trainNames[0]] : []) }

    /// How to get files that nobody publishes as they are read; nil where there is an address for each.
    public var advice: String? {
        switch self {
        case .cifar10Subset:
            "It is a seeded subset of CIFAR-10, which `hansa data fetch cifar10` fetches whole"
        case .pneumoniaMNIST:
            "The publisher's npz (zenodo.org/records/10519652) holds the same images in another order: "
                + "use it by paths, or get the file with this SHA-256"
        case .har:
            "UCI publishes the signals as text (archive.ics.uci.edu, data set 240): "
                + "the IDX files hold the same numbers times 5,000, rounded"
        case .clinc150:
            "The vectors are all-MiniLM-L6-v2's for data_full.json of github.com/clinc/oos-eval, in half precision"
        default: nil
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

    private static let cifarFiles = files(
        [
            (
                "cifar-10-binary.tar.gz", 170_052_171,
                "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
            )
        ],
        at: ["https://www.cs.toronto.edu/~kriz/"]
    )

    private static let cifarSubsetFiles = files(
        [
            (
                "train_subset.bin.gz", 42_369_627,
                "f14f0622a0149e74fb15b6dca526f2d90d26569e81d664d398f523869b9db028"
            ),
            (
                "test_subset.bin.gz", 8_510_032,
                "61abb3fabaa790476ad3f4c4788bd373be1c453dc33493d55066a44a9e4e569d"
            ),
        ],
        at: []
    )

    private static let pneumoniaFiles = files(
        [
            (
                "pneumoniamnist.npz", 4_170_503,
                "7762221630fcc0a77579d4430380a5912a3db5a6d403ce9eef92a0130c1579a6"
            )
        ],
        at: []
    )

    private static let harFiles = files(
        [
            (
                "train-signals-idx3-short.gz", 7_375_187,
                "e94fa8b2e7dd3f40565725de5153a4e67996b881fcfeffb48d246ff56cdced8c"
            ),
            (
                "train-labels-idx1-ubyte.gz", 367,
                "ad61d2077ce33a06bd37169a5f40cc5700b4a8a1b255fdfd97f902ef4655da6a"
            ),
            (
                "train-subjects-idx1-ubyte.gz", 102,
                "0eec2e2acbebafa528844f6b8f6a30c7b61b4aca5af4ef16c502b43ce0373458"
            ),
            (
                "test-signals-idx3-short.gz", 2_997_407,
                "3210efa2de14ccaceeb8ca60054773fbbf12ffeb7eeaa4c2c0d91b6beecd481b"
            ),
            (
                "test-labels-idx1-ubyte.gz", 189,
                "117b12b5c70abb75518ad585cc008f4b0c69bd300f1bdf83b4c2846f86476d37"
            ),
            (
                "test-subjects-idx1-ubyte.gz", 67,
                "e364cd5ad0cde2874b2e6c613702dea9f2e89fc9c74baee09e6fa453f3225c09"
            ),
        ],
        at: []
    )

    private static let heartFiles = files(
        [
            (
                "processed.cleveland.data", 18_461,
                "a74b7efa387bc9d108d7d0115d831fe9b414b29ae7124f331b622b4efa0427c8"
            ),
            (
                "processed.hungarian.data", 10_263,
                "d1ad108f785768cd3d7e82dc522e6f5a61eea93cccfb3a46ee8076f73fc3d796"
            ),
            (
                "processed.switzerland.data", 4_109,
                "834a405ccf5b66ab4056bb77794adc8df0b7125186454c0a1d002d33c6c3b314"
            ),
            (
                "processed.va.data", 6_737,
                "e7c93d8d0d2acdadfa4c5e8de768e2191e7f618b952e29623f1f0d5949ff6b8f"
            ),
        ],
        at: ["https://archive.ics.uci.edu/ml/machine-learning-databases/heart-disease/"]
    )

    private static let shakespeareFiles = files(
        [
            (
                "input.txt", 1_115_394,
                "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"
            )
        ],
        at: ["https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/"]
    )

    private static let clincFiles = files(
        [
            (
                "train_embeddings_f16.npy", 11_520_128,
                "81209d26e27c42ea448d4e8086b5d82729e4ceb0024765f23a06273a33673869"
            ),
            (
                "train_intent.npy", 15_128,
                "0e06cf596396afabb5a1d61260b3e3f88f2db035d36f79564a44a47d36d8b9c0"
            ),
            (
                "train_domain.npy", 15_128,
                "be2f6ef532d4bdec2da77eb5d61c3ffaf3e8397bfcf34f508863ca9880f3ea1e"
            ),
            (
                "test_embeddings_f16.npy", 3_456_128,
                "1e38ab5e825a6fd315a320f8a4753427aad24338db007d8111495ce08ef3f6a0"
            ),
            (
                "test_intent.npy", 4_628,
                "0909b3dda259be0dd1d2ff241c536f360a56957713134504013509b1597bbda9"
            ),
            (
                "test_domain.npy", 4_628,
                "e5dd749b705f244517490d621cb3bd4ac5cba86922f18e1e025943e68aba3491"
            ),
        ],
        at: []
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
