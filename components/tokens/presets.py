"""The examples, as data. Each language's own example is its sample sentence in `tokenizer_indic.scripts`."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Preset:
    """`label` is on the button, `why` below the text once it is chosen: what to look for."""

    label: str
    text: str
    language: str
    why: str


OPENING_LANGUAGE = "hi"
OPENING_TEXT = (
    "बच्चे स्कूल में किताब पढ़ रहे हैं। भारत के विद्यार्थी हिन्दी, तमिल, उर्दू और कई दूसरी भाषाओं में सीखते हैं।"
    " कंप्यूटर हर वाक्य को छोटे टुकड़ों में बाँटता है और हर टुकड़े को एक संख्या देता है।"
)

PRESETS = (
    Preset(
        "Eggs",
        "Egg. egg I have an Egg egg. EGG?",
        "en",
        "The same egg five ways: spaces, capitals and punctuation make other tokens.",
    ),
    Preset("Digits", "127 677 1275 6773", "en", "Where does a tokenizer cut a number?"),
    Preset("taaaasty", "taaaasty transformerify", "en", "Words in no dictionary are still made of known pieces."),
    Preset(
        "Python",
        "def fib(n):\n    if n < 2:\n        return n\n    return fib(n - 1) + fib(n - 2)\n",
        "en",
        "Indentation is a run of spaces: how many tokens does it cost?",
    ),
    Preset(
        "Hinglish",
        "Kal ka exam बहुत tough था yaar, pass ho gaye तो party पक्की!",
        "hi",
        "Two scripts in one sentence: a change of script is a boundary.",
    ),
    Preset(
        "<|endoftext|>",
        "The end.<|endoftext|>Next text.",
        "en",
        "A special token that is typed is only text.",
    ),
    Preset("Trailing space", "एक दो तीन ", "hi", "The space at the end has no word to belong to."),
    Preset("Urdu + English", "اردو AI ۱۲ کتابیں اور ChatGPT 5", "ur", "Two directions in one line."),
    Preset("ZWJ and ZWNJ", "क्ष क्‍ष क्‌ष सॉफ़्ट‌वेयर", "hi", "One sound, three spellings: joiners decide the shape."),
    Preset("Emoji", "बधाई हो 🎉👨‍👩‍👧 ❤️", "hi", "A family is five code points and eighteen bytes."),
    Preset(
        "Suffixes",
        "सुंदरता मानवता एकता दूधवाला चायवाला घरवाला",
        "hi",
        "Does the tokenizer know …ता and …वाला?",
    ),
    Preset("aaabdaaabac", "aaabdaaabac", "en", "Wikipedia's example for byte pair encoding."),
)


@dataclass(frozen=True)
class Step:
    """One step of the guided lesson: a section with an example, and what to look at there."""

    title: str
    says: str
    section: str
    text: str = ""  # "" leaves the text as it is
    language: str = "hi"
    parameters: dict[str, str] = field(default_factory=dict)  # of the section, as its links have them


LESSON = (
    Step(
        "From letters to numbers",
        "One text, five units. Which does a reader see, which does the computer store, which does the model get?"
        " क्षि is one akshara, four code points, twelve bytes.",
        "letters",
        "हिन्दी की क्षिप्रा नदी",
    ),
    Step(
        "Merge by merge",
        "Which pair merges next? Guess, then step. The sequence gets shorter, the vocabulary longer: both numbers move"
        " at every step. Then take the Hindi example: what is found first, stems or endings?",
        "merges",
        parameters={"string": "aaabdaaabac", "within": "whole", "guess": "1"},
    ),
    Step(
        "The pattern decides",
        "Before anything is merged, a pattern cuts the text, and no merge ever crosses a cut. GPT-2's tears vowel signs"
        " from their letters: no vocabulary can bring them back.",
        "pattern",
        "हिन्दी में क्षिप्रा नदी बहती है।",
        parameters={"row": "gpt2"},
    ),
    Step(
        "Train your own",
        "Press Train: 500 entries from a small text of this project's own, learned in a second. Look at the curve: what"
        " does each hundred more bring, and what does it cost? Then bring a text of yours.",
        "train",
        parameters={"sample": "hi", "entries": "500"},
    ),
    Step(
        "Side by side",
        "The same sentence, several tokenizers, and none of them has seen it. Three learned right here from a page of"
        " text, one from a thousand times as much: which difference is the method's, and which the text's?",
        "beside",
        "हमारे गाँव में एक बड़ा तालाब है, जहाँ शाम को बच्चे नाव चलाते हैं और दादी कहानियाँ सुनाती हैं।",
        parameters={"view": "compare"},
    ),
    Step(
        "The token tax",
        "One meaning in twelve languages. Who pays more for the same sentence, and whose choice was that?",
        "beside",
        parameters={"view": "tax"},
    ),
    Step(
        "Inside the vocabulary",
        "Endings that were common became entries: …ता. The earlier the rank, the more common it was in the text that"
        " the tokenizer learned from.",
        "vocabulary",
        parameters={"tokenizer": "hi", "view": "search", "query": "ता", "kind": "ends"},
    ),
    Step(
        "The stages of a ready-made tokenizer",
        "What an uncased normaliser does before a model sees a word: फूल, flower, becomes फल, fruit; मैं, I, and में, in,"
        " become the same.",
        "stages",
        "मैं बाग में फूल देखता हूँ।",
        parameters={"stages": "uncased"},
    ),
    Step(
        "Hand it in",
        "The checks of the assignment, two Spaces and a README with measured numbers. The reasons are yours to write.",
        "handin",
        parameters={"of": "hi"},
    ),
)
