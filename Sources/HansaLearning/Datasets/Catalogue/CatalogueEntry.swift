import HansaCore

/// The data sets that Hansa knows by name.
public enum CatalogueEntry: String, CaseIterable, Sendable {
    /// UCI optical digits: 1,797 images of 8 × 8, in the program itself.
    case digits
    /// MNIST with QMNIST's writers: 70,000 images of 28 × 28.
    case mnist
    /// Fashion-MNIST: 70,000 images of 28 × 28.
    case fashionMNIST = "fashion-mnist"
    /// CIFAR-10: 60,000 images of 3 × 32 × 32.
    case cifar10
    /// 15,000 and 3,000 of CIFAR-10's images, drawn by class.
    case cifar10Subset = "cifar10-subset"
    /// PneumoniaMNIST (MedMNIST v2): 5,332 chest X-rays of 28 × 28.
    case pneumoniaMNIST = "pneumoniamnist"
    /// UCI HAR: 10,299 windows of smartphone signals, 9 channels of 128 moments, of 30 persons.
    case har
    /// UCI heart disease: 740 complete patients of four hospitals, 13 features.
    case heartDisease = "heart-disease"
    /// Speeches of Shakespeare's roles: 80 characters, and which comes next.
    case shakespeare
    /// CLINC150: sentence embeddings of 19,500 queries, 150 intents in 10 domains.
    case clinc150

    /// The entry of this name.
    public init(named name: String) throws(DataError) {
        guard let entry = CatalogueEntry(rawValue: name) else {
            throw .unknownDataset(got: name, known: Self.allCases.map(\.rawValue))
        }
        self = entry
    }

    /// The name of the column that says whom a sample came from, where there is one.
    public var naturalKey: String? {
        switch self {
        case .mnist: Self.writerKey
        case .har: "person"
        case .heartDisease: "hospital"
        case .shakespeare: "role"
        case .clinc150: "domain"
        case .digits, .fashionMNIST, .cifar10, .cifar10Subset, .pneumoniaMNIST: nil
        }
    }

    /// Whom to cite, and the licence.
    public var attribution: String {
        switch self {
        case .digits: "Alpaydin, Kaynak 1998, Optical Recognition of Handwritten Digits, UCI; CC BY 4.0"
        case .mnist: "LeCun, Bottou, Bengio, Haffner 1998; writers: Yadav, Bottou 2019 (QMNIST, BSD)"
        case .fashionMNIST: "Xiao, Rasul, Vollgraf 2017, Fashion-MNIST; MIT"
        case .cifar10, .cifar10Subset: "Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images"
        case .pneumoniaMNIST: "Yang et al. 2023, MedMNIST v2; Kermany et al. 2018; CC BY 4.0"
        case .har: "Anguita, Ghio, Oneto, Parra, Reyes-Ortiz 2013, UCI; no commercial use"
        case .heartDisease: "Janosi, Steinbrunn, Pfisterer, Detrano 1988, UCI; CC BY 4.0"
        case .shakespeare: "Shakespeare, in the public domain; text file: Karpathy 2015"
        case .clinc150: "Larson et al. 2019; vectors: Reimers, Gurevych 2019 (all-MiniLM-L6-v2); CC BY 3.0"
        }
    }
}
