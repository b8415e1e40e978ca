// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "custom-strategy",
    dependencies: [.package(name: "hansa", path: "../..")],
    targets: [
        .target(name: "MajorityVote", dependencies: [.product(name: "HansaAggregation", package: "hansa")]),
        .executableTarget(
            name: "simulate-majority",
            dependencies: ["MajorityVote", .product(name: "HansaSimulation", package: "hansa")]
        ),
        .testTarget(
            name: "MajorityVoteTests",
            dependencies: ["MajorityVote", .product(name: "HansaTesting", package: "hansa")]
        ),
    ],
    swiftLanguageModes: [.v6]
)
