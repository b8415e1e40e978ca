/// The colours and marks of all pictures, for light and dark grounds.
///
/// Series colours follow Okabe and Ito's palette for all kinds of colour vision, darkened or lightened until each has a
/// contrast of at least 4.5 to 1 to its ground; classes have Tol's muted palette, lightened for dark grounds.
enum ChartStyle {
    /// How many colours series and classes have.
    static let seriesCount = 6
    static let classCount = 10

    static let colours = """
        :root{color-scheme:light dark;--ground:#ffffff;--panel:#ffffff;--ink:#1c2126;--muted:#59636e;--line:#e2e6ea;\
        --base:#9aa4ae;--s0:#0067a5;--s1:#b84a00;--s2:#00734f;--s3:#96407a;--s4:#6b5d00;--s5:#4a4f57;\
        --k0:#332288;--k1:#88ccee;--k2:#44aa99;--k3:#117733;--k4:#999933;--k5:#ddcc77;--k6:#cc6677;--k7:#882255;\
        --k8:#aa4499;--k9:#bbbbbb}
        @media (prefers-color-scheme:dark){:root{--ground:#14171b;--panel:#191d22;--ink:#e6e9ec;--muted:#9aa5b1;\
        --line:#2a3037;--base:#5d6875;--s0:#5db7f0;--s1:#f59b50;--s2:#3ccb9c;--s3:#e490c6;--s4:#d9c645;--s5:#b4bcc6;\
        --k0:#7766d0;--k1:#88ccee;--k2:#44aa99;--k3:#3f9a5c;--k4:#999933;--k5:#ddcc77;--k6:#cc6677;--k7:#b0507f;\
        --k8:#c06ab2;--k9:#8a9099}}

        """

    static let marks: String = {
        var text = """
            .chart{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;\
            font-size:12px;fill:var(--ink);font-variant-numeric:tabular-nums}
            .chart .heading{font-size:14px;font-weight:600}
            .chart .tick,.chart .label,.chart .note{fill:var(--muted)}
            .chart .name{font-weight:500}
            .chart .grid{stroke:var(--line);stroke-width:1}
            .chart .base{stroke:var(--base);stroke-width:1}
            .chart .curve{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
            .chart .leader{stroke-width:1;stroke-dasharray:1 4;stroke-linecap:round}
            .chart .dashed{stroke-dasharray:5 4}
            .chart .mark{stroke:var(--ink);stroke-width:1.5}
            .chart .hit{fill:transparent}
            .chart .rest{fill:var(--base)}
            .chart .spread{opacity:.15}

            """
        for index in 0..<seriesCount {
            text += ".chart .l\(index){stroke:var(--s\(index))}.chart .f\(index){fill:var(--s\(index))}\n"
        }
        text += ".chart .wide{fill:var(--s0);opacity:.13}.chart .narrow{fill:var(--s0);opacity:.22}\n"
        for index in 0..<classCount { text += ".chart .k\(index){fill:var(--k\(index))}\n" }
        return text
    }()
}
