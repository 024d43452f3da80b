"""four stages -> the section's HTML, and JSON for view.js. No gradio, no torch."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from components.downloads import readable_size
from components.markup import Html, join, tag
from components.tokens.laboratory import Json
from components.tokens.presets import Preset
from components.tokens.stages.compute import (
    LIMIT,
    SECOND_LIMIT,
    Component,
    Edit,
    Piece,
    Same,
    Stages,
    Token,
    collisions,
    comes_back,
    component,
    flat,
    pairs_language,
    points,
)
from components.tokens.stages.ready import Choice, Fetched
from tokenizer_indic.aksharas import aksharas
from tokenizer_indic.scripts import INVISIBLE, LANGUAGES

SHOWN = 30  # different changes of one step that are listed
AFTER = 120  # characters of the text after one step

PRESETS = (
    Preset("फूल और फल", "फूल और फल", "hi", "Flower and fruit: can an uncased tokenizer tell them apart?"),
    Preset("मैं घर में हूँ", "मैं घर में हूँ।", "hi", "मैं is “I”, में is “in”. Look at both after the normaliser."),
    Preset("हिन्दी", "हिन्दी किताबें पढ़ना", "hi", "Without its virama हिन्दी reads हिनदी."),
    Preset(
        "To err", "To err is human, to forgive divine.", "en", "The textbook's sentence: [CLS], [SEP], pieces with ##."
    ),
    Preset(
        "'Twas", "'Twas brillig, and the slithy toves", "en", "Words that nobody knows are still made of known pieces."
    ),
    Preset("Café in the US", "Café au lait for us in the US", "en", "US and us, Café and cafe: what uncased means."),
    Preset("தமிழ்", "தமிழ் மக்கள் என் கல்வி", "ta", "The pulli is a mark of category Mn: without it என் reads என."),
    Preset("Urdu", "آم اُن کے لیے، کِیا اور کیا", "ur", "آ is taken apart and loses its madda; zer and pesh go as well."),
    Preset("ZWNJ", "सॉफ़्ट‌वेयर और क्‍ष", "hi", "A joiner inside a word: even a cased BERT normaliser drops it."),
    Preset("[SEP] typed", "यह [SEP] क्या है?", "hi", "Whoever types a special token speaks to the model itself."),
)
FIRST = "Point at a piece, tap it, or walk with the arrow keys: what it was made of, and what it becomes, lights up."

EXPLANATIONS = {
    # normalisers
    "BertNormalizer": "BERT's: cleans, puts spaces around Chinese characters, and may strip accents and lower-case.",
    "clean_text": "Drops control and format characters, joiners among them, and turns every kind of space into one.",
    "handle_chinese_chars": "Puts a space on both sides of every Chinese character, so that each becomes a word.",
    "strip_accents": "Takes letters apart (NFD) and drops every mark of category Mn: accents, and with them many vowel"
    " signs (◌ू, ◌े), anusvara, virama and pulli.",
    "lowercase": "Makes capitals small. Most scripts of India have none.",
    "NFC": "Writes what Unicode holds to be the same in one way, letters and marks put together. Nothing is lost.",
    "NFD": "Takes letters and their marks apart. Nothing is lost as long as no mark is dropped.",
    "NFKC": "Like NFC, and takes presentation forms, ligatures and wide letters for plain ones: that cannot be undone.",
    "NFKD": "Like NFD, and takes presentation forms, ligatures and wide letters for plain ones: that cannot be undone.",
    "Lowercase": "Makes capitals small. Most scripts of India have none.",
    "StripAccents": "Drops every mark: in Indian scripts vowel signs and virama are marks.",
    "Strip": "Drops spaces at the beginning or the end.",
    "Replace": "Writes one string, or what a pattern finds, as another.",
    "Prepend": "Puts something before the text, mostly ▁, so that its first word looks like the others.",
    "Precompiled": "SentencePiece's table of characters, mostly its variant of NFKC with spaces and joiners tidied up.",
    "Nmt": "Drops control characters and tidies spaces, as SentencePiece does for translation.",
    "ByteLevel": "Writes every byte as one printable letter, so that nothing is unknown; a space becomes Ġ.",
    # pre-tokenisers
    "BertPreTokenizer": "Cuts at spaces, which are thrown away, and makes every punctuation mark a piece of its own.",
    "Split": "Cuts where a pattern says so. The model never merges across these cuts.",
    "Whitespace": "Cuts into words and runs of signs; spaces are thrown away.",
    "WhitespaceSplit": "Cuts at spaces, which are thrown away.",
    "Punctuation": "Makes punctuation marks pieces of their own.",
    "Digits": "Cuts numbers from words, and perhaps every digit from the next.",
    "Metaspace": "Writes each space as ▁ and cuts before it: so decoding knows where spaces stood.",
    "UnicodeScripts": "Cuts where one script ends and another begins.",
    # models
    "WordPiece": "Takes the longest entry that fits, again and again from left to right; ## marks what does not begin a"
    " word. A word with a character outside the vocabulary is [UNK] as a whole.",
    "BPE": "Begins with single letters and merges neighbours in the order in which training merged them.",
    "Unigram": "Of all ways to spell the text with its entries it takes the likeliest, by the score of each entry.",
    "WordLevel": "Looks up whole words.",
    # post-processors
    "TemplateProcessing": "Puts special tokens around a text, A, or two, by a template. Type ids may tell the first"
    " sentence from the second.",
    "BertProcessing": "Puts [CLS] before the text and [SEP] behind it; a second sentence gets type id 1.",
    "RobertaProcessing": "Puts <s> before the text and </s> behind it; all type ids are 0.",
}
NONE = {
    "normalizer": ("none", "There is no normaliser: the text stays as it is."),
    "pre_tokenizer": ("none", "There is no pre-tokeniser: the whole text goes to the model as one piece."),
    "post_processor": ("none", "There is no post-processor: nothing is added."),
}
UNNAMED = "A part that this page has no words for; its name and settings are the file's."


# -- the page ---------------------------------------------------------------------------------------------------------


def panel() -> Html:
    """The section before any answer."""
    return join(
        tag(
            "div",
            tag("h2", "The stages of a ready-made tokenizer"),
            tag("p", f"the first {LIMIT} characters of the text"),
            class_="heading",
        ),
        _choosing(),
        tag("p", class_="stages-says", role="status", aria_live="polite"),
        tag(
            "div",
            tag("button", "Fetch the tokenizer alone", type="button"),
            tag("output"),
            class_="stages-fetch",
            hidden=True,
        ),
        tag("div", class_="stages-picture", role="group", aria_label="The text after each stage"),
        tag("p", FIRST, class_="stages-told", aria_live="polite"),
        tag(
            "section",
            tag("h3", "What is lost"),
            tag("p", class_="stages-back"),
            tag("ul", class_="stages-same"),
            tag("p", class_="stages-share hint"),
            class_="stages-lost",
            aria_label="What is lost",
        ),
        tag(
            "section",
            tag("h3", "What each stage is made of"),
            tag("dl", class_="stages-parts"),
            aria_label="What each stage is made of",
        ),
    )


def _choosing() -> Html:
    examples = (
        tag("button", each.label, type="button", title=each.why, lang=each.language, data_example=number)
        for number, each in enumerate(PRESETS)
    )
    return tag(
        "div",
        tag(
            "div",
            tag("label", "Tokenizer", for_="stages-tokenizer"),
            tag("select", id="stages-tokenizer"),
            tag("label", "second sentence", for_="stages-second"),
            tag(
                "input", id="stages-second", dir="auto", maxlength=SECOND_LIMIT, placeholder="none", autocomplete="off"
            ),
            class_="stages-row",
        ),
        tag("div", tag("div", *examples, class_="presets", role="toolbar", aria_label="Examples"), class_="frame"),
        class_="stages-choosing",
    )


def known() -> Json:
    """What view.js needs beside the answers."""
    return {
        "presets": [[each.text, each.language, each.why] for each in PRESETS],
        "first": FIRST,
        "limit": LIMIT,
        "opening": "uncased",
    }


def choices_json(choices: Sequence[Choice]) -> Json:
    """The list of tokenizers."""
    return {"choices": [[each.name, each.label, each.place, each.why] for each in choices]}


def fetched_json(fetched: Fetched) -> Json:
    """How far a tokenizer is."""
    done = f"{readable_size(fetched.done)} of {readable_size(fetched.total)}" if fetched.total else "asking the hub"
    said = fetched.error or ("" if fetched.over else f"Fetching: {done}.")
    return {"over": fetched.over, "failed": bool(fetched.error), "says": said}


# -- an answer --------------------------------------------------------------------------------------------------------


def stages_json(stages: Stages) -> Json:
    """Everything that view.js draws."""
    return {
        "name": stages.ready.name,
        "direction": stages.direction,
        "says": says(stages),
        "made": f"{stages.ready.size:,} entries",
        "counted": f"{len(stages.text)} characters",
        "edits": [
            [each.start, each.end, shown(each.before), shown(each.after), _became(each.before, each.after)]
            for each in stages.edits
        ],
        "text": [[start, end, runs] for start, end, runs in text_units(stages.text, stages.edits)],
        "normalized": [[each.start, each.end, shown(each.text), each.special] for each in stages.normalized],
        "pieces": [_piece(each) for each in stages.pieces],
        "tokens": [_token(each) for each in stages.tokens],
        "final": [_token(each) for each in stages.final],
        "stages": list(_stages(stages)),
        "lost": lost(stages),
        "python": python(stages),
    }


def says(stages: Stages) -> str:
    """What a student should know before they wonder."""
    said = []
    if stages.left_out:
        said.append(f"Shown are the first {len(stages.text)} characters; {stages.left_out:,} more are left out.")
    if typed := [each.text for each in stages.pieces if each.special]:
        said.append(
            f"The library takes {', '.join(dict.fromkeys(typed))} for a special token before the first stage begins:"
            " who types it speaks to the model itself."
        )
    return " ".join(said)


def text_units(text: str, edits: Sequence[Edit]) -> Iterator[tuple[int, int, list[list[str]]]]:
    """Words, each in runs of what the normaliser leaves ("") or takes: [(0, 3, [["फू", "dropped"], ["ल", ""]])]

    A run ends between two aksharas, so that no mark is drawn without its letter; a dropped joiner shows its name.
    """
    kinds = [""] * len(text)
    for edit in edits:
        kinds[edit.start : edit.end] = [edit.kind] * (edit.end - edit.start)
    runs: list[list[str]] = []
    begin = at = 0
    for akshara in aksharas(text):
        inside = kinds[at : at + len(akshara)]
        kind = "dropped" if "dropped" in inside else "changed" if "changed" in inside else ""
        at += len(akshara)
        if akshara.isspace():
            if runs:
                yield begin, at - len(akshara), runs
            if kind or "\n" in akshara:
                yield at - len(akshara), at, [[shown(akshara), kind]]
            begin, runs = at, []
            continue
        _extend(runs, akshara, kind)
        for character, what in zip(akshara, inside, strict=True):
            if what == "dropped" and character in INVISIBLE:
                runs.append([INVISIBLE[character], "tag"])
    if runs:
        yield begin, at, runs


def _extend(runs: list[list[str]], akshara: str, kind: str) -> None:
    """Neighbours of one kind are one run, so that their letters join."""
    if runs and runs[-1][1] == kind:
        runs[-1][0] += akshara
    else:
        runs.append([akshara, kind])


WHITE = {" ": "·", "\t": "⇥", "\n": "↵", "\r": "␍"}


def shown(text: str) -> str:
    """' हम' -> '·हम'; what is nothing but invisible says its name, a lone mark stands on a circle."""
    if text and all(character in INVISIBLE for character in text):
        return "".join(INVISIBLE[character] for character in text)
    if text and unicodedata.category(text[0])[0] == "M":
        text = f"◌{text}"
    return "".join(WHITE.get(character, character) for character in text)


def _piece(piece: Piece) -> list[Any]:
    letters = piece.text if piece.text != piece.reads else ""
    return [piece.start, piece.end, shown(piece.reads), letters, piece.special]


def _token(token: Token) -> list[Any]:
    """[start, end, shown, letters, id, type id, piece, mark]"""
    letters = token.text if token.text != token.reads else ""
    mark = "added" if token.added else "unknown" if token.unknown else "second" if token.second else ""
    return [
        token.start,
        token.end,
        _shown_token(token.reads),
        letters,
        token.id,
        token.type_id,
        -1 if token.piece is None else token.piece,
        mark,
    ]


def _shown_token(text: str) -> str:
    """'##ूल' -> '##◌ूल'"""
    if text.startswith("##") and len(text) > 2:
        return f"##{shown(text[2:])}"
    return shown(text)


# -- the parts --------------------------------------------------------------------------------------------------------


def _stages(stages: Stages) -> Iterator[Json]:
    """Each stage with its name, its parts, and what it did."""
    parts = stages.ready.parts
    normal = [component(part) for part in flat(parts["normalizer"], "normalizers")]
    cutting = [component(part) for part in flat(parts["pre_tokenizer"], "pretokenizers")]
    count = len(stages.pieces)
    yield {
        "id": "normalized",
        "name": "Normaliser",
        "parts": written(normal),
        "did": _did(stages.edits),
        "made": _normalizer_parts(stages, normal),
    }
    yield {
        "id": "pieces",
        "name": "Pre-tokeniser",
        "parts": written(cutting),
        "did": f"{count} piece{'' if count == 1 else 's'}",
        "made": [_part(cut.component, f"{len(cut.pieces)} pieces: {_listed(cut.pieces)}") for cut in stages.cuts]
        or [_none("pre_tokenizer")],
    }
    unknown = sum(token.unknown for token in stages.tokens)
    yield {
        "id": "tokens",
        "name": "Model",
        "parts": written([stages.model]),
        "did": f"{len(stages.tokens)} tokens" + (f", {unknown} unknown" if unknown else ""),
        "made": [_part(stages.model, f"{stages.ready.size:,} entries")],
    }
    added = [f"{token.text} {token.id}" for token in stages.final if token.added]
    yield {
        "id": "final",
        "name": "Post-processor",
        "parts": written(stages.post),
        "did": f"adds {', '.join(added)}" if added else "adds nothing",
        "made": [_part(each) for each in stages.post] or [_none("post_processor")],
    }


def _listed(pieces: Sequence[Piece]) -> str:
    """The first dozen, long ones shortened."""
    return " | ".join(shown(each.reads if len(each.reads) <= 24 else f"{each.reads[:23]}…") for each in pieces[:12])


def written(components: Sequence[Component]) -> str:
    """(Component("NFC", ()), Component("Lowercase", ())) -> 'NFC → Lowercase'"""
    return " → ".join(map(_written, components)) or "none"


def _written(part: Component) -> str:
    """As one would write it in Python, without what is switched off: 'BertNormalizer(clean_text, lowercase)'"""
    said = [key if value == "true" else f"{key}={value}" for key, value in part.settings if value != "false"]
    return f"{part.kind}({', '.join(said)})" if said else part.kind


def _did(edits: Sequence[Edit]) -> str:
    """'7 characters dropped, 2 places changed'"""
    dropped = sum(len(edit.before) for edit in edits if edit.kind == "dropped")
    changed = sum(edit.kind == "changed" for edit in edits)
    said = [f"{dropped} character{'' if dropped == 1 else 's'} dropped"] if dropped else []
    said += [f"{changed} place{'' if changed == 1 else 's'} changed"] if changed else []
    return ", ".join(said) or "nothing changed"


def _normalizer_parts(stages: Stages, normal: Sequence[Component]) -> list[Json]:
    if not normal:
        return [_none("normalizer")]
    made = []
    for step in stages.steps:
        off = step.component.settings == (("BertNormalizer", "false"),)
        named = Component(step.component.kind, ()) if step.component.kind in _FLAGS else step.component
        part = _part(named, "switched off" if off else _did(step.edits))
        after = shown_decoded(step.after[:AFTER]) + ("…" if len(step.after) > AFTER else "")
        made.append(part | {"edits": changes(step.edits), "off": off, "after": after if step.edits else ""})
    return made


_FLAGS = ("clean_text", "handle_chinese_chars", "strip_accents", "lowercase")


def changes(edits: Sequence[Edit]) -> list[list[Any]]:
    """What became what, how often, in code points: [["◌ू", "", 3, "U+0942 DEVANAGARI VOWEL SIGN UU → nothing"]]"""
    counted = Counter((edit.before, edit.after) for edit in edits)
    return [
        [shown(before), shown(after), count, _became(before, after)]
        for (before, after), count in counted.most_common(SHOWN)
    ]


def _became(before: str, after: str) -> str:
    return f"{_points(before)} → {_points(after) or 'nothing'}"


def _points(text: str) -> str:
    return " + ".join(" ".join(point) for point in points(text))


def _part(part: Component, did: str = "") -> Json:
    return {
        "name": _written(part),
        "explain": EXPLANATIONS.get(part.kind, UNNAMED),
        "did": did,
        "edits": [],
        "off": False,
    }


def _none(stage: str) -> Json:
    name, explain = NONE[stage]
    return {"name": name, "explain": explain, "did": "", "edits": [], "off": True}


# -- what is lost -----------------------------------------------------------------------------------------------------


def lost(stages: Stages) -> Json:
    """What decoding gives, and words that become the same."""
    return {
        "decoded": shown_decoded(stages.decoded),
        "back": comes_back(stages.text, stages.decoded),
        "says": _lost_says(stages),
        "here": list(map(_same, stages.here)),
        "pairs": list(map(_same, stages.pairs)),
        "share": _share(stages),
    }


def shown_decoded(text: str) -> str:
    """Line breaks on one line."""
    return text.replace("\n", "↵")


def _lost_says(stages: Stages) -> str:
    if comes_back(stages.text, stages.decoded):
        return "Decoding gives every character back" + (
            ":" if stages.text == stages.decoded else ", if not every space:"
        )
    if stages.edits:
        return "The normaliser's work cannot be undone. Decoding gives back only:"
    return "Decoding gives back only:"


def _same(same: Same) -> Json:
    return {"words": list(same.words), "forms": list(dict.fromkeys(same.forms)), "lost": same.lost}


def _share(stages: Stages) -> str:
    """How much it matters in running text."""
    code = pairs_language(stages.language)
    known = collisions()[code]
    return (
        f"In our {LANGUAGES[code].english} texts a normaliser like that of uncased BERTs changes {known.changed:.0%} of"
        f" the words in more than capitals, and {known.confused:.1%} then look like another, more frequent word."
    )


# -- code -------------------------------------------------------------------------------------------------------------


def python(stages: Stages) -> str:
    """The four stages without this page."""
    source = stages.ready.source
    imports = ["from tokenizers import Tokenizer"]
    if "to_huggingface" in source:
        imports = ["import json", "", *imports, "", "from tokenizer_indic import load"]
        imports.append("from tokenizer_indic.exporting import to_huggingface")
    if "AutoTokenizer" in source:
        imports = ["from transformers import AutoTokenizer"]
    pair = f", {stages.second!r}" if stages.second else ""
    return (
        "\n".join(imports)
        + f"""

tokenizer = {source}
tokenizer.no_truncation()
text = {stages.text!r}

normalizer, pre_tokenizer = tokenizer.normalizer, tokenizer.pre_tokenizer
normal = normalizer.normalize_str(text) if normalizer else text
print("1 normaliser:", normal)
pieces = [piece for piece, _ in pre_tokenizer.pre_tokenize_str(normal)] if pre_tokenizer else [normal]
print("2 pre-tokeniser:", pieces)
tokens = [token for piece in pieces for token in tokenizer.model.tokenize(piece)]
print("3 model:", [(token.value, token.id) for token in tokens])
encoding = tokenizer.encode(text{pair})
print("4 post-processor:", list(zip(encoding.tokens, encoding.ids, encoding.type_ids)))
print("decoded:", tokenizer.decode(encoding.ids))
"""
    )
