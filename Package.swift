// swift-tools-version: 6.2
import PackageDescription

// The device half (marked ◆ in ARCHITECTURE.md) also compiles as Embedded Swift. With HANSA_EMBEDDED set, only those
// targets are offered and no package is resolved; see Scripts/build-embedded. With HANSA_DEVICE_ONLY set, the same
// targets and their tests are offered in the ordinary mode, which shortens the edit-and-test loop to seconds.
let embedded = Context.environment["HANSA_EMBEDDED"] != nil
// With HANSA_FUZZ set, the decoders' fuzzers and what they need are offered and no tests; see Scripts/fuzz.
let fuzzing = Context.environment["HANSA_FUZZ"] != nil
// With HANSA_AUDIT set, only the program that Scripts/privacy-mutants runs is offered, and what it needs.
let auditing = Context.environment["HANSA_AUDIT"] != nil
let deviceOnly = embedded || fuzzing || auditing || Context.environment["HANSA_DEVICE_ONLY"] != nil

let commonSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]
let deviceSettings: [SwiftSetting] =
    commonSettings
    + (embedded
        ? [
            .enableExperimentalFeature("Embedded"),
            // A section for each function, so that the linker drops what a program does not call. The traps of a
            // function are one trap. What a function takes in is decided when the whole program is linked.
            .unsafeFlags([
                "-wmo", "-Osize", "-Xfrontend", "-function-sections", "-Xfrontend", "-mergeable-traps",
                "-Xllvm", "-inline-threshold=0",
            ]),
        ]
        : [.treatWarning("EmbeddedRestrictions", as: .error)])

/// The settings of a target of the device half that computes nothing over a model's elements: in an Embedded program,
/// what its code costs in time is less than what it costs in bytes, so calls stay calls and no function is made anew for
/// its caller.
let coldDeviceSettings: [SwiftSetting] =
    deviceSettings
    + (embedded
        ? [
            .unsafeFlags([
                "-Xfrontend", "-sil-inline-threshold", "-Xfrontend", "0",
                "-Xfrontend", "-sil-inline-caller-benefit-reduction-factor", "-Xfrontend", "20",
                "-Xllvm",
                "-sil-disable-pass=array-property-opt,loop-unroll,loop-rotate,closure-specialize,capture-prop,"
                    + "function-signature-opts",
            ])
        ] : [])

/// How the device half's C is compiled: for size, where it is part of an Embedded program.
let deviceCSettings: [CSetting] =
    embedded
    ? [
        .define("HANSA_KERNELS_SMALL"), .define("NDEBUG"),
        // Nothing unwinds: there is no exception on the device and no debugger.
        .unsafeFlags([
            "-Os", "-ffunction-sections", "-fdata-sections", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables",
        ]),
    ] : []

/// The loops over a model's elements are compiled as they were measured: no link-time optimisation reaches into them.
let kernelCSettings: [CSetting] = deviceCSettings + (embedded ? [.unsafeFlags(["-fno-lto"])] : [])

/// A target of the device half: no Foundation, no existentials, typed throws.
func device(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: deviceSettings)
}

/// A target of the device half that computes nothing over a model's elements.
func coldDevice(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: coldDeviceSettings)
}

/// A target of the coordinator's, the simulator's or the tools' side.
func library(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: commonSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: dependencies,
        resources: resources,
        swiftSettings: commonSettings
    )
}

/// What a program of the Embedded build links beside its own targets.
///
/// Swift's tables of Unicode (35 KB) are not among it: `==`, `<` or `hash` of a String, or a Character, do not link; the
/// device half compares bytes (``String/isSame(as:)``).
let embeddedLinkerSettings: [LinkerSetting] =
    embedded
    ? [
        .unsafeFlags(
            ["-L" + (Context.environment["HANSA_EMBEDDED_LIB"] ?? ""), "-use-ld=lld"]
                // The table of relocations is packed, which asks for glibc 2.36 at run time. Instructions that recur
                // in the whole program become functions, a call stays a call where that is smaller, and values that
                // are made in one instruction are made where they are used, not kept in registers and on the stack.
                + [
                    "--icf=all", "-z", "pack-relative-relocs", "-mllvm", "-enable-machine-outliner=always",
                    "-mllvm", "-inline-threshold=0", "-mllvm", "-disable-machine-licm",
                    "-mllvm", "-split-spill-mode=size",
                ].flatMap { ["-Xlinker", $0] }
        ),
        .linkedLibrary("m"),
    ] : []

var targets: [Target] = [
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .target(
        name: "CHansaKernels",
        cSettings: [.treatAllWarnings(as: .error)] + kernelCSettings,
        linkerSettings: [.linkedLibrary("m")]
    ),
    device("HansaNumerics", ["CHansaKernels"]),
    device("HansaQuantization", ["HansaNumerics", "CHansaKernels"]),
    device("HansaPrivacy", ["HansaNumerics", "CHansaKernels", "COpenSSL"]),
    device("HansaCore", ["HansaNumerics", "HansaPrivacy", "HansaQuantization", "COpenSSL"]),
    device("HansaDense", ["HansaCore", "HansaNumerics", "CHansaKernels"]),
    coldDevice("HansaClient", ["HansaCore", "HansaNumerics", "HansaPrivacy", "HansaQuantization"]),
    .systemLibrary(name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
    .target(name: "CHansaProto", dependencies: ["CProtobufC"], cSettings: deviceCSettings),
    .target(name: "CPosix", cSettings: [.treatAllWarnings(as: .error)] + deviceCSettings),
    coldDevice("HansaWire", ["HansaCore", "HansaNumerics"]),
    coldDevice("HansaClientWire", ["HansaWire", "HansaCore", "HansaNumerics", "CHansaProto", "CProtobufC"]),
    coldDevice(
        "HansaClientTransport",
        [
            "HansaClient", "HansaClientWire", "HansaWire", "HansaDense", "HansaCore", "HansaNumerics",
            "HansaPrivacy", "HansaQuantization", "COpenSSL", "CPosix",
        ]
    ),
    .executableTarget(
        name: "hansa-client",
        dependencies: ["HansaClientTransport", "CPosix"],
        swiftSettings: coldDeviceSettings,
        linkerSettings: embeddedLinkerSettings
    ),
]

if embedded {
    targets.append(
        .executableTarget(
            name: "EmbeddedProbe",
            dependencies: [
                "HansaClientWire", "HansaWire", "HansaClient", "HansaDense", "HansaCore", "HansaNumerics",
                "HansaQuantization",
            ],
            swiftSettings: deviceSettings,
            linkerSettings: embeddedLinkerSettings
        )
    )
}

if !embedded && !fuzzing && !auditing {
    targets += [
        tests("HansaNumerics", ["HansaNumerics", "CHansaKernels"], resources: [.copy("Vectors")]),
        tests(
            "HansaQuantization",
            ["HansaQuantization", "HansaNumerics", "CHansaKernels"],
            resources: [.copy("Vectors")]
        ),
        .target(
            name: "PrivacyTestSupport",
            dependencies: ["HansaPrivacy"],
            path: "Tests/PrivacyTestSupport",
            resources: [.copy("Vectors")],
            swiftSettings: commonSettings
        ),
        tests(
            "HansaPrivacy",
            ["HansaPrivacy", "HansaNumerics", "CHansaKernels", "PrivacyTestSupport"],
            resources: [.copy("Vectors")]
        ),
        tests("HansaCore", ["HansaCore", "HansaNumerics", "HansaPrivacy", "HansaQuantization", "CHansaKernels"]),
        .target(
            name: "TrainingTestSupport",
            dependencies: ["HansaCore"],
            path: "Tests/TrainingTestSupport",
            resources: [.copy("Vectors")],
            swiftSettings: commonSettings
        ),
        tests(
            "HansaDense",
            [
                "HansaDense", "HansaCore", "HansaNumerics", "HansaQuantization", "CHansaKernels",
                "TrainingTestSupport",
            ],
            resources: [.copy("Vectors")]
        ),
        tests("HansaClient", ["HansaClient", "HansaCore", "HansaNumerics", "HansaPrivacy", "HansaQuantization"]),
        .target(
            name: "WireTestSupport",
            dependencies: ["HansaWire"],
            path: "Tests/WireTestSupport",
            swiftSettings: commonSettings
        ),
        tests("HansaWire", ["HansaWire", "HansaCore", "HansaNumerics", "HansaQuantization", "WireTestSupport"]),
        tests(
            "HansaClientWire",
            [
                "HansaClientWire", "HansaWire", "HansaCore", "HansaNumerics", "HansaQuantization", "CHansaProto",
                "WireTestSupport",
            ]
        ),
        tests(
            "HansaClientTransport",
            [
                "HansaClientTransport", "HansaClient", "HansaClientWire", "HansaWire", "HansaDense", "HansaCore",
                "HansaNumerics", "HansaPrivacy", "HansaQuantization", "COpenSSL", "CPosix",
            ]
        ),
    ]
}

let serverWire = library(
    "HansaServerWire",
    ["HansaWire", "HansaCore", "HansaNumerics", .product(name: "SwiftProtobuf", package: "swift-protobuf")]
)

let accounting = library("HansaAccounting", ["HansaPrivacy", "HansaQuantization", "HansaCore", "HansaNumerics"])

if auditing {
    targets += [
        accounting,
        .executableTarget(
            name: "AuditProbe",
            dependencies: ["HansaAccounting", "HansaCore", "HansaPrivacy"],
            path: "Auditing/AuditProbe",
            swiftSettings: commonSettings
        ),
    ]
}

if fuzzing {
    /// A decoder's fuzzer: libFuzzer has the loop, the target's `main.swift` what one input must hold.
    func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
        .executableTarget(
            name: name,
            dependencies: dependencies + ["FuzzDriver"],
            path: "Fuzzing/" + name,
            swiftSettings: commonSettings,
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]
        )
    }
    targets += [
        serverWire,
        .target(name: "FuzzDriver", path: "Fuzzing/FuzzDriver"),
        fuzzer("FuzzFrames", ["HansaWire"]),
        fuzzer("FuzzClientCodec", ["HansaClientWire", "HansaWire"]),
        fuzzer("FuzzServerCodec", ["HansaServerWire", "HansaWire"]),
        fuzzer("FuzzClientSession", ["HansaClientWire", "HansaWire", "HansaCore"]),
        fuzzer("FuzzServerSession", ["HansaServerWire", "HansaWire", "HansaCore"]),
        fuzzer("FuzzPlan", ["HansaCore", "HansaNumerics"]),
        fuzzer("FuzzPackedLayout", ["HansaCore", "HansaNumerics", "HansaQuantization"]),
        fuzzer("FuzzOutboxRecord", ["HansaClient", "HansaCore"]),
    ]
}

if !deviceOnly {
    targets += [
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        library("HansaResults", []),
        library("HansaReport", ["HansaResults"]),
        accounting,
        library("HansaAggregation", ["HansaCore", "HansaNumerics", "HansaPrivacy", "HansaQuantization"]),
        library(
            "HansaCoordinator",
            [
                "HansaAggregation", "HansaAccounting", "HansaCore", "HansaNumerics", "HansaPrivacy",
                "HansaQuantization",
                "HansaResults",
            ]
        ),
        library(
            "HansaStore",
            [
                "HansaCoordinator", "HansaAccounting", "HansaCore", "HansaPrivacy", "HansaResults",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
        // No .pc file comes with it; the module's map names the library.
        .systemLibrary(name: "CDNNL", providers: [.apt(["libdnnl-dev"])]),
        // Only with the trait MPI: Debian's mpi.pc is that of MPICH or of Open MPI.
        .systemLibrary(name: "CMPI", pkgConfig: "mpi", providers: [.apt(["libmpich-dev"])]),
        library("HansaLearning", ["HansaCore", "HansaNumerics", "CHansaKernels", "CZlib", "CDNNL"]),
        serverWire,
        library(
            "HansaServerTransport",
            [
                "HansaServerWire", "HansaWire", "HansaCoordinator", "HansaCore", "HansaNumerics",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        library(
            "HansaSimulation",
            [
                "HansaCoordinator", "HansaStore", "HansaClient", "HansaClientTransport", "HansaDense", "HansaLearning",
                "HansaAggregation", "HansaAccounting", "HansaCore", "HansaNumerics", "HansaPrivacy",
                "HansaQuantization", "HansaResults", "HansaReport", "HansaWire", "HansaClientWire", "HansaServerWire",
                .target(name: "CMPI", condition: .when(traits: ["MPI"])),
                .product(name: "Yams", package: "Yams"),
                .product(name: "HeapModule", package: "swift-collections"),
            ]
        ),
        library(
            "HansaTesting",
            [
                "HansaCore", "HansaNumerics", "HansaPrivacy", "HansaQuantization", "HansaAggregation",
                "HansaCoordinator",
                "HansaAccounting", "HansaResults",
            ]
        ),
        .executableTarget(
            name: "hansa",
            dependencies: [
                "HansaSimulation", "HansaLearning", "HansaCoordinator", "HansaStore", "HansaResults", "HansaReport",
                "HansaCore",
                "HansaAggregation", "HansaDense", "HansaNumerics", "HansaQuantization", "HansaServerTransport",
                "HansaServerWire", "HansaWire", "HansaAccounting", "HansaPrivacy", "HansaClient", "CPosix",
                .product(name: "Yams", package: "Yams"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: commonSettings
        ),
        tests("HansaResults", ["HansaResults"]),
        tests("HansaReport", ["HansaReport", "HansaResults"]),
        tests(
            "HansaAccounting",
            [
                "HansaAccounting", "HansaPrivacy", "HansaQuantization", "HansaCore", "HansaNumerics",
                "PrivacyTestSupport",
            ]
        ),
        tests(
            "HansaAggregation",
            ["HansaAggregation", "HansaTesting", "HansaCore", "HansaNumerics", "HansaQuantization"],
            resources: [.copy("Vectors")]
        ),
        tests(
            "HansaCoordinator",
            [
                "HansaCoordinator", "HansaAccounting", "HansaAggregation", "HansaTesting", "HansaCore",
                "HansaNumerics", "HansaPrivacy", "HansaQuantization", "HansaResults",
            ]
        ),
        tests(
            "HansaStore",
            [
                "HansaStore", "HansaCoordinator", "HansaAccounting", "HansaAggregation", "HansaTesting", "HansaCore",
                "HansaNumerics", "HansaPrivacy", "HansaQuantization", "HansaResults",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
        tests(
            "HansaLearning",
            ["HansaLearning", "HansaCore", "HansaNumerics", "TrainingTestSupport"],
            resources: [.copy("Vectors")]
        ),
        tests(
            "HansaSimulation",
            [
                "HansaSimulation", "HansaClient", "HansaClientTransport", "HansaCoordinator", "HansaStore",
                "HansaAggregation", "HansaTesting",
                "HansaLearning", "HansaDense", "HansaCore", "HansaNumerics", "HansaQuantization", "HansaResults",
            ]
        ),
        tests(
            "HansaServerWire",
            [
                "HansaServerWire", "HansaClientWire", "HansaWire", "HansaCore", "HansaNumerics", "HansaPrivacy",
                "HansaQuantization", "WireTestSupport", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]
        ),
        tests(
            "HansaServerTransport",
            [
                "HansaServerTransport", "HansaServerWire", "HansaClientWire", "HansaClientTransport", "HansaClient",
                "HansaWire", "HansaStore", "HansaCoordinator", "HansaAggregation", "HansaTesting", "HansaCore",
                "HansaNumerics", "HansaQuantization", "HansaResults", "COpenSSL", "CPosix",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        tests("Command", [.product(name: "Yams", package: "Yams"), .product(name: "GRDB", package: "GRDB.swift")]),
    ]
}

let swiftProtobuf = Package.Dependency.package(
    url: "https://github.com/apple/swift-protobuf.git",
    from: "1.39.0"
)

let package = Package(
    name: "hansa",
    products: deviceOnly
        ? [
            .library(name: "HansaQuantization", targets: ["HansaQuantization"]),
            .library(name: "HansaPrivacy", targets: ["HansaPrivacy"]),
        ]
        : [
            .executable(name: "hansa", targets: ["hansa"]),
            .executable(name: "hansa-client", targets: ["hansa-client"]),
            // With the modules whose types a strategy has in its hands.
            .library(name: "HansaAggregation", targets: ["HansaAggregation", "HansaCore", "HansaNumerics"]),
            .library(name: "HansaSimulation", targets: ["HansaSimulation", "HansaResults"]),
            .library(name: "HansaTesting", targets: ["HansaTesting"]),
            .library(name: "HansaQuantization", targets: ["HansaQuantization"]),
            .library(name: "HansaPrivacy", targets: ["HansaPrivacy"]),
        ],
    traits: [
        .trait(name: "MPI", description: "Simulations that several machines train: hansa simulate --mpi.")
    ],
    dependencies: deviceOnly
        ? (fuzzing ? [swiftProtobuf] : [])
        : [
            .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
            .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
            .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
            .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
            .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
            .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
            .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
            swiftProtobuf,
        ],
    targets: targets,
    swiftLanguageModes: [.v6]
)
