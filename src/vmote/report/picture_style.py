# SPDX-License-Identifier: Apache-2.0
"""How a picture looks: in the run's page, which follows the reader's colours, and on any other page."""

from __future__ import annotations

RULES = """\
svg.picture{width:100%;height:auto;display:block}
svg.picture text{font:11px system-ui,sans-serif;fill:var(--soft)}svg.picture .title{fill:var(--ink)}
svg.picture .inband{fill:#fff;font-weight:600}
svg.picture .panel{fill:none;stroke:var(--line)}svg.picture .grid{stroke:var(--line);stroke-width:.7}
svg.picture .curve{fill:none;stroke:var(--curve);stroke-width:1.6;stroke-linejoin:round}
svg.picture .envelope{fill:var(--curve);stroke:var(--curve);stroke-width:.9;opacity:.75}
svg.picture .truth{fill:var(--truth)}svg.picture .pass{fill:var(--pass)}svg.picture .fail{fill:var(--fail)}
svg.picture .skip{fill:var(--skip)}svg.picture .led{fill:var(--led)}svg.picture .hit{fill:var(--hit)}
svg.picture .quiet{fill:var(--quiet)}svg.picture .chosen{stroke:var(--ink);stroke-width:2.5}
svg.picture .feature{fill:none;stroke-width:1.6;stroke-linejoin:round}
svg.picture .feature.f0{stroke:var(--curve)}svg.picture .feature.f1{stroke:var(--hit)}
svg.picture .feature.f2{stroke:var(--truth)}
svg.picture .dot.f0{fill:var(--curve)}svg.picture .dot.f1{fill:var(--hit)}svg.picture .dot.f2{fill:var(--truth)}"""

LIGHT = """\
--ink:#1c2733;--soft:#5d6b7a;--line:#d9e0e7;--paper:#fff;--panel:#f6f8fa;--curve:#0b6bcb;\
--truth:#8f6fd1;--pass:#1a7f4b;--fail:#c62f3b;--skip:#8a7a35;--hit:#d9650a;--quiet:#7e8b99;--led:#e3a008"""


def standalone(svg: str) -> str:
    """Return a picture with its own colours, for a page that knows nothing of it."""
    style = f"<style>svg.picture{{{LIGHT};background:#fff;max-width:960px}}{RULES}</style>"
    head, end, rest = svg.partition(">")
    return f"{head}{end}{style}{rest}"
