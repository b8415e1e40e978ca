import Foundation

/// The report's files beside a run's results.
public enum ReportFolder {
    public static let pageFile = "report.html"
    public static let plotFolder = "plots"

    /// Writes `report.html` and `plots/` of a result folder from its other files, there or elsewhere.
    public static func write(of folder: String, to target: String) throws(ReportError) {
        let figures = RunFigures(try RunFiles(folder: folder))
        try write(page: RunPage(figures).html, drawings: figures.drawings, to: target)
    }

    /// Writes a page that lays several runs' curves over each other, and its pictures, into a folder.
    public static func write(comparing folders: [String], to folder: String) throws(ReportError) {
        var runs: [RunFiles] = []
        for folder in folders { runs.append(try RunFiles(folder: folder)) }
        let comparison = Comparison(runs, folders: folders)
        try write(page: comparison.html, drawings: comparison.drawings, to: folder)
    }

    /// Writes a page with the mean curve of each group of runs, its pictures and finished tables, into a folder.
    public static func write(
        comparing groups: [RunGroup],
        title: String,
        tables: [ReportTable],
        to folder: String
    ) throws(ReportError) {
        let comparison = GroupComparison(groups, title: title, tables: tables)
        try write(page: comparison.html, drawings: comparison.drawings, to: folder)
    }

    private static func write(
        page: String,
        drawings: [(name: String, drawing: Drawing)],
        to folder: String
    ) throws(ReportError) {
        let plots = folder + "/" + plotFolder
        do {
            try FileManager.default.createDirectory(atPath: plots, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(file: plots, reason: error.localizedDescription)
        }
        let names = Set(drawings.map(\.name))
        for name in PlotName.all where !names.contains(name) {
            // A picture of an earlier report that this one does not have.
            try? FileManager.default.removeItem(atPath: "\(plots)/\(name).svg")
        }
        for (name, drawing) in drawings { try write(drawing.file(name: name), to: "\(plots)/\(name).svg") }
        try write(page, to: folder + "/" + pageFile)
    }

    private static func write(_ text: String, to path: String) throws(ReportError) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .unwritable(file: path, reason: error.localizedDescription)
        }
    }
}
