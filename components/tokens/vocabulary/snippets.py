"""What stands on the screen -> Python that prints the same, with the library alone. No gradio, no HTML."""

from components.tokens.own import OWN
from components.tokens.vocabulary.compute import SHOWN
from components.tokens.vocabulary.survey import ALPHABETS, BARS, BYTES_PER_BAR, WORDS

OWN_FILE = "my-tokenizer.json"

RANK = '''
def rank(entry):
    """1 for what was learned first; "" for bytes and special tokens."""
    if entry.kind == "entry":  # chosen, not merged: the most used one first
        return entry.id - 256 - len(tokenizer.characters) + 1
    return "" if entry.rank is None else entry.rank + 1
'''

FITS = {
    "word": "query in (text, text.strip(' '))",
    "begins": "text.startswith(query) or text.lstrip(' ').startswith(query)",
    "ends": "text.endswith(query) or text.rstrip(' ').endswith(query)",
    "anywhere": "query in text",
}

LENGTHS = {
    "characters": ("", "len(entry.text) if entry.text is not None else 0"),
    "aksharas": (
        "from tokenizer_indic.aksharas import aksharas\n",
        "len(aksharas(entry.text)) if entry.text is not None else 0",
    ),
    "bytes": ("", "len(entry.bytes)"),
}


def loading(name: str, variable: str = "tokenizer") -> str:
    """`tokenizer = load("hi")`; a visitor's own comes from its file."""
    if name.startswith(OWN):
        note = f"# Your own tokenizer: first save its JSON file beside this program, as {OWN_FILE}.\n"
        return f'{note}{variable} = load("{OWN_FILE}")\n'
    return f"{variable} = load({name!r})\n"


def search_code(name: str, query: str, kind: str) -> str:
    """The entries that fit."""
    if kind == "rank":
        low, _, high = "".join("-" if c in "–—…:" else c for c in query if not c.isspace()).partition("-")
        first, last = (int(each) if each.isdecimal() else 1 for each in (low, high or low))
        test = f"rank(entry) != '' and {first} <= rank(entry) <= {last}"
        return f"{_head(name)}{RANK}\n{_FOUND.format(test=test)}"
    return (
        f"{_head(name)}query = tokenizer.normalize({query!r})\n{RANK}\n\ndef fits(text):\n    return {FITS[kind]}\n\n\n"
        + _FOUND.format(test="entry.text is not None and fits(entry.text)")
        + _CUT.format(word=kind in ("word", "begins"))
    )


def _head(name: str) -> str:
    return f"from tokenizer_indic import load\n\n{loading(name)}"


_FOUND = f"""
found = [entry for entry in tokenizer if {{test}}]
print(f"{{{{len(found):,}}}} of {{{{len(tokenizer):,}}}} entries")
for entry in found[:{SHOWN}]:
    print(entry.id, rank(entry), entry.kind, repr(entry.text), sep="\\t")
"""

_CUT = """if not found:  # what it is cut into instead
    behind_a_space = {word} and not query.startswith(" ")
    ids = tokenizer.encode(" " + query if behind_a_space else query)
    print(len(ids), "tokens:", [tokenizer.entry(id).text or tokenizer.entry(id).bytes for id in ids])
"""


def entry_code(id: int) -> str:
    """What the search's program prints of the entry that is looked at."""
    return f"""
entry = tokenizer.entry({id})
print()
print("id", entry.id, "rank", rank(entry), entry.kind, repr(entry.text or entry.bytes))
parts = entry.parents or tokenizer.instead_of(entry.id)
print("made of" if entry.parents else "in the place of", [tokenizer.entry(part).text for part in parts])
children = [other for other in tokenizer if entry.id in (other.parents or ())]
print(len(children), "made from it:", [child.text for child in children[:{SHOWN}]])
if entry.text is not None:
    print("its text alone is cut into", [tokenizer.entry(id).text for id in tokenizer.encode(entry.text)])
"""


def lengths_code(name: str, unit: str) -> str:
    """The histogram."""
    more, length = LENGTHS[unit]
    width = BYTES_PER_BAR if unit == "bytes" else 1
    return f"""from collections import Counter

from tokenizer_indic import load
{more}
{loading(name)}

def length(entry):
    return {length}


measured = [length(entry) for entry in tokenizer if entry.kind != "special" and length(entry)]
bars = Counter(min((size - 1) // {width}, {BARS - 1}) for size in measured)  # the last one holds all that is longer
for bar in range(max(bars) + 1):
    print(f"{{bar * {width} + 1:3}} {{bars[bar]:6,}} {{'#' * (60 * bars[bar] // max(bars.values()))}}")
print(f"{{sum(measured) / len(measured):.2f}} {unit} on average")
"""


def scripts_code(name: str) -> str:
    """Entries by script."""
    return f"""from collections import Counter

from tokenizer_indic import load
from tokenizer_indic.scripts import dominant_script

{loading(name)}
def script(entry):
    if entry.text is None:
        return "parts"  # bytes that are no whole character
    return dominant_script(entry.text) or "none"  # signs, digits and spaces


for code, count in Counter(map(script, tokenizer)).most_common():
    print(f"{{code:5}} {{count:6,}}")
"""


def topics_code(name: str, script: str, least: int) -> str:
    """The early long words. `least` in aksharas, in an alphabet in letters."""
    unit = "letters" if script in ALPHABETS else "aksharas"
    return f"""import re

from tokenizer_indic import load
from tokenizer_indic.aksharas import aksharas
from tokenizer_indic.scripts import SCRIPTS, dominant_script

{loading(name)}letters = re.compile("[" + "".join(each.letters for each in SCRIPTS.values()) + "\\u200c\\u200d]+")
{RANK}

def is_topic(entry):  # a word of at least {least} {unit}
    text = entry.text or ""
    return (
        text.startswith(" ")
        and entry.kind != "special"
        and rank(entry) != ""
        and letters.fullmatch(text, 1) is not None
        and dominant_script(text) == {script!r}
        and len(aksharas(text[1:])) >= {least}
    )


topics = [entry for entry in tokenizer if is_topic(entry)]
print(f"{{len(topics):,}} words of at least {least} {unit}")
for entry in topics[:{WORDS}]:
    print(rank(entry), entry.text, sep="\\t")
"""


def compare_code(one: str, other: str) -> str:
    """Two vocabularies."""
    return f"""from tokenizer_indic import load

{loading(one, "one")}{loading(other, "other")}

def texts(tokenizer):  # bytes, parts of characters and special tokens are left out
    return [entry.text for entry in tokenizer if entry.text and entry.kind not in ("byte", "special")]


first, second = texts(one), texts(other)
parts = {{
    "in both": [text for text in first if text in set_of_second],
    "only in the first": [text for text in first if text not in set_of_second],
    "only in the second": [text for text in second if text not in set_of_first],
}}
for name, found in parts.items():
    print(f"{{name}}: {{len(found):,}}")
    print(sorted(found, key=lambda text: len(text) == 1)[:{SHOWN}])  # characters come last
""".replace("parts = {", "set_of_first, set_of_second = set(first), set(second)\nparts = {", 1)
