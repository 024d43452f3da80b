"""The examples, as data."""

from dataclasses import dataclass, field


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
        "hungry, sweet",
        "The cat drank the milk because it was hungry.",
        "en",
        "Both sentences: “Compare” shows them side by side, with the row of “it” marked.",
        second="The cat drank the milk because it was sweet.",
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
        "BERT reads two sentences at once, with [SEP] between them. Which heads look across?",
        second="he likes playing",
    ),
    Preset(
        "[PAD]",
        "You are welcome [PAD] [PAD]",
        "en",
        "Filling, so that all texts of a batch are equally long. Nobody looks there: see “Masks”, padding.",
    ),
    Preset(
        "Thinking Machines",
        "Thinking Machines",
        "en",
        "The two words of the well-known drawing, 88 and 12 per cent there. Here with real numbers.",
    ),
)


@dataclass(frozen=True)
class Step:
    """One step of the guided lesson: what it says, and what it opens. `view` are settings as the address has them."""

    title: str
    says: str
    section: str
    text: str
    language: str
    view: dict[str, str | int | bool] = field(default_factory=dict)
    second: str = ""
    word: str = ""
    places: tuple[int, int] | None = None  # of the words whose vectors are compared, as in Pair


CAT = OPENING.text
MILK = PRESETS[2].text

LESSON = (
    Step(
        "Who looks at whom",
        "Each row is a word that asks, each column a word that it may look at. The stronger the colour, the more it"
        " takes from there. Follow the row of वह.",
        "heatmap",
        CAT,
        "hi",
        {"layer": 0, "head": 0, "over": "heads", "level": "words", "special": True},
        word="वह",
    ),
    Step(
        "Rows add up to one",
        "A word shares out its attention: each row adds up to 1, a column need not. And it is not mutual: how much A"
        " looks at B says nothing of how much B looks at A. Point at two cells that mirror each other.",
        "heatmap",
        CAT,
        "hi",
        {"layer": 0, "head": 6, "over": "heads", "level": "words", "special": True},
        word="वह",
    ),
    Step(
        "Why a query, why a key",
        "As with a search engine: the query is what you type, the keys are the labels of the pages. Here both are"
        " rows of numbers, made from each word's vector by two learned layers. Blue is below zero, orange above.",
        "inside",
        MILK,
        "en",
        {"layer": 0, "head": 6, "step": 0},
        word="it",
    ),
    Step(
        "How well do they fit?",
        "Query times key, number by number, and added up. Then divided by √d, so that long vectors do not shout.",
        "inside",
        MILK,
        "en",
        {"layer": 0, "head": 6, "step": 2},
        word="it",
    ),
    Step(
        "From scores to shares",
        "The softmax turns scores into shares of one. We computed them here; beside them is what the model itself"
        " returned.",
        "inside",
        MILK,
        "en",
        {"layer": 0, "head": 6, "step": 4},
        word="it",
    ),
    Step(
        "And the value",
        "The content of the pages: each word's value, as strong as its share, all added up. That is what this head"
        " tells the word. Drag the slider below: how did the same head look early in training?",
        "inside",
        MILK,
        "en",
        {"layer": 0, "head": 6, "step": 5},
        word="it",
    ),
    Step(
        "Many heads, many habits",
        "Every head of every layer at a glance. Some look one word back, some ahead, some at [SEP], where they rest."
        " Choose an order above, then click one.",
        "heads",
        MILK,
        "en",
    ),
    Step(
        "Between two sentences",
        "BERT reads two sentences at once. Which words of the second look back into the first? Choose B→A.",
        "lines",
        "my dog is cute",
        "en",
        {"layer": 0, "head": 6, "level": "words"},
        second="he likes playing",
    ),
    Step(
        "One word, two meanings",
        "कल is tomorrow and yesterday. At layer 0 both are almost the same vector; what surrounds them pulls them"
        " apart.",
        "meanings",
        MEANINGS[3].first,
        "hi",
        second=MEANINGS[3].second,
        places=MEANINGS[3].places,
    ),
    Step(
        "No peeking",
        "The same scores, but nobody may see what comes later: so does a model learn to write. Try the other masks.",
        "masks",
        "May the force be with you",
        "en",
        {"layer": 0, "head": 6, "mask": "causal"},
    ),
    Step(
        "One word is another one",
        "Hungry is the cat, sweet is the milk. The same head on both sentences, and the difference: does the row of"
        " “it” change?",
        "compare",
        "The cat drank the milk because it was hungry.",
        "en",
        {"layer": 0, "head": 6, "level": "words"},
        second="The cat drank the milk because it was sweet.",
        word="it",
    ),
    Step(
        "Where am I?",
        "Attention alone sees a bag of words. Below, the places are taken away: the cat that chases and the cat that"
        " is chased become one.",
        "positions",
        ORDERS[0],
        "en",
        {"way": "learned"},
    ),
    Step(
        "What goes in",
        "Before the first layer: a vector for the token, one for its place, one for its segment. Added up, that is"
        " all that the model ever knows of your sentence.",
        "inputs",
        "my dog is cute",
        "en",
        second="he likes playing",
    ),
)
