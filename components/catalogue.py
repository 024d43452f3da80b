"""The models the app knows, as data: no torch, no gradio, no transformers, nothing is read from a disk.

`ENTRIES` stands in order of preference: of the models that are there and cover a language, the first one wins. Models
of one language therefore come before those of many, and exhibits (a model that is shown for its mistakes) come last.

Sources of the numbers. `parameters`: counted on the architecture's configuration, with the head that we load.
`download`: the published size of the weights at the pinned commit where one is known, otherwise four bytes a parameter,
and the tokenizer's file; before a download the hub is asked for the exact sum. `revision`: a commit that public code
pins; `None` where none was found: then the commit that the first download finds is noted beside the files, in
`refs/pathshala` of the hub's cache, and used from then on (see components/downloads.py). `languages`: those of the
model's card or paper that are Indian, and English.
"""

import difflib
from dataclasses import dataclass
from typing import Literal

from components.errors import PathshalaError

Task = Literal["attention", "masked_word", "caption_image"]
TASKS: tuple[Task, ...] = ("attention", "masked_word", "caption_image")

TEXT: tuple[Task, ...] = ("attention", "masked_word")
ATTENTION: tuple[Task, ...] = ("attention",)
MASKED_WORD: tuple[Task, ...] = ("masked_word",)
PICTURES: tuple[Task, ...] = ("caption_image",)

Weights = Literal["safetensors", "pickle", "counts"]

ENGLISH = ("en",)
SIXTEEN = ("hi", "bn", "mr", "te", "ta", "gu", "ur", "kn", "or", "ml", "pa", "as", "ne", "sd", "sa", "en")

# What is fetched. Where the repository has tokenizer.json, the older files of the same tokenizer are left out.
CONFIGURATION = ("config.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json")
TOKENIZER = "tokenizer.json"
OLDER_TOKENIZERS = ("vocab.txt", "vocab.json", "merges.txt", "spiece.model", "sentencepiece.bpe.model")
SAFETENSORS = ("model.safetensors", "model.safetensors.index.json", "model-*-of-*.safetensors")
PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json", "pytorch_model-*-of-*.bin")

SENTENCEPIECE = ("sentencepiece", "google.protobuf")  # to read spiece.model, where there is no tokenizer.json

# Its activations leave the range of half precision, and its own bfloat16 has too few digits to compare with a CPU.
FULL_PRECISION = ("modernbert",)

TEXT_FILES = (*CONFIGURATION, TOKENIZER, *OLDER_TOKENIZERS, *SAFETENSORS, *PICKLES)
PICTURE_FILES = (*TEXT_FILES, "preprocessor_config.json")


@dataclass(frozen=True)
class Entry:
    """One model.

    `files` are the names that may be fetched (with * for any letters); safetensors are preferred to pickles. `folder`
    is below `embedded/`, for the models that this project trained itself. `needs` are other entries without which it
    cannot run, `libraries` what must be installed beside transformers. An `exhibit` is shown for one thing alone and is
    never chosen by itself. `aliases` are ids under which the hub knows it as well.
    """

    id: str
    tasks: tuple[Task, ...]
    architecture: str  # transformers' model_type, or "counted", "clip-multilingual", "siglip2"
    licence: str
    languages: tuple[str, ...]
    why: str  # for the teacher who chooses
    parameters: int | None = None  # None: counted from the files, for what this project trains itself
    download: int = 0  # bytes
    weights: Weights = "safetensors"
    revision: str | None = None
    files: tuple[str, ...] = TEXT_FILES
    folder: str | None = None
    needs: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    exhibit: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def embedded(self) -> bool:
        """It lies in this repository and needs no network."""
        return self.folder is not None

    def covers(self, language: str | None) -> bool:
        """`None` is a language nobody could guess."""
        return language is None or language in self.languages


HUB = (
    # -- text: one language ----------------------------------------------------------------------------------------
    Entry(
        id="l3cube-pune/hindi-bert-v2",
        tasks=TEXT,
        architecture="bert",
        parameters=237_755_045,
        download=956_600_000,
        licence="cc-by-4.0",
        languages=("hi",),
        weights="pickle",  # no commit of it was found in public code: pins itself
        why="MuRIL trained further on Hindi alone: what does a specialist guess better?",
    ),
    Entry(
        id="l3cube-pune/marathi-bert-v2",
        tasks=TEXT,
        architecture="bert",
        parameters=237_755_045,
        download=956_600_000,
        licence="cc-by-4.0",
        languages=("mr",),
        weights="pickle",  # pins itself
        why="MuRIL trained further on Marathi alone: a specialist beside the generalist.",
    ),
    Entry(
        id="bert-base-uncased",
        aliases=("google-bert/bert-base-uncased",),
        tasks=TEXT,
        architecture="bert",
        parameters=109_514_298,
        download=440_916_448,
        licence="apache-2.0",
        languages=ENGLISH,
        revision="86b5e0934494bd15c9632b12f734a8a67f723594",
        why="The model that most textbooks explain, for English; it drops the vowel signs of हिन्दी: try it.",
    ),
    Entry(
        id="distilbert-base-uncased",
        aliases=("distilbert/distilbert-base-uncased",),
        tasks=TEXT,
        architecture="distilbert",
        parameters=66_985_530,
        download=268_421_361,
        licence="apache-2.0",
        languages=ENGLISH,
        revision="12040accade4e8a0f71eabdb258fecc2e7e948be",
        why="Student of bert-base-uncased: half the layers. The duel shows what the student forgot.",
    ),
    Entry(
        id="roberta-base",
        aliases=("FacebookAI/roberta-base",),
        tasks=TEXT,
        architecture="roberta",
        parameters=124_697_433,
        download=500_174_398,
        licence="mit",
        languages=ENGLISH,
        revision="e2da8e2f811d1448a5b465c236feacd80ffbac7b",
        why="BERT trained longer on more text, with GPT-2's byte tokenizer: its mask is written <mask>.",
    ),
    Entry(
        id="albert-base-v2",
        aliases=("albert/albert-base-v2",),
        tasks=TEXT,
        architecture="albert",
        parameters=11_221_680,
        download=48_685_563,
        licence="apache-2.0",
        languages=ENGLISH,
        revision="8e2f239c5f8a2c0f253781ca60135db913e5c80c",
        why="One layer used twelve times over: the smallest real download that fills in masks.",
    ),
    # -- text: many languages --------------------------------------------------------------------------------------
    Entry(
        id="google/muril-base-cased",
        tasks=TEXT,
        architecture="bert",
        parameters=237_755_045,
        download=956_642_000,
        licence="apache-2.0",
        languages=(
            "as",
            "bn",
            "en",
            "gu",
            "hi",
            "kn",
            "ks",
            "ml",
            "mr",
            "ne",
            "or",
            "pa",
            "sa",
            "sd",
            "ta",
            "te",
            "ur",
        ),
        weights="pickle",
        revision="afd9f36c7923d54e97903922ff1b260d091d202f",
        why="Trained for 17 Indian languages, also in Roman letters: the real default for masks.",
    ),
    Entry(
        id="ai4bharat/IndicBERTv2-MLM-only",
        tasks=TEXT,
        architecture="bert",
        parameters=278_292_880,
        download=1_125_000_000,
        licence="mit",
        languages=(
            *("as", "brx", "bn", "doi", "en", "gom", "gu", "hi", "kn", "ks", "mai", "ml"),
            *("mni", "mr", "ne", "or", "pa", "sa", "sat", "sd", "ta", "te", "ur"),
        ),
        weights="pickle",
        revision="8598f13fe52443bc3fc054fcd665944560145b5c",
        why="All the languages of the Eighth Schedule, Santali, Bodo and Manipuri among them.",
    ),
    Entry(
        id="jhu-clsp/mmBERT-small",
        tasks=TEXT,
        architecture="modernbert",
        parameters=140_897_536,
        download=598_000_000,
        licence="mit",
        languages=(*SIXTEEN, "brx", "doi", "gom", "ks", "mai", "mni", "sat"),
        weights="pickle",
        revision="abc32620dd4f6ab06f5fbe905dc25f310618e09f",
        why="A BERT of 2025 for 1,800 languages: rotary positions, and most layers see only their neighbours.",
    ),
    Entry(
        id="xlm-roberta-base",
        aliases=("FacebookAI/xlm-roberta-base",),
        tasks=TEXT,
        architecture="xlm-roberta",
        parameters=278_295_186,
        download=1_124_665_000,
        licence="mit",
        languages=SIXTEEN,
        revision="e73636d4f797dec63c3081bb6ed5c7b0bb3f2089",
        why="A hundred languages, SentencePiece tokens, and a mask that is written <mask>.",
    ),
    Entry(
        id="bert-base-multilingual-cased",
        aliases=("google-bert/bert-base-multilingual-cased",),
        tasks=TEXT,
        architecture="bert",
        parameters=177_974_523,
        download=716_253_000,
        licence="apache-2.0",
        languages=("bn", "en", "gu", "hi", "kn", "ml", "mr", "ne", "pa", "ta", "te", "ur"),
        revision="3f076fdb1ab68d5b2880cb87a0886f315b8146f8",
        why="The teacher in the duel with its student below; half its parameters are the table of tokens.",
    ),
    Entry(
        id="distilbert-base-multilingual-cased",
        aliases=("distilbert/distilbert-base-multilingual-cased",),
        tasks=TEXT,
        architecture="distilbert",
        parameters=135_445_755,
        download=543_758_000,
        licence="apache-2.0",
        languages=("bn", "en", "gu", "hi", "kn", "ml", "mr", "ne", "pa", "ta", "te", "ur"),
        revision="45c032ab32cc946ad88a166f7cb282f58c753c2e",
        why="The student in the duel: six layers instead of twelve, the smallest real model for many languages.",
    ),
    # -- text: for one thing they show -----------------------------------------------------------------------------
    Entry(
        id="gpt2",
        aliases=("openai-community/gpt2",),
        tasks=ATTENTION,
        architecture="gpt2",
        parameters=124_439_808,
        download=549_461_000,
        licence="mit",
        languages=ENGLISH,
        revision="607a30d783dfa663caf39e06633721c8d4cfcd7e",
        exhibit=True,
        why="Causal attention: no token sees what comes after it, and the first one gathers what is left over.",
    ),
    Entry(
        id="google/electra-small-discriminator",
        tasks=ATTENTION,
        architecture="electra",
        parameters=13_483_008,
        download=54_700_000,
        licence="apache-2.0",
        languages=ENGLISH,
        weights="pickle",
        revision="fa8239aadc095e9164941d05878b98afe9b953c3",
        exhibit=True,
        why="Learned to find replaced words instead of guessing hidden ones: does its attention differ?",
    ),
    Entry(
        id="google/electra-small-generator",
        tasks=TEXT,
        architecture="electra",
        parameters=13_546_682,
        download=54_700_000,
        licence="apache-2.0",
        languages=ENGLISH,
        weights="pickle",  # pins itself
        exhibit=True,
        why="The small model that invents the replacements for the discriminator above.",
    ),
    Entry(
        id="ai4bharat/indic-bert",
        tasks=TEXT,
        architecture="albert",
        parameters=33_151_680,
        download=140_600_000,
        licence="mit",
        languages=("as", "bn", "en", "gu", "hi", "kn", "ml", "mr", "or", "pa", "ta", "te"),
        weights="pickle",  # pins itself
        libraries=SENTENCEPIECE,
        exhibit=True,
        why="An exhibit: its tokenizer drops vowel signs, so हिन्दी and हनद look the same to it.",
    ),
    # -- pictures --------------------------------------------------------------------------------------------------
    Entry(
        id="google/siglip2-base-patch16-224",
        tasks=PICTURES,
        architecture="siglip2",
        parameters=375_187_970,
        download=1_535_164_000,
        licence="apache-2.0",
        languages=("bn", "en", "gu", "hi", "kn", "ml", "mr", "ne", "pa", "sd", "ta", "te", "ur"),
        revision="75de2d55ec2d0b4efc50b3e9ad70dba96a7b2fa2",
        files=PICTURE_FILES,
        why="Pictures and captions in a hundred languages: the real default for pictures.",
    ),
    Entry(
        id="sentence-transformers/clip-ViT-B-32-multilingual-v1",
        tasks=PICTURES,
        architecture="clip-multilingual",
        parameters=135_127_296,
        download=542_500_000,
        licence="apache-2.0",
        languages=("en", "gu", "hi", "mr", "ur"),
        revision="58edf8cada9e398793dca955574a48cbb7f18be2",
        files=(*TEXT_FILES, "2_Dense/config.json", "2_Dense/model.safetensors", "2_Dense/pytorch_model.bin"),
        needs=("openai/clip-vit-base-patch32",),
        why="CLIP's eyes with a student that learned, from translations, to answer as CLIP's English half does.",
    ),
    Entry(
        id="google/siglip-base-patch16-256-multilingual",
        tasks=PICTURES,
        architecture="siglip",
        parameters=370_626_050,
        download=1_490_000_000,
        licence="apache-2.0",
        languages=("bn", "en", "gu", "hi", "kn", "ml", "mr", "ne", "pa", "sd", "ta", "te", "ur"),
        files=PICTURE_FILES,  # pins itself
        libraries=SENTENCEPIECE,
        why="SigLIP's first multilingual model, whose scores in Hindi, Bengali and Telugu are published.",
    ),
    Entry(
        id="openai/clip-vit-base-patch32",
        tasks=PICTURES,
        architecture="clip",
        parameters=151_277_313,
        download=607_472_000,
        licence="none stated (the code is MIT)",
        languages=ENGLISH,
        weights="pickle",
        revision="3d74acf9a28c67741b2f4f2ea7635f0aaf6f0268",
        files=PICTURE_FILES,
        why="The CLIP of the papers: English only, and at a loss before a Hindi caption. Show both.",
    ),
)

EMBEDDED = (
    Entry(
        id="pathshala-bert",
        tasks=TEXT,
        architecture="bert",
        licence="apache-2.0",
        languages=SIXTEEN,
        folder="pathshala-bert",
        why="Our own small teaching model, trained from scratch on the tokenizer of the first tab: there at once.",
    ),
    Entry(
        id="pathshala-bert-student",
        tasks=TEXT,
        architecture="bert",
        licence="apache-2.0",
        languages=SIXTEEN,
        folder="pathshala-bert-student",
        why="Distilled from pathshala-bert: smaller, faster, as good with words; of agreement it has kept little.",
    ),
    *(
        Entry(
            id=f"pathshala-bert-early/{steps}",
            tasks=TEXT,
            architecture="bert",
            licence="apache-2.0",
            languages=SIXTEEN,
            folder=f"pathshala-bert-early/{steps}",
            exhibit=True,
            why=f"pathshala-bert as it was after {steps:,} steps of training: from noise to sense.",
        )
        for steps in (10_000, 1_000, 100)
    ),
    Entry(
        id="pathshala-counted",
        tasks=MASKED_WORD,
        architecture="counted",
        licence="apache-2.0",
        languages=SIXTEEN,
        weights="counts",
        folder="pathshala-counted",
        exhibit=True,
        why="No network at all: it counted which words stand side by side. What can counting do, and what not?",
    ),
    Entry(
        id="pathshala-clip",
        tasks=PICTURES,
        architecture="vision-text-dual-encoder",
        licence="apache-2.0",
        languages=SIXTEEN,
        folder="pathshala-clip",
        why="Our own small model, for simple pictures and not for photographs: there at once, in sixteen languages.",
    ),
)

ENTRIES = (*HUB, *EMBEDDED)

_BY_ID = {name: entry for entry in ENTRIES for name in (entry.id, *entry.aliases)}


def get(id: str) -> Entry:
    """The entry of an id or an alias. Raises PathshalaError with the nearest ids that there are."""
    if isinstance(id, str) and id in _BY_ID:
        return _BY_ID[id]
    raise PathshalaError(unknown(id))


def unknown(id: object) -> str:
    """The sentence about an id that nobody knows: "bert-base-uncase" -> … Did you mean “bert-base-uncased”?"""
    asked = str(id)[:80]
    near = nearest(asked)
    hint = f"Did you mean {' or '.join(f'“{name}”' for name in near)}?" if near else f"There is “{EMBEDDED[0].id}”."
    return f"There is no model “{asked}” in the list. {hint}"


def nearest(id: str) -> list[str]:
    """ "muril" -> ["google/muril-base-cased"]: at most three ids that look like it or hold it."""
    asked = id.lower()
    last = asked.rpartition("/")[2]
    names = {name.lower(): entry.id for name, entry in _BY_ID.items()}
    names |= {name.lower().rpartition("/")[2]: entry.id for name, entry in _BY_ID.items() if not entry.embedded}
    found = difflib.get_close_matches(asked, names, n=6) + difflib.get_close_matches(last, names, n=3, cutoff=0.7)
    found += [name for name in names if len(last) > 3 and last in name]
    return list(dict.fromkeys(names[name] for name in found))[:3]


def for_task(task: Task) -> tuple[Entry, ...]:
    """Hub models first, in order of preference, then the embedded ones."""
    return tuple(entry for entry in ENTRIES if task in entry.tasks)


def check_task(entry: Entry, task: Task) -> None:
    """Raises PathshalaError if the model cannot do the task, with models that can."""
    if task not in TASKS:
        raise PathshalaError(f"There is no task “{str(task)[:40]}”. There are: {', '.join(TASKS)}.")
    if task in entry.tasks:
        return
    can = next(each.id for each in EMBEDDED if task in each.tasks)
    raise PathshalaError(f"“{entry.id}” {_CANNOT[task]} Choose another model, such as {can}.")


_CANNOT = {
    "attention": "shows no attention between the words of a text.",
    "masked_word": "cannot fill in a masked word: it was trained for something else.",
    "caption_image": "reads text only and knows nothing of pictures.",
}
