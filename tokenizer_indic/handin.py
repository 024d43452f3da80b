"""Tokenizer -> what a student hands in: the texts of two Spaces (Python, and a page alone), and how to upload them.

The README states facts only: numbers from the tokenizer's own file, the pattern rule by rule. The student's reasons are
the student's to write, so the questions are left open. What is the same for everybody lies in kit/.
"""

import json
import re
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from typing import Any

from .aksharas import iterate_aksharas
from .errors import ExportError
from .javascript import alternatives_of, in_javascript, unassigned
from .scripts import LANGUAGES
from .segmenting import BROKEN, TOKEN, cost_of
from .splitting import PATTERNS, Pattern, Rule, split
from .storage import dumps
from .tokenizer import Tokenizer

FEWER_THAN = 5_000  # entries
MARK = 3.2  # UTF-8 bytes per token
LIMIT = 20_000  # characters of a text in the Spaces
SHOWN = 300  # characters of a rule of one's own in the README; all of it is in tokenizer_indic.json

QUESTIONS = (
    "Why did you choose this language and this text?",
    "What would a pattern made for English do to it? Give an example that you tried.",
    "Which token in your vocabulary surprised you, and why is it there?",
)

_KIT = resources.files(__package__) / "kit"


def kit_file(name: str) -> str:
    """The text of a file that all kits have in common."""
    return (_KIT / name).read_text(encoding="utf-8")


# -- facts ------------------------------------------------------------------------------------------------------------


def language_of(tokenizer: Tokenizer) -> str:
    """'Hindi'; the code itself for what is in no table."""
    return LANGUAGES[tokenizer.language].english if tokenizer.language in LANGUAGES else tokenizer.language


def figures_of(tokenizer: Tokenizer) -> list[tuple[str, dict[str, float]]]:
    """The measured ratios in the tokenizer's file: [("training text (in-sample)", {…}), ("held-out text", {…})]"""
    found = []
    for part, words in (("train", "training text (in-sample)"), ("heldout", "held-out text")):
        row = _inside(tokenizer.training, "figures", part, tokenizer.language)
        ratios = {name: _inside(row, name) for name in ("bytes_per_token", "characters_per_token")}
        if all(_is_number(ratio) for ratio in ratios.values()):
            found.append((words, {name: value for name, value in row.items() if _is_number(value)}))
    if not found:
        raise ExportError(
            f"{tokenizer.name!r} carries no measured figures in its own language, so a README would have to invent"
            " them: train it with `tokenizer-indic train`, which measures."
        )
    return found


LARGEST_FIGURE = 1e15  # a file may say anything


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < LARGEST_FIGURE


def _inside(facts: Any, *keys: str) -> Any:
    """facts[key][key]…, or None where there is no such thing: a file may say anything."""
    for key in keys:
        facts = facts.get(key) if isinstance(facts, dict) else None
    return facts


@dataclass(frozen=True)
class Check:
    """One requirement of the assignment: "4,999 entries", and whether that is as asked."""

    rule: str
    found: str
    holds: bool


def checks(tokenizer: Tokenizer) -> tuple[Check, Check, Check]:
    """The three requirements: size, ratio (on held-out text where there is some) and pattern. Raises ExportError where
    nothing was measured."""
    part, row = figures_of(tokenizer)[-1]
    ratio = row["bytes_per_token"]
    return (
        Check(f"fewer than {FEWER_THAN:,} entries", f"{len(tokenizer):,}", len(tokenizer) < FEWER_THAN),
        Check(f"a compression ratio of {MARK} or more", f"{ratio:.2f} bytes per token on {part}", ratio >= MARK),
        pattern_check(tokenizer.pattern, tokenizer.language, tokenizer.segmentation),
    )


def pattern_check(by: Pattern, language: str, segmentation: str = "merges") -> Check:
    """Was it made for the language? One of the student's own has to keep the aksharas of its sample sentence whole."""
    rule = "BPE with a split pattern made for the language"
    shipped = _shipped_as(by)
    if segmentation == "fewest":
        found = (
            "no pattern and no merges: it segments with the fewest tokens, across spaces, which the class does not ask"
        )
        return Check(rule, found, False)
    if shipped == "indic":
        return Check(rule, "`indic`, made for the scripts of India", True)
    if shipped:
        return Check(rule, f"`{shipped}`, which was not made for it", False)
    if torn := _torn(by, _sample(language)):
        return Check(rule, f"a pattern of its own, which cuts {torn}", False)
    return Check(rule, "a pattern of its own, which cuts no akshara of a sample sentence", True)


def _shipped_as(by: Pattern) -> str | None:
    """The name of the shipped pattern that this is, also if it was given as a regular expression."""
    return next((name for name, each in PATTERNS.items() if each.regex == by.regex), None)


def _torn(by: Pattern, text: str) -> str | None:
    """'हि into ह | ि' for the first akshara that a pattern cuts, or None."""
    end, cuts = 0, set()
    for piece in split(text, by):
        cuts.add(end := end + len(piece))
    for start, stop in iterate_aksharas(text):
        inside = [start, *(cut for cut in sorted(cuts) if start < cut < stop), stop]
        if len(inside) > 2:
            parts = " | ".join(text[a:b] for a, b in pairwise(inside))
            return f"{text[start:stop]} into {parts}"
    return None


def _sample(language: str) -> str:
    return LANGUAGES[language].sample if language in LANGUAGES else "नमस्ते"


# -- the pattern, rule by rule ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Compared:
    """A pattern beside the shipped one that it shares most rules with.

    `rules` are in the order in which they are tried: a shipped rule, or the text of one that is new.
    """

    title: str
    base: str | None  # the shipped pattern; None if nothing is shared
    rules: tuple[Rule | str, ...]
    missing: tuple[Rule, ...]  # rules of the shipped pattern that this one does not have


def compared(tokenizer: Tokenizer) -> Compared:
    """What the student changed: "`indic`, unchanged", or which rules are new and which are missing."""
    if tokenizer.segmentation == "fewest":
        return Compared("none", None, (), ())
    if name := _shipped_as(tokenizer.pattern):
        return Compared(f"`{name}`, unchanged", name, PATTERNS[name].rules, ())
    own = alternatives_of(tokenizer.pattern.regex)
    read = {name: _with_rules(own, shipped.rules) for name, shipped in PATTERNS.items()}
    shared = {name: [rule for rule in rules if isinstance(rule, Rule)] for name, rules in read.items()}
    base = max(shared, key=lambda name: len(shared[name]) / len(PATTERNS[name].rules))
    if not shared[base]:
        return Compared("my own", None, tuple(own), ())
    missing = tuple(rule for rule in PATTERNS[base].rules if rule not in shared[base])
    same = len(shared[base])
    title = f"my own; {same} of its {len(read[base])} rules {'is' if same == 1 else 'are'} as in `{base}`"
    return Compared(title, base, tuple(read[base]), missing)


def _with_rules(own: list[str], rules: tuple[Rule, ...]) -> list[Rule | str]:
    """Alternatives, in which those that are together a shipped rule are replaced by it."""
    found: list[Rule | str] = []
    at = 0
    while at < len(own):
        for rule in rules:
            parts = alternatives_of(rule.regex)
            if own[at : at + len(parts)] == parts:
                found.append(rule)
                at += len(parts)
                break
        else:
            found.append(own[at])
            at += 1
    return found


def _pattern_text(tokenizer: Tokenizer) -> str:
    if tokenizer.segmentation == "fewest":
        return (
            "There is none: each text is spelled with the fewest tokens, out of entries that may run across spaces"
            " (a shortest path, not merges)."
        )
    facts = compared(tokenizer)
    lines = [
        "Text is cut into pieces first, and merges happen inside a piece only. The rules, tried in this order:",
        "",
    ]
    for number, rule in enumerate(facts.rules, 1):
        if isinstance(rule, str):
            lines.append(f"{number}. **my own**: {_code(rule)}")
        else:
            as_there = "" if _shipped_as(tokenizer.pattern) else f" (as in `{facts.base}`)"
            lines.append(f"{number}. **{rule.name}**{as_there}: {rule.reason}")
    if facts.missing:
        names = ", ".join(f"**{rule.name}**" for rule in facts.missing)
        lines += ["", f"Rules of `{facts.base}` that are not among them as they are there: {names}."]
    return "\n".join(lines)


def _code(text: str) -> str:
    """As code in Markdown, whatever it holds; a long one is cut."""
    text = text.replace("\n", "\\n").replace("\r", "\\r")
    text = text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text):,} characters in all)"
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{ticks} {text} {ticks}" if text else "(nothing)"


# -- the papers -------------------------------------------------------------------------------------------------------


def readme(tokenizer: Tokenizer, space: str = "gradio") -> str:
    """README.md of the Space "gradio" or "static", with its front matter. Raises ExportError if the tokenizer was never
    measured."""
    figures = figures_of(tokenizer)
    held_out = any(part == "held-out text" for part, _ in figures)
    return kit_file("README.template.md").format(
        front=_front(tokenizer, space),
        title=title_of(tokenizer),
        language=language_of(tokenizer),
        count=f"{len(tokenizer):,}",
        made_of=_made_of(tokenizer),
        ratios="\n".join(f"| {part} | {_ratios(row)} |" for part, row in figures),
        missing="" if held_out else "\nNothing was measured on held-out text.",
        checks="\n".join(f"- [{'x' if each.holds else ' '}] {each.rule}: {each.found}" for each in checks(tokenizer)),
        pattern=compared(tokenizer).title,
        rules=_pattern_text(tokenizer),
        training=_training(tokenizer),
        files=_FILES[space],
        questions="\n\n".join(f"{number}. {question}" for number, question in enumerate(QUESTIONS, 1)),
    )


def title_of(tokenizer: Tokenizer) -> str:
    return f"{language_of(tokenizer)} tokenizer"


_FILES = {
    "gradio": "- `app.py` is the Space; it reads `about.json` and `tokenizer.json`.",
    "static": "- `index.html`, `page.js` and `style.css` are the page; `tokenizer.js` tokenizes, with `data.js`.",
}


def _front(tokenizer: Tokenizer, space: str) -> str:
    kind = {
        "gradio": ["sdk: gradio", "sdk_version: 6.31.0", 'python_version: "3.12"', "app_file: app.py"],
        "static": ["sdk: static", "app_file: index.html"],
    }
    title = json.dumps(title_of(tokenizer), ensure_ascii=False)
    head = [f"title: {title}", "emoji: 🔤", "colorFrom: green", "colorTo: blue"]
    return "\n".join(["---", *head, *kind[space], "license: apache-2.0", "---"])


def _made_of(tokenizer: Tokenizer) -> str:
    """'256 bytes, 4,742 merges (86 of them build characters from bytes), 1 special token'"""
    learned, special = len(tokenizer.merges) or len(tokenizer.entries), len(tokenizer.special_tokens)
    first = len(tokenizer) - 256 - learned - special
    if tokenizer.segmentation == "fewest":
        middle = f"{first:,} characters, {learned:,} longer entries"
    else:
        middle = f"{first + learned:,} merges ({first:,} of them build characters from bytes)"
    return f"256 bytes, {middle}, {special:,} special token{'' if special == 1 else 's'}"


def _ratios(row: dict[str, float]) -> str:
    tokens = f"{row['tokens']:,.0f}" if "tokens" in row else "not recorded"
    return f"{tokens} | {row['bytes_per_token']:.2f} | {row['characters_per_token']:.2f}"


def _training(tokenizer: Tokenizer) -> str:
    """The facts that the tokenizer's file holds, as a list."""
    sources, date = tokenizer.training.get("sources"), tokenizer.training.get("date")
    named = [_source(source) for source in sources] if isinstance(sources, list) else []
    row = _inside(tokenizer.training, "figures", "train", tokenizer.language)
    sizes = [
        f"{row[name]:,.0f} {name.replace('bytes', 'UTF-8 bytes')}"
        for name in ("words", "characters", "bytes")
        if isinstance(row, dict) and _is_number(row.get(name))
    ]
    learned = "entries that save most tokens" if tokenizer.segmentation == "fewest" else "byte-pair encoding"
    lines = [
        f"Learned with `tokenizer_indic`: {learned}.",
        f"Normalisation before anything else: {tokenizer.normalization or 'none'}.",
        *([f"Special tokens: {', '.join(map(_code, tokenizer.special_tokens))}."] if tokenizer.special_tokens else []),
        f"Size of the training text: {', '.join(sizes) or 'not recorded'}.",
        *([f"Date: {_line(date)}."] if isinstance(date, str) else []),
        "Text it was learned from:" if named else "Text it was learned from: not recorded.",
    ]
    return "\n".join([*(f"- {line}" for line in lines), *(f"  - {source}" for source in named)])


def _source(source: Any) -> str:
    if not isinstance(source, dict):
        return _line(source)
    licence = f" ({_line(source['licence'])})" if "licence" in source else ""
    return f"{_line(source.get('name', 'unnamed'))}{licence}"


def _line(value: Any) -> str:
    return " ".join(str(value).split())[:500]


@dataclass(frozen=True)
class Upload:
    """How one of the Spaces gets to Hugging Face: made once, then uploaded as often as one likes."""

    folder: str
    name: str
    create: str
    upload: str


def uploads(tokenizer: Tokenizer) -> tuple[Upload, Upload]:
    """`hf upload` makes a Space that is not there yet, but as a Gradio Space on a plain CPU, which needs a paid plan:
    hence two commands for each."""

    def upload(folder: str, name: str, kind: str) -> Upload:
        create = f"hf repos create {name} --type space --sdk {kind}"
        return Upload(folder, name, create, f"hf upload {name} {folder} . --type space")

    name = f"YOUR-NAME/{_slug(tokenizer)}"
    return upload("gradio", name, "gradio --flavor zero-a10g"), upload("static", f"{name}-page", "static")


def _slug(tokenizer: Tokenizer) -> str:
    name = re.sub("[^a-z0-9]+", "-", language_of(tokenizer).lower()).strip("-")[:40]
    return f"{name or 'my'}-tokenizer"


def instructions(tokenizer: Tokenizer) -> str:
    """HANDIN.md: how this becomes a Space."""
    steps = uploads(tokenizer)
    return kit_file("HANDIN.template.md").format(
        checks="\n".join(
            f"- {'holds' if each.holds else 'DOES NOT HOLD'}: {each.rule}: {each.found}" for each in checks(tokenizer)
        ),
        language=language_of(tokenizer),
        creates=_indented([each.create for each in steps]),
        uploads=_indented([each.upload for each in steps]),
        slug=_slug(tokenizer),
    )


def _indented(commands: list[str]) -> str:
    return "\n".join(f"       {command}" for command in commands)


# -- data for the Spaces ----------------------------------------------------------------------------------------------


def about(tokenizer: Tokenizer) -> dict[str, Any]:
    """What the Spaces say about the tokenizer."""
    measured = ", ".join(f"{row['bytes_per_token']:.2f} on {part}" for part, row in figures_of(tokenizer))
    return {
        "title": title_of(tokenizer),
        "code": tokenizer.language,
        "facts": f"{len(tokenizer):,} entries. UTF-8 bytes per token: {measured}.",
        "example": _sample(tokenizer.language),
        "direction": LANGUAGES[tokenizer.language].direction if tokenizer.language in LANGUAGES else "ltr",
        "limit": LIMIT,
    }


def data_js(tokenizer: Tokenizer) -> str:
    """data.js of the static Space, for tokenizer.js. Raises ExportError where JavaScript might cut elsewhere."""
    fewest = tokenizer.segmentation == "fewest"
    expression = None if fewest else in_javascript(tokenizer.pattern.regex)
    file = {key: value for key, value in json.loads(dumps(tokenizer)).items() if key != "training"}
    spelled = [*map(chr, range(128)), *tokenizer.characters, *tokenizer.entries] if fewest else []
    data = {
        "about": about(tokenizer),
        "tokenizer": file,
        "split": expression.source if expression else "",
        "classes": expression.classes if expression else {},
        "unassigned": unassigned(),
        "broken": "".join(str((cost_of(each) - TOKEN) // BROKEN) for each in spelled),
    }
    head = "// The tokenizer, and what its split pattern means by \\p{L}, \\s and the like. Made by tokenizer_indic.\n"
    return f"{head}globalThis.KIT = {json.dumps(data, ensure_ascii=False, separators=(',', ':'))};\n"
