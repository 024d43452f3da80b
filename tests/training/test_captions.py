"""Captions in sixteen languages: expectations written by hand, and what must hold of every one."""

import unicodedata
from itertools import product

import pytest

from tokenizer_indic.scripts import LANGUAGES, script_of
from training.captions import COLOURS, COUNTS, JOINED, SHAPES, join, on_ground, placed, shape

CODES = ["hi", "bn", "mr", "te", "ta", "gu", "ur", "kn", "or", "ml", "pa", "as", "ne", "sd", "sa", "en"]
RED, BLUE = ("red", "circle"), ("blue", "square")


def check(text: str, code: str) -> None:
    """A caption is in NFC and in its language's script; nothing of a pattern is left over."""
    assert text == text.strip() == unicodedata.normalize("NFC", text)
    assert {script_of(each) for each in text} - {None} == {LANGUAGES[code].scripts[0]}
    assert not set(text) & set("{}/-")
    assert "  " not in text
    assert " ," not in text


@pytest.mark.parametrize("code", CODES)
def test_every_shape(code: str) -> None:
    captions = [shape(*each[:2], code, each[2]) for each in product(COLOURS, SHAPES, COUNTS)]
    assert len(set(captions)) == len(captions) == 200
    for caption in captions:
        check(caption, code)


@pytest.mark.parametrize("code", CODES)
def test_every_place_and_ground(code: str) -> None:
    pairs = list(product(COLOURS, SHAPES))
    captions = [placed(RED, each, "above", code) for each in pairs]
    captions += [placed(RED, each, "left", code) for each in pairs]
    captions += [on_ground(shape(*each, code), colour, code) for each, colour in product(pairs, COLOURS)]
    assert len(set(captions)) == len(captions)
    assert placed(RED, BLUE, "above", code) != placed(BLUE, RED, "above", code)
    for caption in captions:
        check(caption, code)


@pytest.mark.parametrize("code", CODES)
def test_joined(code: str) -> None:
    names = [shape(colour, "heart", code) for colour in COLOURS[:3]]
    check(join(names[:2], code), code)
    check(join(names, code), code)
    assert JOINED[code].count("{}") == 2
    assert join(names[:2], code) != join(names[1::-1], code)


@pytest.mark.parametrize(
    ("code", "colour", "name", "count", "caption"),
    [
        ("en", "red", "circle", 1, "a red circle"),
        ("en", "orange", "heart", 1, "an orange heart"),
        ("en", "orange", "star", 5, "five orange stars"),
        ("hi", "red", "circle", 1, "लाल वृत्त"),
        ("hi", "blue", "square", 3, "तीन नीले वर्ग"),
        ("hi", "black", "star", 1, "काला तारा"),
        ("hi", "yellow", "star", 5, "पाँच पीले तारे"),
        ("mr", "blue", "circle", 1, "निळे वर्तुळ"),
        ("mr", "blue", "circle", 2, "दोन निळी वर्तुळे"),
        ("mr", "blue", "square", 1, "निळा चौकोन"),
        ("mr", "green", "square", 4, "चार हिरवे चौकोन"),
        ("mr", "orange", "heart", 5, "पाच नारिंगी हृदये"),
        ("sa", "red", "circle", 1, "रक्तं वृत्तम्"),
        ("sa", "red", "circle", 2, "द्वे रक्ते वृत्ते"),
        ("sa", "blue", "square", 1, "नीलः वर्गः"),
        ("sa", "blue", "square", 2, "द्वौ नीलौ वर्गौ"),
        ("sa", "white", "triangle", 3, "त्रयः श्वेताः त्रिभुजाः"),
        ("sa", "yellow", "star", 3, "तिस्रः पीताः ताराः"),
        ("sa", "black", "heart", 4, "चत्वारि कृष्णानि हृदयानि"),
        ("sa", "green", "star", 5, "पञ्च हरिताः ताराः"),
        ("ta", "red", "circle", 1, "சிவப்பு வட்டம்"),
        ("ta", "red", "circle", 2, "இரண்டு சிவப்பு வட்டங்கள்"),
        ("ta", "white", "star", 5, "ஐந்து வெள்ளை நட்சத்திரங்கள்"),
        ("bn", "red", "circle", 1, "লাল বৃত্ত"),
        ("bn", "white", "triangle", 2, "দুটি সাদা ত্রিভুজ"),
        ("bn", "yellow", "star", 5, "পাঁচটি হলুদ তারা"),
        ("gu", "green", "circle", 1, "લીલું વર્તુળ"),
        ("gu", "green", "circle", 2, "બે લીલાં વર્તુળ"),
        ("gu", "black", "star", 3, "ત્રણ કાળા તારા"),
        ("ur", "blue", "triangle", 3, "تین نیلی مثلثیں"),
        ("ur", "black", "star", 2, "دو کالے ستارے"),
        ("pa", "white", "star", 4, "ਚਾਰ ਚਿੱਟੇ ਤਾਰੇ"),
        ("sd", "green", "heart", 1, "سائي دل"),
        ("sd", "green", "star", 2, "ٻه ساوا تارا"),
        ("sd", "red", "heart", 3, "ٽي ڳاڙهيون دليون"),
        ("ne", "red", "star", 1, "रातो तारा"),
        ("ne", "red", "star", 2, "दुईवटा राता तारा"),
        ("as", "black", "star", 2, "দুটা ক’লা তৰা"),
        ("or", "yellow", "circle", 2, "ଦୁଇଟି ହଳଦିଆ ବୃତ୍ତ"),
        ("te", "red", "heart", 2, "రెండు ఎరుపు రంగు హృదయాలు"),
        ("kn", "blue", "heart", 2, "ಎರಡು ನೀಲಿ ಹೃದಯಗಳು"),
        ("ml", "red", "heart", 2, "രണ്ട് ചുവന്ന ഹൃദയങ്ങൾ"),
    ],
)
def test_shapes_by_hand(code: str, colour: str, name: str, count: int, caption: str) -> None:
    assert shape(colour, name, code, count) == unicodedata.normalize("NFC", caption)


def test_places_by_hand() -> None:
    assert placed(RED, BLUE, "above", "en") == "a red circle above a blue square"
    assert placed(RED, BLUE, "left", "en") == "a red circle to the left of a blue square"
    assert placed(RED, BLUE, "above", "hi") == "ऊपर लाल वृत्त, नीचे नीला वर्ग"
    assert placed(RED, BLUE, "left", "hi") == "बाईं ओर लाल वृत्त, दाईं ओर नीला वर्ग"
    assert placed(RED, BLUE, "left", "mr") == "डावीकडे लाल वर्तुळ, उजवीकडे निळा चौकोन"
    assert placed(RED, BLUE, "above", "sa") == "उपरि रक्तं वृत्तम्, अधः नीलः वर्गः"
    assert placed(RED, BLUE, "above", "ta") == "மேலே சிவப்பு வட்டம், கீழே நீல சதுரம்"
    assert placed(RED, BLUE, "left", "bn") == "বাঁ দিকে লাল বৃত্ত, ডান দিকে নীল বর্গক্ষেত্র"
    assert placed(RED, BLUE, "above", "ur") == "اوپر سرخ دائرہ، نیچے نیلا چوکور"


def test_grounds_by_hand() -> None:
    assert on_ground("a red circle", "orange", "en") == "a red circle on an orange background"
    assert on_ground("बिल्ली", "red", "hi") == "लाल पृष्ठभूमि पर बिल्ली"
    assert on_ground("बिल्ली", "blue", "hi") == "नीली पृष्ठभूमि पर बिल्ली"
    assert on_ground("मांजर", "blue", "mr") == "निळ्या पार्श्वभूमीवर मांजर"
    assert on_ground("मांजर", "white", "mr") == "पांढऱ्या पार्श्वभूमीवर मांजर"
    assert on_ground("वृत्तम्", "blue", "sa") == "नीलायां पृष्ठभूमौ वृत्तम्"
    assert on_ground("பூனை", "green", "ta") == "பச்சை பின்னணியில் பூனை"
    assert on_ground("বই", "green", "bn") == "সবুজ পটভূমিতে বই"
    assert on_ground("بلی", "black", "ur") == "کالے پس منظر پر بلی"


def test_joined_by_hand() -> None:
    assert join(["a cat", "a dog"], "en") == "a cat and a dog"
    assert join(["a cat", "a dog", "a cow"], "en") == "a cat, a dog and a cow"
    assert join(["कुत्ता", "बिल्ली", "गाय"], "hi") == "कुत्ता, बिल्ली और गाय"
    assert join(["कुत्रा", "मांजर"], "mr") == "कुत्रा आणि मांजर"
    assert join(["रक्तं वृत्तम्", "नीलः वर्गः"], "sa") == "रक्तं वृत्तं नीलः वर्गः च"
    assert join(["शुनकः", "बिडालः", "गौः"], "sa") == "शुनकः बिडालः गौः च"
    assert join(["நாய்", "பூனை"], "ta") == "நாய் மற்றும் பூனை"
    assert join(["কুকুর", "বিড়াল", "গরু"], "bn") == "কুকুর, বিড়াল ও গরু"
    assert join(["നായ", "പൂച്ച"], "ml") == "നായ, പൂച്ച എന്നിവ"
    assert join(["کتا", "بلی", "گائے"], "ur") == "کتا، بلی اور گائے"


def test_what_is_not_in_the_tables() -> None:
    with pytest.raises(ValueError, match="two"):
        join(["a cat"], "en")
    with pytest.raises(KeyError):
        shape("red", "circle", "en", 6)
    with pytest.raises(KeyError):
        shape("pink", "circle", "en")
