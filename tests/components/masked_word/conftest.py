"""The Masked word tab in a browser page that must have no errors; the counted model beside the small ones."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from components import downloads


@pytest.fixture
def with_counts(no_hub: None, small_with_counts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counted model stands beside the small ones."""
    monkeypatch.setattr(downloads, "EMBEDDED_FOLDER", small_with_counts)


@pytest.fixture
def visit(open_tab: Any) -> Any:
    """visit("I [MASK] a dog", model="…", phone=True) -> a page with its first answer."""

    def open_page(text: str = "", model: str = "", phone: bool = False, dark: bool = False, more: str = "") -> Any:
        asked = {"text": text, "model": model} | dict(parse_qsl(more))
        first = "[data-panel]:not([hidden])" if "section=" in more else "button.row"
        return open_tab("masked-word", first, phone, dark, **asked)

    return open_page
