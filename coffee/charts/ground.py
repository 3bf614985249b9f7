"""Backgrounds of charts and the colours of words on them, light and dark, at least 4.5 : 1 (WCAG 2.2, 1.4.3)."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ground:
    """A background and the colours of words on it. Charts leave them open; the page that shows a chart sets them."""

    paper: str
    ink: str
    quiet: str

    @property
    def config(self) -> dict[str, Any]:
        """The colours as Vega-Lite's `config`. The style `halo` goes behind words on lines."""
        guide = {"labelColor": self.quiet, "titleColor": self.quiet}
        return {
            "text": {"color": self.ink},
            "style": {"halo": {"stroke": self.paper, "strokeWidth": 4, "strokeJoin": "round"}},
            "axis": guide,
            "legend": guide,
        }


LIGHT = Ground("#ffffff", "#0f1720", "#4a5560")
DARK = Ground("#12181f", "#e8edf2", "#b9c3cc")
