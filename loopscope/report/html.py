"""A report as one HTML file: the page of the LoopScope tab with everything it needs inside."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from typing import TYPE_CHECKING

from loopscope.report.bundle import bundle
from loopscope.tensorboard.page_files import STYLES, read_page_file

if TYPE_CHECKING:
    from loopscope.report.report import Report

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="generator" content="loopscope {version}">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<noscript><pre>{text}</pre></noscript>
<script type="application/json" id="report">{document}</script>
<script>{script}</script>
</body>
</html>
"""


def to_html(report: Report) -> str:
    """Return the page; it opens from disk, and fetches and runs nothing but its own script."""
    script = bundle("standalone.js", read_page_file)
    document = report.to_dict()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return PAGE.format(
        policy=f"default-src 'none'; base-uri 'none'; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'",
        version=html.escape(document["tool"]["version"]),
        title="LoopScope report",
        style="".join(read_page_file(name) for name in STYLES),
        text=html.escape(report.markdown(details=False)),
        # The only way out of a script element is through a tag, and every tag begins with this.
        document=json.dumps(document, allow_nan=False).replace("<", "\\u003c"),
        script=script,
    )
