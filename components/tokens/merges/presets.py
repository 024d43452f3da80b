"""The section's examples, as data."""

from dataclasses import dataclass

from components.tokens.merges.compute import WHOLE, WORDS


@dataclass(frozen=True)
class Preset:
    """`label` is on the button, `why` what to look for; `choices` as `compute.read_choices` takes them."""

    label: str
    text: str
    why: str
    language: str = "en"
    start: str = "characters"
    within: str = WORDS
    choices: str = ""


PRESETS = (
    Preset(
        "aaabdaaabac",
        "aaabdaaabac",
        "Wikipedia's example. After the first merge two pairs are tied: the rule takes the one found first.",
        within=WHOLE,
    ),
    Preset(
        "Wikipedia’s way",
        "aaabdaaabac",
        "At the tie Wikipedia takes ab: other merges on the way, and the same five tokens at the end.",
        within=WHOLE,
        choices="2:2",
    ),
    Preset(
        "aaa",
        "aaa",
        "The pair aa is counted twice and replaced once: its two places share the a in the middle.",
        within=WHOLE,
    ),
    Preset(
        "low lower",
        "low low low low low lower lower newest newest newest newest newest newest widest widest widest",
        "The words of the paper that brought BPE to language models (arXiv 1508.07909): the ending est comes early.",
    ),
    Preset(
        "हिन्दी",
        "करता करती करते करना, पढ़ता पढ़ती पढ़ते पढ़ना, लिखता लिखती लिखते लिखना",
        "Four endings, three verbs: are the stems found first, or the endings?",
        "hi",
    ),
    Preset(
        "தமிழ்",
        "மரம் மரங்கள் மரத்தில், படம் படங்கள் படத்தில், நகரம் நகரங்கள் நகரத்தில்",
        "Tree, picture, city; one, many, in it: the endings ங்கள் and த்தில் grow merge by merge.",
        "ta",
    ),
    Preset(
        "اردو",
        "کرتا کرتی کرتے، دیکھتا دیکھتی دیکھتے، رہتا رہتی رہتے",
        "Right to left; the rule is the same. Which endings do the three verbs share?",
        "ur",
    ),
    Preset(
        "From bytes",
        "नमस्ते दुनिया, नमस्ते भारत",
        "Begun with bytes, as GPT-2 does: E0 A4, how nearly every Devanagari letter begins, is merged first of all.",
        "hi",
        start="bytes",
    ),
    Preset(
        "From aksharas",
        "नमस्ते दुनिया, नमस्ते भारत, दुनिया में भारत",
        "Begun with aksharas no token can end inside one; but a large text has thousands of different ones.",
        "hi",
        start="aksharas",
    ),
)
