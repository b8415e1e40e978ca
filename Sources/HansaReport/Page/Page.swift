/// A web page that needs nothing but itself: no scripts, no other files.
struct Page {
    let title: String
    let language = "en"
    private var body: [String] = []

    init(title: String) { self.title = title }

    /// Adds finished markup.
    mutating func add(_ markup: String) { body.append(markup) }

    mutating func heading(_ text: String) { add(Markup.element("h2", Markup.escaped(text))) }

    /// A paragraph, in which what is between backticks is set as code.
    mutating func paragraph(_ text: String, style: String = "") {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        let markup = parts.enumerated().map { index, part in
            let text = Markup.escaped(String(part))
            return index % 2 == 1 && index < parts.count - 1 ? Markup.element("code", text) : text
        }.joined()
        add(style.isEmpty ? Markup.element("p", markup) : Markup.element("p", ["class": style], markup))
    }

    mutating func code(_ text: String) {
        add(Markup.element("pre", ["tabindex": "0"], Markup.element("code", Markup.escaped(text))))
    }

    /// Pictures side by side, each with a remark below or none.
    mutating func charts(_ charts: [(svg: String, caption: String)]) {
        guard !charts.isEmpty else { return }
        let figures = charts.map { svg, caption in
            Markup.element(
                "figure",
                "\n" + svg + (caption.isEmpty ? "" : Markup.element("figcaption", Markup.escaped(caption)) + "\n")
            )
        }
        add("<div class=\"charts\">\n" + figures.joined(separator: "\n") + "\n</div>")
    }

    /// The figures that matter most.
    mutating func figures(_ figures: [(name: String, value: String, note: String)]) {
        let items = figures.map { name, value, note in
            "<div><dt>\(Markup.escaped(name))</dt><dd>\(Markup.escaped(value))"
                + (note.isEmpty ? "" : Markup.element("small", Markup.escaped(note))) + "</dd></div>"
        }
        add("<dl class=\"figures\">\n" + items.joined(separator: "\n") + "\n</dl>")
    }

    /// Names with their values.
    mutating func facts(_ rows: [(name: String, value: String)]) {
        let items = rows.map { name, value in
            "<tr><th scope=\"row\">\(Markup.escaped(name))</th><td>\(Markup.escaped(value))</td></tr>"
        }
        add("<div class=\"scroll\"><table class=\"facts\">\n" + items.joined(separator: "\n") + "\n</table></div>")
    }

    /// A table behind a line that opens it.
    mutating func table(_ summary: String, caption: String, head: [String], rows: [[String]], isOpen: Bool = false) {
        let heads = head.map { "<th scope=\"col\">\(Markup.escaped($0))</th>" }.joined()
        let lines = rows.map { row in "<tr>" + row.map { "<td>\(Markup.escaped($0))</td>" }.joined() + "</tr>" }
        add(
            "<details\(isOpen ? " open" : "")>\n\(Markup.element("summary", Markup.escaped(summary)))\n"
                + "<div class=\"scroll\" tabindex=\"0\"><table>\n\(Markup.element("caption", Markup.escaped(caption)))\n"
                + "<thead><tr>\(heads)</tr></thead>\n<tbody>\n\(lines.joined(separator: "\n"))\n</tbody>\n</table></div>\n"
                + "</details>"
        )
    }

    /// The whole file.
    var html: String {
        """
        <!DOCTYPE html>
        <html lang="\(language)">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline'">
        <title>\(Markup.escaped(title))</title>
        <style>
        \(ChartStyle.colours)\(ChartStyle.marks)\(PageStyle.rules)</style>
        </head>
        <body>
        <main>
        \(body.joined(separator: "\n"))
        </main>
        </body>
        </html>

        """
    }
}

extension Markup {
    /// An element without attributes.
    static func element(_ name: String, _ content: String) -> String { element(name, [:], content) }
}
