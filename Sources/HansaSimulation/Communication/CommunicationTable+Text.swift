extension CommunicationTable {
    /// The table for reading.
    public var text: String {
        var lines = [
            ["schedule", "bits down", "bits up", "alpha", "paper down", "paper up", "saved", "payloads", "saved"]
        ]
        for row in rows {
            lines.append([
                row.schedule, Figures.decimal(row.widthDown, places: 3), Figures.decimal(row.widthUp, places: 3),
                row.importance.map { Figures.decimal($0, places: 3) } ?? "-",
                Figures.bytes(Int(row.paperBytesDown)), Figures.bytes(Int(row.paperBytesUp)),
                Figures.decimal(row.paperReduction, places: 2) + " %", Figures.bytes(row.payloadBytes),
                Figures.decimal(row.payloadReduction, places: 2) + " %",
            ])
        }
        let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        var text = ""
        for line in lines {
            var joined = line[0] + String(repeating: " ", count: widths[0] - line[0].count)
            for (cell, width) in zip(line, widths).dropFirst() {
                joined += "  " + String(repeating: " ", count: width - cell.count) + cell
            }
            text += joined + "\n"
        }
        return text
    }
}
