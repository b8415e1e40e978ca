import Foundation
import Testing

@Suite("The other commands")
struct OtherCommandTests {
    @Test("The program tells its version, and every command its help")
    func help() throws {
        let version = try Command.run("--version")
        #expect(version.status == 0)
        #expect(version.output.hasPrefix("hansa "))
        for arguments in [
            [], ["simulate"], ["compare"], ["data", "fetch"], ["data", "list"], ["data", "partition"],
            ["scenario", "check"],
        ] {
            let launched = try Command.launch(arguments + ["--help"])
            let help = try Command.finish(launched)
            #expect(help.status == 0)
            #expect(help.output.contains("USAGE: hansa"), "\(help.output)")
        }
        #expect(try Command.run("simulat").status == 64)
    }

    @Test("The checked scenario is a scenario of the same run")
    func scenarioCheck() throws {
        let folder = try TemporaryFolder()
        let scenario = try folder.write("data: {name: digits}\nround: {share: 0.2}", to: "one.yaml")
        let check = try Command.run("scenario", "check", scenario)
        #expect(check.status == 0, "\(check.errors)")
        #expect(check.output.contains("cohort: 20"))
        let stated = try folder.write(check.output, to: "two.yaml")
        #expect(try Command.run("scenario", "check", stated).output == check.output)
        let plain = try Command.run("scenario", "check", scenario, "--without-data", "--set", "data.name=mnist")
        #expect(plain.output.contains("name: mnist"))
        #expect(try Command.run("scenario", "check", scenario, "--set", "data.nam=x").status == 64)
    }

    @Test("Data sets are listed with where they are")
    func list() throws {
        let list = try Command.run("data", "list")
        #expect(list.status == 0)
        #expect(list.output.contains("digits"))
        #expect(list.output.contains("hansa data fetch mnist"))
    }

    @Test("A split is drawn, pictured and written, and the written one gives the same run")
    func partition() throws {
        let folder = try TemporaryFolder()
        let options = ["--set", "partition.kind=dirichlet", "--set", "partition.clients=5"]
        let launched = try Command.launch(
            ["data", "partition", "digits", "--plot", "--out", folder.file("split"), "--svg", folder.file("split.svg")]
                + options
        )
        let split = try Command.finish(launched)
        #expect(split.status == 0, "\(split.errors)")
        #expect(split.output.contains("5 clients, 1438 samples"), "\(split.output)")
        #expect(!split.output.contains("\u{1B}"))
        #expect(try String(contentsOfFile: folder.file("split.svg"), encoding: .utf8).hasPrefix("<svg"))
        #expect(FileManager.default.fileExists(atPath: folder.file("split/client-00004/features.npy")))
        let again = try Command.run("data", "partition", "digits", "--out", folder.file("split"))
        #expect(again.status == 73)
        let stored = try Command.run(
            "data",
            "partition",
            "digits",
            "--set",
            "partition.kind=file",
            "--set",
            "partition.folder=\(folder.file("split"))",
            "--plot"
        )
        #expect(stored.status == 0, "\(stored.errors)")
        let bars = { (text: String) in text.split(separator: "\n").filter { $0.contains("|") } }
        #expect(bars(stored.output) == bars(split.output))
    }

    @Test("Held-out samples are written beside their client's, and the heading tells of them")
    func heldOut() throws {
        let folder = try TemporaryFolder()
        let options = [
            "data.client-test=0.25", "partition.kind=classes", "partition.clients=10", "partition.per-client=2",
            "partition.feature-skew={rotation: 4}",
        ]
        let launched = try Command.launch(
            ["data", "partition", "digits", "--plot", "--out", folder.file("split")]
                + options.flatMap { ["--set", $0] }
        )
        let split = try Command.finish(launched)
        #expect(split.status == 0, "\(split.errors)")
        #expect(split.output.contains("digits, classes, classes_per_client 2, rotation 4, seed 1, without 3"))
        #expect(split.output.contains("sizes") && split.output.contains("entropies"), "\(split.output)")
        for name in ["features", "labels", "test-features", "test-labels"] {
            #expect(FileManager.default.fileExists(atPath: folder.file("split/client-00009/\(name).npy")))
        }
    }

    @Test("A data set that no address gives says how to come by it")
    func unpublished() throws {
        let folder = try TemporaryFolder()
        let fetch = try Command.run("data", "fetch", "har", "--data", folder.path)
        #expect(
            fetch.status != 0 && fetch.errors.contains("train-signals-idx3-short.gz: got no address"),
            "\(fetch.errors)"
        )
        let list = try Command.run("data", "list")
        #expect(list.output.contains("hansa data fetch heart-disease") || list.output.contains("/heart-disease"))
    }

    @Test("An unknown data set is told with the known ones, an unreachable one with every address")
    func fetch() throws {
        let unknown = try Command.run("data", "fetch", "minst")
        #expect(unknown.status == 64)
        #expect(unknown.errors.contains("digits, mnist, fashion-mnist"), "\(unknown.errors)")
        let folder = try TemporaryFolder()
        let closed = try Command.run("data", "fetch", "mnist", "--data", folder.path, "--mirror", "http://127.0.0.1:9")
        #expect(closed.status == 74)
        #expect(closed.errors.contains("127.0.0.1:9"), "\(closed.errors)")
    }
}
