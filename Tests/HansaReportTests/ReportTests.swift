import Foundation
import FoundationXML
import HansaResults
import Testing

@testable import HansaReport

@Suite("Reports")
struct ReportTests {
    /// Whether a text is well-formed XML: every element closed, every name and value escaped.
    private func isWellFormed(_ text: String) -> Bool { XMLParser(data: Data(text.utf8)).parse() }

    @Test("A report has every picture that its run's lines allow, in the page and as files")
    func pictures() throws {
        let fixture = try ReportFixture()
        defer { fixture.remove() }
        try ReportFolder.write(of: fixture.path, to: fixture.path)
        #expect(fixture.plots == PlotName.all.map { $0 + ".svg" }.sorted())
        let page = try fixture.text(ReportFolder.pageFile)
        for name in PlotName.all {
            #expect(page.contains("id=\"\(name)-title\""), "\(name)")
            let file = try fixture.text("plots/\(name).svg")
            #expect(isWellFormed(file), "\(name)")
            #expect(file.contains("prefers-color-scheme:dark"))
        }
        #expect(page.contains("90.00 %"))
        #expect(page.contains(String(repeating: "ab", count: 32)))
        #expect(page.contains("hansa simulate scenario.yaml"))
        #expect(page.contains("digits, dirichlet, alpha 0.5, seed 7"))
    }

    @Test("The same files make the same report, wherever the folder lies")
    func repeatable() throws {
        let (one, other) = (try ReportFixture(), try ReportFixture())
        defer {
            one.remove()
            other.remove()
        }
        try ReportFolder.write(of: one.path, to: one.path)
        try ReportFolder.write(of: other.path, to: other.path)
        let page = try one.text(ReportFolder.pageFile)
        #expect(try other.text(ReportFolder.pageFile) == page)
        for plot in one.plots { #expect(try one.text("plots/" + plot) == other.text("plots/" + plot)) }
        try ReportFolder.write(of: one.path, to: one.path)
        #expect(try one.text(ReportFolder.pageFile) == page)
    }

    @Test("No text of a scenario becomes markup, and nothing is loaded from anywhere")
    func escaping() throws {
        let attack = "<script>alert('1')</script>\"><img src=x onerror=alert(2)>&amp;"
        let fixture = try ReportFixture(name: attack, scenario: "name: \"\(attack)\"\nseed: 7\n")
        defer { fixture.remove() }
        try ReportFolder.write(of: fixture.path, to: fixture.path)
        let page = try fixture.text(ReportFolder.pageFile)
        #expect(!page.contains("<script"))
        #expect(!page.contains("<img"))
        #expect(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"))
        #expect(page.contains("&amp;amp;"))
        #expect(page.contains("default-src 'none'"))
        for outside in ["src=", "href=", "@import", "url("] {
            // The texts above, escaped, are no attributes.
            let isLoaded = page.replacingOccurrences(of: "&lt;img src=x", with: "").contains(outside)
            #expect(!isLoaded, "\(outside)")
        }
    }

    @Test("A run without noise, clients' figures or a split has a report without those pictures, and loses older ones")
    func leaner() throws {
        let fixture = try ReportFixture()
        defer { fixture.remove() }
        try ReportFolder.write(of: fixture.path, to: fixture.path)
        #expect(fixture.plots.contains("accuracy-epsilon.svg"))
        let lines = (0...10).map { round in
            var line = ReportFixture.line(UInt32(round), isPrivate: false)
            (line.clients, line.drift, line.cost) = (nil, nil, nil)
            return line
        }
        let encoder = JSONEncoder()
        var metrics = Data()
        for line in lines { metrics += try encoder.encode(line) + Data([0x0A]) }
        try fixture.write(metrics, to: RunFiles.metricsFile)
        try FileManager.default.removeItem(atPath: fixture.path + "/" + RunFiles.partitionFile)
        try ReportFolder.write(of: fixture.path, to: fixture.path)
        #expect(
            fixture.plots == ["accuracy-bytes.svg", "accuracy-rounds.svg", "loss-bytes.svg", "loss-rounds.svg"]
        )
    }

    @Test("A run that is not at its end has a report, and a torn last line is left out")
    func unfinished() throws {
        let fixture = try ReportFixture(isFinished: false)
        defer { fixture.remove() }
        let metrics = try fixture.text(RunFiles.metricsFile)
        try fixture.write(Data((metrics + metrics.prefix(30)).utf8), to: RunFiles.metricsFile)
        try ReportFolder.write(of: fixture.path, to: fixture.path)
        #expect(try fixture.text(ReportFolder.pageFile).contains("Not at its end: round 10 so far."))
    }

    @Test("A damaged line of a finished run is told with its number")
    func damaged() throws {
        let fixture = try ReportFixture()
        defer { fixture.remove() }
        let metrics = try fixture.text(RunFiles.metricsFile)
        try fixture.write(Data((metrics + "{}\n").utf8), to: RunFiles.metricsFile)
        #expect(throws: ReportError.damaged(file: fixture.path + "/metrics.jsonl", line: 12)) {
            try ReportFolder.write(of: fixture.path, to: fixture.path)
        }
        #expect(throws: ReportError.missing(file: fixture.path + "/no/scenario.yaml")) {
            try ReportFolder.write(of: fixture.path + "/no", to: fixture.path)
        }
    }

    @Test("Several runs lie over each other, each curve with its run's name")
    func comparison() throws {
        let (one, other) = (try ReportFixture(name: "plain"), try ReportFixture(name: "private"))
        defer {
            one.remove()
            other.remove()
        }
        let target = one.path + "/both"
        try ReportFolder.write(comparing: [one.path, other.path], to: target)
        let page = try String(contentsOfFile: target + "/report.html", encoding: .utf8)
        #expect(page.contains("plain 90.0 %") && page.contains("private 90.0 %"))
    }

    @Test("A long run's curve has no more points than its picture has pixels, its extremes among them")
    func longRun() throws {
        var points: [LineChart.Point] = (0..<100_000).map { (Double($0), 0.5) }
        points[54_321].y = 0.9
        let chart = LineChart(
            title: "long",
            xLabel: "round",
            xFormat: .whole,
            yFormat: .percent,
            series: [.init(name: "", points: points, colour: 0)]
        )
        let svg = try #require(chart.drawing()).inline(name: "long")
        #expect(svg.utf8.count < 20_000)
        let path = try #require(svg.split(separator: "\n").first { $0.contains("class=\"curve") })
        let heights = path.split(separator: "L").compactMap { point in
            point.split(separator: " ").last.map { $0.filter { "0123456789.".contains($0) } }
        }
        #expect(Set(heights).count == 2)
    }

    @Test("Curves without finite points have no picture, and single points have one")
    func points() {
        func chart(_ points: [LineChart.Point]) -> LineChart {
            LineChart(
                title: "few",
                xLabel: "round",
                xFormat: .whole,
                yFormat: .number,
                series: [.init(name: "", points: points, colour: 0)]
            )
        }
        #expect(chart([]).drawing() == nil)
        #expect(chart([(1, .nan), (.infinity, 1)]).drawing() == nil)
        #expect(chart([(1, 2)]).drawing() != nil)
    }

    @Test("Of many classes the most frequent have colours, and of many clients the first have columns")
    func manyClasses() {
        var partition = ReportFixture.partition
        partition.histogram = (0..<150).map { $0 == 7 ? 1_000 : 10 + $0 / 10 }
        partition.clients = (0..<500).map { client in
            .init(histogram: (0..<150).map { $0 == client % 150 ? 5 : 0 }, labelEntropy: 0)
        }
        partition.clientCount = 100_000
        let svg = PartitionChart(partition: partition).drawing().inline(name: "many")
        #expect(svg.contains(">141 others<") && svg.contains(">class 7<") && !svg.contains(">class 6<"))
        #expect(svg.contains("clients 0 to 149 of 100\u{202F}000"))
        #expect(svg.utf8.count < 40_000)
    }

    @Test("A class that the totals do not have, or a client without samples, stops nothing")
    func oddPartition() {
        var partition = ReportFixture.partition
        partition.histogram = []
        partition.clients = [.init(histogram: [1, 2, 3], labelEntropy: .nan), .init(histogram: [], labelEntropy: 0)]
        #expect(!PartitionChart(partition: partition).drawing().inline(name: "odd").isEmpty)
    }
}
