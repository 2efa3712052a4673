"""The basic check for browsers with scripts off (W14): a form in, a page out.  Everything of the text is escaped."""

from html import escape

from dlp.reports.verdict_json import snippet
from dlp.verdict import Action, Verdict

PAGE = """<!doctype html>
<html lang="zh-Hant-TW"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>檢查結果</title><link rel="stylesheet" href="/static/page.css"></head>
<body><header><h1>檢查結果</h1><p><a href="/">再檢查一次</a></p></header><main>
<p class="banner {style}" role="status">{banner}</p><ol>{items}</ol><h2>遮蔽版</h2><div class="marked">{masked}</div><p class="coverage">{coverage}</p>
</main></body></html>
"""


def result_page(verdict: Verdict, *, banner: str, coverage: str, masked: str) -> str:
    """The result as one page without scripts."""
    items = []
    for rule in sorted((r for r in verdict.rules if r.action >= Action.WARN), key=lambda r: -r.action):
        for index in rule.findings:
            finding = verdict.findings[index]
            reasons = "；".join(r.text for r in finding.reasons)
            items.append(
                f"<li><p class=head>{escape(rule.action.label)}　{escape(finding.label)}　〔{escape(rule.id)}〕</p><p>「{escape(snippet(verdict, finding))}」</p>"
                f"<p>{escape(rule.tell)}</p><p>為什麼：{escape(reasons)}（{escape('；'.join(rule.why))}）</p><p>改成：{escape(finding.masked)}　{escape(finding.fix)}</p></li>"
            )
    style = (
        "stop"
        if verdict.action >= Action.HOLD
        else "ask"
        if verdict.action >= Action.WARN or not verdict.complete
        else "ok"
    )
    return PAGE.format(
        style=style, banner=escape(banner), items="".join(items), masked=escape(masked), coverage=escape(coverage)
    )
