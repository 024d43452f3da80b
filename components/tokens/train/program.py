"""A training -> a Python program that does the same with the library, and prints what the section shows. No gradio."""

from components.tokens.train.compute import Settings

LITERAL = 8_000  # characters of a pasted text that the program holds


def python(settings: Settings, text: str) -> str:
    """The same training as a program; `text` is the expression that gives the text, of `as_literal`, `as_sample` …"""
    own = "" if settings.segmentation == "fewest" else f"\n    pattern_name={settings.pattern_name!r},"
    return PROGRAM.format(
        imports="from components.tokens.train.samples import sample\n" if text.startswith(JOINED) else "",
        text=text,
        language=settings.language,
        entries=settings.entries,
        pattern=own,
        segmentation=settings.segmentation,
        name=f"my-{settings.language}",
    )


JOINED = '"\\n".join(sample('


def as_sample(language: str) -> str:
    """The shipped sample of a language."""
    return f"{JOINED}{language!r}))  # written for this project"


def as_literal(text: str) -> str:
    """A short text as it is; of a longer one the place where its file is expected."""
    return repr(text) if len(text) <= LITERAL else as_file("my-text.txt", "utf-8")


def as_file(name: str, encoding: str) -> str:
    """A file of the visitor's, which Python looks for where it is started."""
    return f'Path({name!r}).read_text(encoding="{encoding}")  # put this file into the folder where you start Python'


PROGRAM = '''# In a clone of Transformer Pathshala, after: pip install -r requirements.txt
from collections import Counter
from itertools import chain
from pathlib import Path

{imports}from tokenizer_indic import Tokenizer, train
from tokenizer_indic.growing import sentences
from tokenizer_indic.measuring import measure_lines
from tokenizer_indic.storage import save

text = {text}
lines = [line for line in text.replace("\\r\\n", "\\n").replace("\\r", "\\n").split("\\n") if line.strip()]
if len(lines) < 10:
    lines = [part for line in lines for part in sentences(line) if part.strip()]
heldout = lines[9::10]  # every tenth, which the tokenizer never sees
learned = [line for number, line in enumerate(lines, 1) if number % 10]

tokenizer = train(
    learned,
    language={language!r},
    vocabulary={entries},
    name={name!r},{pattern}
    segmentation={segmentation!r},
)
for part, its in (("held-out", heldout), ("in-sample", learned)):
    figures = measure_lines(tokenizer, its)
    print(f"{{part}}: {{figures.bytes_per_token:.2f}} bytes, {{figures.characters_per_token:.2f}} characters per token")

texts = [entry.text for entry in tokenizer if entry.kind in ("merge", "entry")]
print("longest:", sorted(texts, key=len, reverse=True)[:24])
uses = Counter(chain.from_iterable(tokenizer.encode_batch(learned)))
print("most frequent:", [(tokenizer.entry(id).text, count) for id, count in uses.most_common(24)])


def smaller(learned):
    """The same tokenizer with fewer entries."""
    return Tokenizer(
        name=tokenizer.name,
        language=tokenizer.language,
        pattern_name=tokenizer.pattern_name,
        characters=tokenizer.characters,
        merges=tokenizer.merges[:learned],
        entries=tokenizer.entries[:learned],
        segmentation=tokenizer.segmentation,
    )


for tenth in range(11):  # compression against entries, and what they cost in an embedding of width 768
    made = smaller(len(texts) * tenth // 10)
    ratio = measure_lines(made, heldout or lines).bytes_per_token
    print(f"{{len(made):,}} entries: {{ratio:.2f}} bytes per token, {{len(made) * 768:,}} parameters")
print("saved as", save(tokenizer, {name!r} + ".json"))
'''
