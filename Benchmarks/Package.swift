// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that a build of Hansa never compiles it. Run with HANSA_DEVICE_ONLY=1, which spares the
// root package its dependencies.
let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "hansa", path: "../")],
    targets: [
        .executableTarget(
            name: "KernelBenchmark",
            dependencies: [.product(name: "HansaQuantization", package: "hansa")]
        ),
        .executableTarget(
            name: "SamplerBenchmark",
            dependencies: [.product(name: "HansaPrivacy", package: "hansa")]
        ),
    ],
    swiftLanguageModes: [.v6]
)
