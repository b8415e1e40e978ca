/// How a page looks: quiet type, one column on a telephone, two where there is room.
enum PageStyle {
    static let rules = """
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,\
        "Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
        main{max-width:70rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
        h1{font-size:1.9rem;line-height:1.2;font-weight:650;letter-spacing:-.01em;margin:0;overflow-wrap:anywhere}
        h2{font-size:1.15rem;font-weight:650;margin:3rem 0 1rem;padding-top:1.25rem;border-top:1px solid var(--line)}
        p{margin:.4rem 0;max-width:46rem}
        .lead,.quiet{color:var(--muted)}
        .quiet{font-size:.875rem}
        .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:1.25rem 1.5rem;margin:2rem 0 0}
        .figures div{border-top:2px solid var(--s0);padding-top:.5rem}
        .figures dt{color:var(--muted);font-size:.8125rem}
        .figures dd{margin:0;font-size:1.45rem;font-weight:600;font-variant-numeric:tabular-nums;line-height:1.3}
        .figures dd small{display:block;font-size:.8125rem;font-weight:400;color:var(--muted)}
        .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,27rem),1fr));gap:2.25rem 2.5rem}
        figure{margin:0;min-width:0}
        figure .chart{display:block;width:100%;height:auto;max-width:38rem}
        figcaption{color:var(--muted);font-size:.8125rem;margin-top:.25rem;max-width:36rem}
        details{margin:1rem 0}
        summary{cursor:pointer;color:var(--s0);font-size:.9375rem}
        .scroll{overflow-x:auto;margin:.75rem 0}
        table{border-collapse:collapse;font-size:.8125rem;font-variant-numeric:tabular-nums}
        caption{text-align:left;color:var(--muted);padding-bottom:.4rem}
        th,td{text-align:right;padding:.25rem .75rem;border-bottom:1px solid var(--line);white-space:nowrap}
        th{font-weight:600;color:var(--muted)}
        th:first-child,td:first-child{text-align:left;padding-left:0}
        .facts th,.facts td{text-align:left;white-space:normal;overflow-wrap:anywhere;vertical-align:top}
        .facts th{white-space:nowrap;padding-left:0}
        pre{background:var(--code);border-radius:6px;padding:.9rem 1rem;overflow-x:auto;font:.8125rem/1.5 ui-monospace,\
        SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;margin:.75rem 0}
        code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em}
        :root{--code:#f4f6f8}
        @media (prefers-color-scheme:dark){:root{--code:#1d2228}}
        @media (max-width:32rem){main{padding:1.5rem 1rem 3rem}h1{font-size:1.5rem}.figures{gap:1rem}\
        .figures dd{font-size:1.2rem}}
        @media print{main{max-width:none;padding:0}details{display:none}}

        """
}
