"""The Attention tab in a browser page that must have no errors."""

from typing import Any

import pytest


@pytest.fixture
def visit(open_tab: Any) -> Any:
    """visit("The cat …", section="inside", phone=True) -> a page with its first picture."""
    drawn = {
        "": ".plot[data-drawn]",
        "heatmap": ".plot[data-drawn]",
        "inside": "table.numbers",
        "heads": ".thumbnail",
        "lines": ".stage[data-drawn]",
        "meanings": ".near-list",
        "masks": ".weight-plot[data-drawn]",
        "positions": ".distance-plot[data-drawn]",
        "compare": ".other-plot[data-drawn]",
        "inputs": ".inputs-table table",
    }

    def open_page(text: str = "", section: str = "", phone: bool = False, dark: bool = False, **more: str) -> Any:
        until = f"#pathshala-attention {drawn[section]}"
        return open_tab("attention", until, phone, dark, text=text, section=section, **more)

    return open_page
