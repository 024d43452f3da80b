"""The examples, as data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """`label` is on the button, `why` below the text once it is chosen: what to look for. `word`: whose row."""

    label: str
    text: str
    language: str
    why: str
    second: str = ""
    word: str = ""


@dataclass(frozen=True)
class Pair:
    """Two sentences with one word in common: its number among the words of each, from 0."""

    label: str
    first: str
    second: str
    places: tuple[int, int]
    language: str
    why: str


MEANINGS = (
    Pair("सोना", "सोना बहुत महँगा हो गया है।", "मुझे रात को जल्दी सोना है।", (0, 4), "hi", "gold, and to sleep"),
    Pair("आम", "यह आम बहुत मीठा है।", "यह आम लोगों की बात है।", (1, 1), "hi", "mango, and common"),
    Pair("हार", "उसने गले में हार पहना।", "यह टीम की बड़ी हार थी।", (3, 4), "hi", "necklace, and defeat"),
    Pair("कल", "मैं कल दिल्ली जाऊँगा।", "मैं कल दिल्ली गया था।", (1, 1), "hi", "tomorrow, and yesterday: one word for both"),
    Pair(
        "left", "I left my laptop at home.", "My laptop is on the left side.", (1, 5), "en", "went from, and not right"
    ),
    Pair("python", "He was bitten by a python.", "She wrote it in python.", (5, 4), "en", "a snake, and a language"),
)

ORDERS = ("the cat chases the dog", "the dog chases the cat")

OPENING = Preset(
    "बिल्ली … भूखी",
    "बिल्ली ने दूध पिया क्योंकि वह भूखी थी।",
    "hi",
    "Whose hunger? Look at the row of वह. Here the endings of भूखी थी give the cat away, without any understanding.",
    word="वह",
)

PRESETS = (
    OPENING,
    Preset(
        "बिल्ली … मीठा",
        "बिल्ली ने दूध पिया क्योंकि वह मीठा था।",
        "hi",
        "Two words are others, and now वह is the milk. Does the row of वह change?",
        word="वह",
    ),
    Preset(
        "cat … hungry",
        "The cat drank the milk because it was hungry.",
        "en",
        "Who was hungry? Look at the row of “it”. No head is promised to know: see what the model does.",
        word="it",
    ),
    Preset(
        "cat … sweet",
        "The cat drank the milk because it was sweet.",
        "en",
        "One word is another one. Compare the row of “it”.",
        word="it",
    ),
    Preset(
        "monkey",
        "The monkey ate that banana because it was too hungry.",
        "en",
        "The same question with another animal.",
        word="it",
    ),
    Preset(
        "பூனை",
        "பூனை பால் குடித்தது, ஏனெனில் அதற்குப் பசித்தது.",
        "ta",
        "The opening sentence in Tamil: see how few, long words it has.",
        word="அதற்குப்",
    ),
    Preset(
        "بلی",
        "بلی نے دودھ پیا کیونکہ وہ بھوکی تھی۔",
        "ur",
        "The opening sentence in Urdu: the picture runs from right to left.",
        word="وہ",
    ),
    Preset(
        "laptop",
        "I left my laptop on the left side of the desk.",
        "en",
        "The same word twice, with two meanings.",
        word="left",
    ),
    Preset(
        "two sentences",
        "my dog is cute",
        "en",
        "What BERT was trained on: two sentences and [SEP] between them. Which heads look across?",
        second="he likes playing",
    ),
    Preset(
        "Thinking Machines",
        "Thinking Machines",
        "en",
        "The two words of the well-known drawing, 88 and 12 per cent there. Here with real numbers.",
    ),
)
