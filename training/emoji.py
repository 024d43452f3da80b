"""a folder of emoji -> their pictures, names and keywords, and what is held back from training.

Nothing of it is shipped: the pictures are Noto Emoji (Apache-2.0), the names Unicode CLDR's (Unicode licence).

Held back, and always the same: `NEVER` emoji of which neither picture nor name is ever shown (is a name found for a
picture that is new?), and of one pair in twenty of the other emoji and the languages the name and all keywords (is a
picture found in Tamil whose name was only told in the other fourteen?).
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from unicodedata import normalize

import numpy as np
from PIL import Image

LANGUAGES = ("hi", "bn", "mr", "te", "ta", "gu", "ur", "kn", "or", "ml", "pa", "as", "ne", "sd", "en")
NEVER = 100  # emoji
HELD_BACK = 0.05  # of the pairs of emoji and language
SIDE = 72  # pixels of an emoji


@dataclass(frozen=True)
class Emoji:
    """One of them: its sign, and for each language its name and its keywords (the name left out)."""

    sign: str
    names: dict[str, str]
    keywords: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Sheet:
    """All of them, in the order of their code points, so that likes stand together: flags, clocks, faces."""

    emoji: tuple[Emoji, ...]
    pictures: np.ndarray  # emoji x 4 x 72 x 72, uint8: red, green, blue, alpha

    @cached_property
    def never(self) -> tuple[int, ...]:
        """Numbers of those that training never sees."""
        numbers = list(range(len(self.emoji)))
        random.Random("never").shuffle(numbers)
        return tuple(sorted(numbers[: min(NEVER, len(numbers) // 4)]))

    @cached_property
    def seen(self) -> tuple[int, ...]:
        """Numbers of all the others."""
        never = set(self.never)
        return tuple(number for number in range(len(self.emoji)) if number not in never)

    @cached_property
    def by_sign(self) -> dict[str, Emoji]:
        """Those that training sees."""
        return {self.emoji[number].sign: self.emoji[number] for number in self.seen}


def read(folder: Path) -> Sheet:
    """`annotations.json` and `png/` of the folder; raises SystemExit if they are not there."""
    file = folder / "annotations.json"
    if not file.is_file():
        raise SystemExit(f"There are no emoji in {folder}: it should hold annotations.json and png/.")
    found = json.loads(file.read_text(encoding="utf-8"))
    emoji, pictures = [], []
    for sign, facts in found.items():
        names = {code: normalize("NFC", facts[code]["name"]) for code in LANGUAGES if code in facts}
        words = {code: [normalize("NFC", each) for each in facts[code]["keywords"]] for code in names}
        emoji.append(
            Emoji(sign, names, {code: tuple(w for w in all if w != names[code]) for code, all in words.items()})
        )
        with Image.open(folder / "png" / facts["png"]) as image:
            pictures.append(np.asarray(image.convert("RGBA").resize((SIDE, SIDE))).transpose(2, 0, 1))
    return Sheet(tuple(emoji), np.stack(pictures))


@cache
def is_held_back(sign: str, language: str) -> bool:
    """Was training never told what this emoji is called in this language?"""
    return random.Random(f"{sign} {language}").random() < HELD_BACK


def told(each: Emoji) -> tuple[str, ...]:
    """The languages in which training is told what it is."""
    return tuple(code for code in each.names if not is_held_back(each.sign, code))


def draw_numbers(sheet: Sheet, count: int, dice: random.Random, alike: float = 0.5, window: int = 24) -> list[int]:
    """`count` different emoji of those that may be seen; with the probability `alike`, neighbours by windows.

    A batch of neighbours (flags, clocks, women and men who run) asks for what parts them.
    """
    seen: Sequence[int] = sheet.seen
    count = min(count, len(seen))
    if dice.random() >= alike:
        return dice.sample(seen, count)
    numbers: dict[int, None] = {}
    while len(numbers) < count:
        first = dice.randrange(len(seen))
        numbers.update(dict.fromkeys(seen[first : first + window]))
    return list(numbers)[:count]
