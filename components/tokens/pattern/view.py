"""the five rows -> the section's HTML, JSON for view.js, and the same as Python. No gradio, no torch."""

from itertools import accumulate

import regex

from components.markup import Html, join, tag
from components.tokens.laboratory import Json
from components.tokens.pattern.compute import (
    JOINERS,
    ORDER,
    PATTERN_LIMIT,
    RULES_LIMIT,
    SECONDS,
    Comparison,
    Measured,
    Piece,
    Row,
    joined,
    rules_of,
)
from components.tokens.pattern.matching import LEFT_OVER
from tokenizer_indic.errors import ExportError
from tokenizer_indic.exporting import check_portable
from tokenizer_indic.scripts import INVISIBLE
from tokenizer_indic.splitting import PATTERNS, SENTENCE_ENDS, Rule

TITLES = {"gpt2": "GPT-2", "gpt4": "GPT-4", "o200k": "GPT-4o (o200k)", "indic": "indic, ours", "own": "yours"}
FIRST = "Point at a piece or a rule, tap it, or walk with the arrow keys: it tells which rule cut here, and why."
FLOOR = (
    "Merges stay inside a piece, so no vocabulary can make fewer tokens than there are pieces. Pieces ÷ words is the"
    " least fertility (tokens a word) that a pattern allows. Red: a mark torn from its letter."
)
LONGEST_SHOWN = 48  # characters of a piece, and twice that of a rule, that are shown
WHITE = {" ": "·", "\t": "⇥", "\n": "↵", "\r": "␍", "\u00a0": "NBSP"}

_SPACE = r"[^\S\r\n]+(?!\S)"
_REST = rf"[ ]?[^\s\p{{L}}\p{{M}}\p{{N}}\u200C\u200D{SENTENCE_ENDS}]+"
_TAIL = (r"[ ]?\p{N}{1,4}", _REST, r"[\r\n]", _SPACE, r"\s")
STARTERS = (
    (
        "indic, short",
        "indic in the fewest letters. The library's own also cuts where the script changes.",
        (r"[ ]?[\p{L}\p{M}\u200C\u200D]+", f"[ ]?[{SENTENCE_ENDS}]", *_TAIL),
    ),
    (
        "GPT-2's",
        "GPT-2's rules. \\p{L} has no marks, so vowel signs are torn off.",
        tuple(rule.regex for rule in PATTERNS["gpt2"].rules),
    ),
    (
        "+ marks",
        "With \\p{M} the vowel signs stay. ZWJ and ZWNJ still cut.",
        (r"[\p{L}\p{M}]+", r"\p{N}+", r"[^\s\p{L}\p{M}\p{N}]+", r"\s"),
    ),
    (
        "+ joiners",
        "With U+200C and U+200D no akshara is cut. But each space costs a token of its own.",
        (r"[\p{L}\p{M}\u200C\u200D]+", r"\p{N}+", r"[^\s\p{L}\p{M}\p{N}]+", r"\s"),
    ),
    (
        "+ space before",
        "[ ]? takes the space into the word behind it: one piece less for each word.",
        (r"[ ]?[\p{L}\p{M}\u200C\u200D]+", r"[ ]?\p{N}+", r"[ ]?[^\s\p{L}\p{M}\p{N}]+", r"\s"),
    ),
    (
        "spaces only",
        "Least of all, one piece a word: but है and है। are then two entries, and so is every word with a comma.",
        (r"[ ]?\S+", r"\s"),
    ),
    ("clusters", "\\X is a grapheme cluster: nothing is torn, and nothing can merge into words.", (r"\X",)),
    ("broken", "A bracket that is never closed: refused, with the place.", (r"[\p{L}\p{M}+", r"\s")),
    ("slow", "Every way to share out the text is tried: refused after a second.", (r"(?:.|..)+(?<=[#@])", r".")),
)

GLOSSARY = (
    (r"\p{Lu}", "a capital letter"),
    (r"\p{Ll}", "a small letter"),
    (r"\p{Lt}", "a title-case letter"),
    (r"\p{Lm}", "a modifier letter"),
    (r"\p{Lo}", "a letter without capitals: all of India's"),
    (r"\p{L}", "a letter (no matra, no virama)"),
    (r"\p{M}", "a mark: matra, virama, nukta, anusvara"),
    (r"\p{N}", "a digit or number"),
    (r"\u200C", "ZWNJ"),
    (r"\u200D", "ZWJ"),
    (r"\X", "a grapheme cluster"),
    (r"\s", "white space"),
    (r"\S", "anything else than white space"),
    (r"\r\n", "line breaks"),
    ("[^", "any character but these"),
    ("(?!", "if this does not follow"),
    ("(?=", "if this follows"),
    ("(?<=", "if this stands before"),
    ("(?i:", "capitals or not"),
    ("++", "one or more, never given back"),
    ("*+", "any number, never given back"),
    ("?+", "one or none, never given back"),
    ("$", "the end of the text"),
)
TIMES = {"+": "one or more", "*": "any number, or none", "?": "one, or none"}
QUANTIFIER = regex.compile(r"(?<![\\(+*?]|\{[\d,]+\})(?:[+*?](?![+?])|\{\d+,?\d*\})")


# -- what never changes ----------------------------------------------------------------------------


def panel() -> Html:
    """The section before any answer."""
    return join(
        tag(
            "div",
            tag("h2", "The pattern decides"),
            tag(
                "div",
                tag("button", "‹", type="button", class_="earlier", aria_label="The sentence before"),
                tag("span", "sentence 1 of 1", class_="which", role="status"),
                tag("button", "›", type="button", class_="next", aria_label="The next sentence"),
                class_="turning",
            ),
            class_="heading",
        ),
        tag("p", FLOOR, class_="floor"),
        tag("p", class_="pattern-says", role="status", aria_live="polite"),
        tag("div", class_="cuts", role="group", aria_label="One sentence under five patterns"),
        tag(
            "div",
            tag("div", class_="rules", role="toolbar", aria_label="Rules of the pattern"),
            tag(
                "div",
                tag("p", FIRST),
                class_="told",
                role="region",
                aria_label="What is told",
                aria_live="polite",
                tabindex=0,
            ),
            class_="explained",
        ),
        _editor(),
        tag("details", tag("summary", "The sample text"), tag("p", class_="sample", dir="auto"), class_="sampled"),
    )


def _editor() -> Html:
    starters = (tag("button", name, type="button", data_starter=number) for number, (name, _, _) in enumerate(STARTERS))
    return tag(
        "div",
        tag(
            "div",
            tag("label", "Your pattern, one rule a line, tried from the top", for_="pattern-own"),
            tag("span", f"0 / {PATTERN_LIMIT:,} characters", id="pattern-count", class_="count"),
            class_="label",
        ),
        tag("div", *starters, class_="starters", role="toolbar", aria_label="Patterns to start from"),
        tag(
            "textarea",
            id="pattern-own",
            class_="own",
            rows=7,
            dir="ltr",
            spellcheck="false",
            autocapitalize="off",
            autocomplete="off",
            wrap="off",
            aria_describedby="pattern-count pattern-verdict",
        ),
        tag("p", id="pattern-verdict", class_="verdict", role="status", aria_live="polite"),
        tag(
            "div",
            tag("button", "Train with it", type="button", class_="train"),
            tag(
                "p",
                f"At most {RULES_LIMIT} rules, and {SECONDS:g} s for the text and the sample.",
                class_="limits",
            ),
            class_="actions",
        ),
        class_="editor",
    )


def known() -> Json:
    """What view.js needs beside the answers."""
    return {
        "titles": TITLES,
        "order": [*ORDER, "own"],
        "first": FIRST,
        "limit": PATTERN_LIMIT,
        "starters": [{"name": name, "why": why, "own": "\n".join(rules)} for name, why, rules in STARTERS],
    }


# -- the answer ------------------------------------------------------------------------------------


def comparison_json(comparison: Comparison, own: str) -> Json:
    """{rows: [row…], own: row or null, refused, verdict, sentence, sentences, direction, sample, python}"""
    made = comparison.own
    return {
        "rows": list(map(row_json, comparison.rows)),
        "own": row_json(made) if made else None,
        "refused": comparison.refused,
        "verdict": _verdict(comparison),
        "pattern": joined(rules_of(own)) if made else "",
        "sentence": comparison.sentence,
        "sentences": comparison.sentences,
        "direction": comparison.direction,
        "sample": {
            "text": comparison.sample.text,
            "source": comparison.sample.source,
            "words": len(comparison.sample.text.split()),
        },
        "python": python(comparison, joined(rules_of(own)) if made else ""),
    }


def row_json(row: Row) -> Json:
    """A row with its figures as they are written, its rules and its pieces."""
    return {
        "name": row.name,
        "rules": [_rule(rule) for rule in row.rules],
        "shown": {
            "pieces": sum(piece.text.strip("\n") != "" for piece in row.pieces),
            "torn": sum(piece.torn > 0 for piece in row.pieces),
        },
        "pieces": [[start, *_piece(piece, row)] for start, piece in zip(_starts(row), row.pieces, strict=True)],
        "text": _figures(row.text),
        "sample": _figures(row.sample),
    }


def _starts(row: Row) -> list[int]:
    """Where each piece begins, counted from the first, in characters."""
    return list(accumulate((len(piece.text) for piece in row.pieces[:-1]), initial=0))[: len(row.pieces)]


def _figures(measured: Measured) -> Json:
    return {
        "pieces": measured.pieces,
        "torn": measured.torn,
        "broken": measured.broken,
        "words": measured.words,
        "fertility": f"{measured.fertility:.2f}" if measured.words else "–",
    }


def _rule(rule: Rule) -> Json:
    written = rule.regex
    if len(written) > 2 * LONGEST_SHOWN:
        written = f"{written[: 2 * LONGEST_SHOWN]}… ({len(rule.regex):,} characters)"
    return {"name": rule.name, "regex": written, "reason": rule.reason, "signs": signs(rule.regex)}


def signs(written: str) -> list[list[str]]:
    """r'\\p{L}+' -> [['\\p{L}', 'a letter (no matra, no virama)'], ['+', 'one or more']]: what stands in a rule."""
    found = [[sign, meaning] for sign, meaning in GLOSSARY if sign in written]
    for sign in dict.fromkeys(QUANTIFIER.findall(written)):
        found += [[sign, _times(sign)]]
    return found[:12]


def _times(sign: str) -> str:
    """'{1,3}' -> '1 to 3 times'"""
    if sign in TIMES:
        return TIMES[sign]
    least, comma, most = sign[1:-1].partition(",")
    if not comma:
        return f"{least} times"
    return f"{least} to {most} times" if most else f"{least} times or more"


def _piece(piece: Piece, row: Row) -> list[object]:
    """[the torn marks, the rest, taker, is an akshara cut, why it was cut so]"""
    lead, rest = piece.text[: piece.torn], piece.text[piece.torn :]
    return [_marks(lead), shown(rest), piece.taker, piece.broken, _why(piece, row)]


def _marks(lead: str) -> str:
    """'ि' -> '◌ि', ZWJ -> 'ZWJ': marks on a dotted circle, joiners by name."""
    parts = regex.findall(rf"[{JOINERS}]|[^{JOINERS}]+", lead)
    return " ".join(INVISIBLE.get(part, f"◌{part}") for part in parts)


def shown(text: str) -> str:
    """' हम' -> '·हम'. Invisible characters by name where they stand alone; inside a word they shape its letters."""
    if text and all(character in INVISIBLE for character in text):
        return " ".join(INVISIBLE[character] for character in text[:8])
    written = "".join(WHITE.get(character, character) for character in text[:LONGEST_SHOWN])
    return written + ("…" if len(text) > LONGEST_SHOWN else "")


def _why(piece: Piece, row: Row) -> str:
    """What is the matter with a piece, beside the rule that took it."""
    if piece.torn:
        what = "joiner" if piece.text[0] in JOINERS else "mark"
        return f"A {what} torn from the letter before it: no merge can bring the two together again."
    if piece.broken:
        return "It begins inside an akshara: a conjunct was cut, and no merge can bring it together again."
    if piece.taker == LEFT_OVER:
        return "No rule takes this. Our library keeps it as a piece; tiktoken would lose it."
    return ""


def _verdict(comparison: Comparison) -> str:
    """One sentence about the student's pattern, when it works."""
    own = comparison.own
    if own is None:
        return ""
    if own.left_over:
        return (
            f"It works, but no rule takes {own.left_over:,} characters of the text and the sample, and tiktoken would"
            " lose them. Add a last rule: (?s:.)"
        )
    torn = own.text.torn + own.sample.torn
    said = "It works, and no mark is torn from its letter."
    if torn:
        said = f"It works, but tears {torn:,} marks from their letters in the text and the sample."
    stays = _stays_here("|".join(rule.regex for rule in own.rules))
    return f"{said} But it cannot be handed in. {stays}" if stays else said


def _stays_here(regex: str) -> str:
    """Why a pattern that works here cannot leave with a tokenizer; "" if it can."""
    try:
        check_portable(regex)
    except ExportError as error:
        return str(error)
    return ""


def _literal(written: str) -> str:
    """A regular expression as Python: r"…" where that can be read, else quoted in full."""
    raw = f'r"{written}"'
    return raw if written.isprintable() and '"' not in written and not written.endswith("\\") else repr(written)


# -- the same as Python ----------------------------------------------------------------------------


def python(comparison: Comparison, own: str) -> str:
    """The figures and pieces without this page; `own` is the student's pattern, or ''."""
    names = "[" + ", ".join(f'"{name}"' for name in ORDER) + (", own]" if own else "]")
    return f"""import unicodedata

from tokenizer_indic.aksharas import iterate_aksharas
from tokenizer_indic.splitting import split

text = {comparison.text!r}
sample = {comparison.sample.text!r}
# {comparison.sample.source}
{f"own = {_literal(own)}" if own else "# no pattern of your own yet"}


def measure(text, pattern):
    pieces = split(text, pattern)
    inside = {{place for start, end in iterate_aksharas(text) for place in range(start + 1, end)}}
    place, torn = 0, 0
    for piece in pieces:
        is_mark = unicodedata.category(piece[0])[0] == "M" or piece[0] in "\\u200c\\u200d"
        torn += place in inside and is_mark and piece.strip("\\n") != ""
        place += len(piece)
    pieces = [piece for piece in pieces if piece.strip("\\n")]  # line feeds are not counted
    return pieces, torn, len(pieces) / max(1, len(text.split()))


for name in {names}:
    pieces, torn, fertility = measure(text, name)
    print(name, "pieces:", len(pieces), "torn marks:", torn)
    print("  least fertility: text %.2f, sample %.2f" % (fertility, measure(sample, name)[2]))
    print(" ", "|".join(pieces))
"""
