"""The examples, as data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """`label` is on the button, `why` below it once chosen: what to look for. `pictures` are names of store.py."""

    label: str
    pictures: tuple[str, ...]
    captions: tuple[str, ...]
    why: str
    language: str = ""  # of the label


@dataclass(frozen=True)
class Labels:
    """An example of zero-shot: one picture, labels, the language of the templates."""

    label: str
    picture: str
    labels: tuple[str, ...]
    language: str
    why: str


@dataclass(frozen=True)
class Step:
    """One step of the guided lesson: `section` with the preset `example` (its number), and what to say."""

    title: str
    says: str
    section: str
    example: int = 0
    shown: str = "cosine"
    query: str = ""
    meaning: str = ""
    picture: str = ""  # where it looks: a name of store.py, and one of the example's captions
    caption: str = ""


OPENING = Preset(
    "Six pictures",
    ("sample:dog", "sample:cat", "sample:girl-hugging-dog", "sample:train", "sample:mango", "sample:rain-house"),
    (
        "a dog",
        "बिल्ली",
        "a girl hugging a dog",
        "ரயில்",
        "আম",
        "घर पर बारिश",
        "a mango",
        "ریل گاڑی",
    ),
    "Rows are pictures, columns captions, in six languages. Is the strongest cell of each row at the right caption?",
)

PRESETS = (
    OPENING,
    Preset(
        "वर्षा",
        ("sample:rain-house", "sample:umbrella", "sample:house", "sample:night", "sample:mountains"),
        ("वर्षा", "बारिश", "rain", "மழை", "బయట వర్షం", "धूप", "रात"),
        "One idea in other words: वर्षा, बारिश, rain, மழை. Which rows are strong there, and which word is lost on it?",
        "hi",
    ),
    Preset(
        "Who hugs whom?",
        ("sample:girl-hugging-dog", "sample:dog", "sample:boy-kite"),
        (
            "a girl hugging a dog",
            "a dog hugging a girl",
            "a girl",
            "a dog",
            "a boy flying a kite",
            "a kite flying a boy",
        ),
        "The same words in another order: does the model care who hugs whom? CLIP is known for caring little.",
    ),
    Preset(
        "Nothing fits",
        ("sample:dog", "sample:train", "sample:mango"),
        ("a computer", "snow", "a wedding", "गणित की किताब"),
        "No caption fits. The cosines are low, and yet each row of the softmax sums to one: look at both.",
    ),
    Preset(
        "To eat, to ride",
        ("sample:mango", "sample:bananas", "sample:tea", "sample:bus", "sample:train", "sample:bicycle"),
        ("a fruit", "food", "खाने की चीज़", "a vehicle", "गाड़ी", "பழம்"),
        "Captions that name no thing but a kind of things. The columns show how much of that the model has learned.",
    ),
    Preset(
        "🐘🥭🚂",
        ("emoji:🐘", "emoji:🥭", "emoji:🚂", "emoji:🐯", "emoji:🪔", "emoji:🌧️"),
        ("हाथी", "யானை", "ఏనుగు", "বাঘ", "tiger", "दीया", "rain"),
        "Emoji, as this machine's font draws them: the model learned such drawings, with names in fifteen languages.",
    ),
)

LABELS = (
    Labels(
        "dog, cat, cow",
        "sample:dog",
        ("dog", "cat", "cow", "elephant", "fish"),
        "en",
        "Five classes that the model was never trained to part. Take one away, or add “wolf”.",
    ),
    Labels(
        "कुत्ता, बिल्ली",
        "sample:cat",
        ("कुत्ता", "बिल्ली", "गाय", "हाथी", "मछली"),
        "hi",
        "The same in Hindi, with templates in Hindi.",
    ),
    Labels(
        "ரயில், பேருந்து",
        "sample:bus",
        ("ரயில்", "பேருந்து", "மிதிவண்டி", "படகு"),
        "ta",
        "Things that move, in Tamil.",
    ),
)

QUERIES = (  # names first, then ideas; the last is lost on the embedded model
    "पतंग उड़ाता लड़का",
    "a girl hugging a dog",
    "மழையில் குடை",
    "fruit",
    "love of a dog",
    "वर्षा",
    "something to eat",
)

LESSON = (
    Step(
        "Two encoders, one space",
        "One encoder reads captions, another looks at pictures. Both end in an arrow of one length, in one space."
        " A cell is the cosine between the two arrows: strongly coloured where they point the same way.",
        "table",
    ),
    Step(
        "Of these captions, which one?",
        "The model multiplies each cosine by a number it has learned, and a softmax over the row makes probabilities:"
        " each row sums to one. Click a cell: the steps stand below the table.",
        "table",
        shown="captions",
    ),
    Step(
        "Of these pictures, which one?",
        "The same numbers, the softmax down the columns: now each column sums to one. In training both are asked for.",
        "table",
        shown="pictures",
    ),
    Step(
        "When nothing fits",
        "No caption fits any picture, and yet each row must sum to one. The cosines say what the softmax hides.",
        "table",
        example=3,
        shown="captions",
    ),
    Step(
        "Many languages, one arrow",
        "वर्षा, बारिश, rain, மழை: other words and scripts. Where the model has learned them, the same rows are strong.",
        "table",
        example=1,
    ),
    Step(
        "Classes you make up",
        "Zero-shot: the labels become captions, and the nearest caption is the class. Add a distractor, “wolf”:"
        " the probabilities move, the cosines do not.",
        "zero",
    ),
    Step(
        "Searching by an idea",
        "No picture has a name here. The query is an arrow, and the gallery is sorted by its cosine with it."
        " Then ideas: “love of a dog”, which no caption said; “something to eat” is lost on the small model.",
        "search",
        query="पतंग उड़ाता लड़का",
    ),
    Step(
        "One caption, twelve languages",
        "The rank of the right picture among thirty; a dashed box is no better than guessing. Download CLIP in the list"
        " of models, and see what it makes of Hindi.",
        "languages",
        meaning="girl-hugging-dog",
    ),
    Step(
        "Where does it look?",
        "A grey square covers one place after another: where the cosine falls, something mattered. Beside it the same"
        " model with shuffled weights, which has learned nothing. Then choose the caption “a dog”: does the red move?",
        "where",
        picture="sample:girl-hugging-dog",
        caption="a girl hugging a dog",
    ),
    Step(
        "How it was trained",
        "A batch of pairs: the right ones are the diagonal. Each row and each column is a choice among n, and the loss"
        " is −ln of the right one’s share. Move the scale; then shuffle the pairs: what does a wrong caption cost?",
        "trained",
    ),
    Step(
        "Map of the space",
        "Thirty pictures and their captions, flattened to two axes. Do पेड़ and மரம் lie together? Pictures and captions"
        " keep apart: that is the modality gap. Close it, and see what lies near what.",
        "map",
    ),
)
