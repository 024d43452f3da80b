"""contestants -> a program that does the same without this page.

It runs as it is in a clone of the repository after `pip install -r requirements.txt`. Every contestant becomes a line
that makes a function from a text to its tokens; what must be learned first is learned in the program itself.
"""

from collections.abc import Iterable, Sequence

from components import catalogue
from components.tokens.beside import here
from components.tokens.beside.compute import Lesson
from components.tokens.beside.contestants import EACH, HERE, HUB, get
from components.tokens.beside.reaching import hub_file
from components.tokens.beside.sentences import SENTENCES
from components.tokens.compute import tokenizer_for
from components.tokens.own import OWN

OWN_FILE = "my-tokenizer.json"


def comparing(text: str, ids: Sequence[str], lesson: Lesson) -> str:
    """Prints the tokens of a text by each of these, which are all ready."""
    return _program(
        ids,
        lesson,
        f"text = {text!r}",
        "for name, encode in encoders.items():",
        "    tokens = encode(text)",
        '    print(f"{name}: {len(tokens)} tokens, {len(text) / max(1, len(tokens)):.2f} characters a token", tokens)',
    )


def taxing(ids: Sequence[str], lesson: Lesson) -> str:
    """Prints what each sentence costs, and how many times English."""
    sentences = "".join(f"    {code!r}: {text!r},\n" for code, text in SENTENCES.items())
    lines = [f"sentences = {{\n{sentences}}}"]
    if EACH in ids:
        lines += [f"shipped = { ({code: tokenizer_for(code) for code in SENTENCES})!r}"]
        lines += ["own = {code: len(load(shipped[code]).encode(text)) for code, text in sentences.items()}"]
        lines += ['print("each its own", {code: (n, round(n / own["en"], 2)) for code, n in own.items()})']
    return _program(
        ids,
        lesson,
        *lines,
        "for name, encode in encoders.items():",
        "    tokens = {code: len(encode(text)) for code, text in sentences.items()}",
        '    print(name, {code: (n, round(n / tokens["en"], 2)) for code, n in tokens.items()})',
    )


def _program(ids: Sequence[str], lesson: Lesson, *lines: str) -> str:
    kinds = {id.removeprefix(HERE) for id in ids if id.startswith(HERE)}
    wanted = [_imports(ids, kinds), *(MAKERS[name] for name in sorted(_makers(kinds)) if name in MAKERS)]
    wanted += [FROM_HUB] if any(id.startswith(HUB) for id in ids) else []
    if kinds - {"english"}:
        wanted += [f"# what they learn from\nlines = [line for line in {lesson.text!r}.split('\\n') if line.strip()]"]
    makers = "".join(_entry(id, lesson) for id in ids if id != EACH)
    blocks = [*filter(None, wanted), f"encoders = {{}}\n{makers}", "\n".join(lines)]
    return "\n\n\n".join(block.strip("\n") for block in blocks) + "\n"


def _entry(id: str, lesson: Lesson) -> str:
    """encoders["GPT-2"] = …; a visitor's own only where its file is."""
    line = f"encoders[{get(id).name + _addition(id)!r}] = {_encoder(id, lesson)}\n"
    if not id.startswith(OWN):
        return line
    return f"if Path({OWN_FILE!r}).is_file():  # save it in “Train your own”\n    {line}"


def _addition(id: str) -> str:
    return ", trained here" if id.startswith(HERE) else ""


def _makers(kinds: Iterable[str]) -> set[str]:
    of = {"bpe": "sentencepiece", "unigram": "sentencepiece", "gpt2": "gpt2", "english": "gpt2"}
    return {of.get(kind, kind) for kind in kinds}


def _imports(ids: Sequence[str], kinds: set[str]) -> str:
    """What the rest uses, and no more."""
    sentencepiece, gpt2 = kinds & {"bpe", "unigram"}, kinds & {"gpt2", "english"}
    hub = [hub_file(id)[0] for id in ids if id.startswith(HUB)]
    parts = {"models", "pre_tokenizers", "trainers"} if gpt2 or "wordpiece" in kinds else set()
    parts |= {"Tokenizer"} if parts or catalogue.TOKENIZER in hub else set()
    parts |= {"normalizers"} if "wordpiece" in kinds else set()
    parts |= {"BertWordPieceTokenizer"} if set(hub) - {catalogue.TOKENIZER} else set()
    ours = {"train"} if "ours" in kinds else set()
    ours |= {"load"} if any(get(id).group == "ours" for id in ids) else set()
    standard = [("import io", bool(sentencepiece)), ("from pathlib import Path", "english" in kinds or _own(ids))]
    others = [
        ("import sentencepiece", bool(sentencepiece)),
        ("import tiktoken", any(get(id).group == "openai" for id in ids)),
        ("from huggingface_hub import hf_hub_download", bool(hub)),
        (f"from tokenizers import {', '.join(sorted(parts))}", bool(parts)),
    ]
    blocks = [standard, others, [(f"from tokenizer_indic import {', '.join(sorted(ours))}", bool(ours))]]
    return "\n\n".join(filter(None, ("\n".join(line for line, used in block if used) for block in blocks)))


def _own(ids: Sequence[str]) -> bool:
    return any(id.startswith(OWN) for id in ids)


def _encoder(id: str, lesson: Lesson) -> str:
    """The right side of encoders[name] = …"""
    if id == "bytes":
        return "lambda text: list(text.encode())"
    if id == "characters":
        return "lambda text: [ord(character) for character in text]"
    if id.startswith(HERE):
        return _learner(id.removeprefix(HERE), lesson)
    if id.startswith(HUB):
        return _downloaded(id)
    if get(id).group == "openai":
        return f"tiktoken.get_encoding({id!r}).encode_ordinary"
    return f"load({OWN_FILE if id.startswith(OWN) else id!r}).encode"


def _learner(kind: str, lesson: Lesson) -> str:
    if kind == "english":
        lines = 'Path("components/tokens/beside/english.txt").read_text(encoding="utf-8").splitlines()'
        return f"learn_gpt2({lines}, {here.ENGLISH_ENTRIES})"
    if kind == "ours":
        language = here.language_of(lesson.text)
        return f"train(lines, language={language!r}, vocabulary={lesson.entries}, allow_smaller=True).encode"
    if kind in ("bpe", "unigram"):
        return f"learn_sentencepiece(lines, {lesson.entries}, {kind!r})"
    return f"learn_{kind}(lines, {lesson.entries})"


def _downloaded(id: str) -> str:
    entry = catalogue.get(id.removeprefix(HUB))
    name, lowercase, accents = hub_file(id)
    file = f"hf_hub_download({entry.id!r}, {name!r}, revision={entry.revision or 'main'!r})"
    if name == catalogue.TOKENIZER:
        made = f"Tokenizer.from_file({file})"
    else:
        made = f"BertWordPieceTokenizer({file}, lowercase={lowercase}, strip_accents={accents})"
    return f"from_hub({made})"


MAKERS = {
    "gpt2": """\
def learn_gpt2(lines, entries):
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made.train_from_iterator(lines, trainers.BpeTrainer(
        vocab_size=entries, min_frequency=2, initial_alphabet=alphabet, show_progress=False))
    return lambda text: made.encode(text).ids
""",
    "wordpiece": """\
def learn_wordpiece(lines, entries):
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(strip_accents=False, lowercase=False)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(lines, trainers.WordPieceTrainer(
        vocab_size=entries, min_frequency=2, special_tokens=["[UNK]"], show_progress=False))
    return lambda text: made.encode(text).ids
""",
    "sentencepiece": f"""\
def learn_sentencepiece(lines, entries, kind):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_writer=model, vocab_size=entries, model_type=kind, minloglevel=2,
        max_sentence_length={4 * here.TEXT_MOST}, normalization_rule_name="identity", remove_extra_whitespaces=False,
        add_dummy_prefix=False, byte_fallback=True, hard_vocab_limit=False, bos_id=-1, eos_id=-1)
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue()).encode
""",
}

FROM_HUB = """\
def from_hub(made):
    made.no_truncation()
    made.no_padding()
    made.encode_special_tokens = True
    return lambda text: made.encode(text, add_special_tokens=False).ids
"""
