"""What the tests of the Caption and image tab share: small models of each kind, pictures, a page."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from PIL import Image

from components.caption_image import encoding, store
from components.caption_image.encoding import Memory
from components.caption_image.store import Picture

PICTURES = ("openai/clip-vit-base-patch32", "google/siglip2-base-patch16-224")
OURS = "pathshala-clip"


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing has been encoded yet."""
    for name in ("_pictures", "_captions", "_heads"):
        monkeypatch.setattr(encoding, name, Memory(1000))


@pytest.fixture
def three(forgotten: None) -> list[Picture]:
    """A dog, a train, and a small red square."""
    red = Picture("file:red", Image.new("RGB", (20, 20), (214, 40, 40)), 20, 20)
    return [store.sample("dog"), store.sample("train"), red]


@pytest.fixture
def visit(open_tab: Any) -> Any:
    """visit(phone=True, more="section=zero") -> a page with its first answer."""

    def open_page(phone: bool = False, dark: bool = False, more: str = "", until: str = "") -> Any:
        asked = dict(parse_qsl(more))
        first = until or ("[data-panel]:not([hidden])" if "section=" in more else ".pair")
        return open_tab("caption-image", first, phone, dark, **asked)

    return open_page


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A visitor's files: two pictures, and one that is none."""
    found = {name: tmp_path / name for name in ("red.png", "wide.jpg", "notes.txt")}
    Image.new("RGB", (64, 48), (214, 40, 40)).save(found["red.png"])
    Image.new("RGB", (300, 100), (40, 90, 214)).save(found["wide.jpg"])
    found["notes.txt"].write_text("no picture at all", encoding="utf-8")
    return found
