"""Captions for drawn training pictures, in sixteen languages: made from tables, always the same, nothing random.

    >>> shape("blue", "circle", "hi", count=3), shape("blue", "circle", "sa", count=2)
    ('तीन नीले वृत्त', 'द्वे नीले वृत्ते')
    >>> placed(("red", "circle"), ("blue", "square"), "above", "hi")
    'ऊपर लाल वृत्त, नीचे नीला वर्ग'

Number, gender and Sanskrit's dual agree; a case is never asked of a shape, which is why "above" in an Indian language
is "on top a red circle, below a blue square". What shapes and colours are called follows the names of emoji in Unicode
CLDR, where a language has them. Sanskrit words stand in their pause form, but for a final म्: before a consonant it is
written ं.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

SHAPES = ("circle", "square", "triangle", "star", "heart")
COLOURS = ("red", "blue", "green", "yellow", "black", "white", "orange", "purple")
COUNTS = (1, 2, 3, 4, 5)
PLACES = (("above", "below"), ("left", "right"))

Shape = tuple[str, str]  # colour and shape: ("red", "circle")

JOINED = {
    "hi": "{} और {}",
    "bn": "{} ও {}",
    "mr": "{} आणि {}",
    "te": "{} మరియు {}",
    "ta": "{} மற்றும் {}",
    "gu": "{} અને {}",
    "ur": "{} اور {}",
    "kn": "{} ಮತ್ತು {}",
    "or": "{} ଓ {}",
    "ml": "{}, {} എന്നിവ",  # "the two of them": the usual -ഉം would have to grow onto each name
    "pa": "{} ਅਤੇ {}",
    "as": "{} আৰু {}",
    "ne": "{} र {}",
    "sd": "{} ۽ {}",
    "sa": "{} {} च",
    "en": "{} and {}",
}
_BETWEEN = {"ur": "، ", "sd": "، ", "sa": " "}  # of three, between the first two; otherwise a comma
_REWRITTEN = {"en": (r"\ba (?=[aeio])", "an "), "sa": (r"म् (?=[क-ह])", "ं ")}


@dataclass(frozen=True)
class Noun:
    """`forms` are singular and plural, or singular, dual and plural, or one that serves all."""

    forms: tuple[str, ...]
    gender: str  # m, f, n; c where the language has no gender


@dataclass(frozen=True)
class Grammar:
    """What a language needs to say: three red circles, one thing above another, something on a red background."""

    nouns: dict[str, Noun]  # by shape
    colours: dict[str, dict[str, tuple[str, ...]]]  # colour -> gender, or "ground" -> forms as in Noun
    one: str  # what stands before one thing, if anything does
    numbers: dict[int, tuple[str, ...]]  # 2 to 5 -> one form, or those of m, f, n
    above: str
    left: str
    ground: str  # {colour} and {thing}


def _grammar(
    *,
    shapes: str,
    colours: str,
    numbers: str,
    above: str,
    left: str,
    ground: str,
    endings: dict[str, str] | None = None,
    irregular: dict[str, dict[str, str]] | None = None,
    one: str = "",
) -> Grammar:
    """Reads the short notation of the table below.

    "तारा/तारे m" is a noun's forms and gender. "नील-" is a colour that takes `endings`, by gender and before the
    background ("ground"); a colour without a hyphen never changes.
    """
    endings = endings or {"c": "", "ground": ""}
    nouns = {}
    for name, entry in zip(SHAPES, shapes.split(", "), strict=True):
        forms, _, gender = entry.partition(" ")
        nouns[name] = Noun(tuple(forms.split("/")), gender or "c")
    words = {}
    for colour, word in zip(COLOURS, colours.split(", "), strict=True):
        words[colour] = {slot: _forms(word, each) for slot, each in endings.items()}
    for colour, changed in (irregular or {}).items():
        words[colour] |= {slot: tuple(each.split("/")) for slot, each in changed.items()}
    counted = dict(zip(COUNTS[1:], (tuple(each.split("/")) for each in numbers.split(", ")), strict=True))
    return Grammar(nouns, words, one, counted, above, left, ground)


def _forms(word: str, endings: str) -> tuple[str, ...]:
    """ "नील-", "ा/े" -> ("नीला", "नीले"); "लाल", "ा/े" -> ("लाल",)"""
    if not word.endswith("-"):
        return (word,)
    return tuple(word[:-1] + ending for ending in endings.split("/"))


_GRAMMARS = {
    "hi": _grammar(
        shapes="वृत्त m, वर्ग m, त्रिभुज m, तारा/तारे m, दिल m",
        colours="लाल, नील-, हर-, पील-, काल-, सफ़ेद, नारंगी, बैंगनी",
        endings={"m": "ा/े", "ground": "ी"},
        numbers="दो, तीन, चार, पाँच",
        above="ऊपर {}, नीचे {}",
        left="बाईं ओर {}, दाईं ओर {}",
        ground="{colour} पृष्ठभूमि पर {thing}",
    ),
    "bn": _grammar(
        shapes="বৃত্ত, বর্গক্ষেত্র, ত্রিভুজ, তারা, হার্ট",
        colours="লাল, নীল, সবুজ, হলুদ, কালো, সাদা, কমলা, বেগুনি",
        numbers="দুটি, তিনটি, চারটি, পাঁচটি",  # -টি, the classifier of things
        above="উপরে {}, নিচে {}",
        left="বাঁ দিকে {}, ডান দিকে {}",
        ground="{colour} পটভূমিতে {thing}",
    ),
    "mr": _grammar(
        shapes="वर्तुळ/वर्तुळे n, चौकोन m, त्रिकोण m, तारा/तारे m, हृदय/हृदये n",
        colours="लाल, निळ-, हिरव-, पिवळ-, काळ-, पांढर-, नारिंगी, जांभळ-",
        endings={"m": "ा/े", "n": "े/ी", "ground": "्या"},
        irregular={"white": {"ground": "पांढऱ्या"}},  # र before य is written ऱ
        numbers="दोन, तीन, चार, पाच",
        above="वर {}, खाली {}",
        left="डावीकडे {}, उजवीकडे {}",
        ground="{colour} पार्श्वभूमीवर {thing}",
    ),
    "te": _grammar(
        shapes="వృత్తం/వృత్తాలు, చతురస్రం/చతురస్రాలు, త్రిభుజం/త్రిభుజాలు, నక్షత్రం/నక్షత్రాలు, హృదయం/హృదయాలు",
        colours="ఎరుపు రంగు, నీలి రంగు, ఆకుపచ్చ రంగు, పసుపు రంగు, నలుపు రంగు, తెలుపు రంగు, నారింజ రంగు, ఊదా రంగు",
        numbers="రెండు, మూడు, నాలుగు, ఐదు",
        above="పైన {}, కింద {}",
        left="ఎడమ వైపు {}, కుడి వైపు {}",
        ground="{colour} నేపథ్యంపై {thing}",
    ),
    "ta": _grammar(
        shapes="வட்டம்/வட்டங்கள், சதுரம்/சதுரங்கள், முக்கோணம்/முக்கோணங்கள், நட்சத்திரம்/நட்சத்திரங்கள், இதயம்/இதயங்கள்",
        colours="சிவப்பு, நீல, பச்சை, மஞ்சள், கருப்பு, வெள்ளை, ஆரஞ்சு, ஊதா",
        numbers="இரண்டு, மூன்று, நான்கு, ஐந்து",
        above="மேலே {}, கீழே {}",
        left="இடதுபுறம் {}, வலதுபுறம் {}",
        ground="{colour} பின்னணியில் {thing}",
    ),
    "gu": _grammar(
        shapes="વર્તુળ n, ચોરસ m, ત્રિકોણ m, તારો/તારા m, દિલ n",
        colours="લાલ, વાદળી, લીલ-, પીળ-, કાળ-, સફેદ, નારંગી, જાંબલી",
        endings={"m": "ો/ા", "n": "ું/ાં", "ground": "ી"},
        numbers="બે, ત્રણ, ચાર, પાંચ",
        above="ઉપર {}, નીચે {}",
        left="ડાબી બાજુ {}, જમણી બાજુ {}",
        ground="{colour} પૃષ્ઠભૂમિ પર {thing}",
    ),
    "ur": _grammar(
        shapes="دائرہ/دائرے m, چوکور m, مثلث/مثلثیں f, ستارہ/ستارے m, دل m",
        colours="سرخ, نیل-, سبز, پیل-, کال-, سفید, نارنجی, ارغوانی",
        endings={"m": "ا/ے", "f": "ی", "ground": "ے"},
        numbers="دو, تین, چار, پانچ",
        above="اوپر {}، نیچے {}",
        left="بائیں طرف {}، دائیں طرف {}",
        ground="{colour} پس منظر پر {thing}",
    ),
    "kn": _grammar(
        shapes="ವೃತ್ತ/ವೃತ್ತಗಳು, ಚೌಕ/ಚೌಕಗಳು, ತ್ರಿಕೋನ/ತ್ರಿಕೋನಗಳು, ನಕ್ಷತ್ರ/ನಕ್ಷತ್ರಗಳು, ಹೃದಯ/ಹೃದಯಗಳು",
        colours="ಕೆಂಪು, ನೀಲಿ, ಹಸಿರು, ಹಳದಿ, ಕಪ್ಪು, ಬಿಳಿ, ಕಿತ್ತಳೆ, ನೇರಳೆ",
        numbers="ಎರಡು, ಮೂರು, ನಾಲ್ಕು, ಐದು",
        above="ಮೇಲೆ {}, ಕೆಳಗೆ {}",
        left="ಎಡಗಡೆ {}, ಬಲಗಡೆ {}",
        ground="{colour} ಹಿನ್ನೆಲೆಯಲ್ಲಿ {thing}",
    ),
    "or": _grammar(
        shapes="ବୃତ୍ତ, ବର୍ଗକ୍ଷେତ୍ର, ତ୍ରିଭୁଜ, ତାରା, ହୃଦୟ",
        colours="ଲାଲ, ନୀଳ, ସବୁଜ, ହଳଦିଆ, କଳା, ଧଳା, କମଳା, ବାଇଗଣୀ",
        numbers="ଦୁଇଟି, ତିନୋଟି, ଚାରୋଟି, ପାଞ୍ଚୋଟି",  # -ଟି, the classifier
        above="ଉପରେ {}, ତଳେ {}",
        left="ବାମ ପଟେ {}, ଡାହାଣ ପଟେ {}",
        ground="{colour} ପୃଷ୍ଠଭୂମିରେ {thing}",
    ),
    "ml": _grammar(
        shapes="വൃത്തം/വൃത്തങ്ങൾ, ചതുരം/ചതുരങ്ങൾ, ത്രികോണം/ത്രികോണങ്ങൾ, നക്ഷത്രം/നക്ഷത്രങ്ങൾ, ഹൃദയം/ഹൃദയങ്ങൾ",
        colours="ചുവന്ന, നീല, പച്ച, മഞ്ഞ, കറുത്ത, വെളുത്ത, ഓറഞ്ച്, പർപ്പിൾ",
        numbers="രണ്ട്, മൂന്ന്, നാല്, അഞ്ച്",
        above="മുകളിൽ {}, താഴെ {}",
        left="ഇടതുവശത്ത് {}, വലതുവശത്ത് {}",
        ground="{colour} പശ്ചാത്തലത്തിൽ {thing}",
    ),
    "pa": _grammar(
        shapes="ਗੋਲਾ/ਗੋਲੇ m, ਵਰਗ m, ਤਿਕੋਣ m, ਤਾਰਾ/ਤਾਰੇ m, ਦਿਲ m",
        colours="ਲਾਲ, ਨੀਲ-, ਹਰ-, ਪੀਲ-, ਕਾਲ-, ਚਿੱਟ-, ਸੰਤਰੀ, ਜਾਮਣੀ",
        endings={"m": "ਾ/ੇ", "ground": "ੇ"},
        numbers="ਦੋ, ਤਿੰਨ, ਚਾਰ, ਪੰਜ",
        above="ਉੱਪਰ {}, ਹੇਠਾਂ {}",
        left="ਖੱਬੇ ਪਾਸੇ {}, ਸੱਜੇ ਪਾਸੇ {}",
        ground="{colour} ਪਿਛੋਕੜ ਉੱਤੇ {thing}",
    ),
    "as": _grammar(
        shapes="বৃত্ত, বৰ্গ, ত্ৰিভুজ, তৰা, হৃদয়",
        colours="ৰঙা, নীলা, সেউজীয়া, হালধীয়া, ক’লা, বগা, কমলাৰঙী, বেঙুনীয়া",
        numbers="দুটা, তিনিটা, চাৰিটা, পাঁচটা",  # -টা, the classifier
        above="ওপৰত {}, তলত {}",
        left="বাওঁফালে {}, সোঁফালে {}",
        ground="{colour} পটভূমিত {thing}",
    ),
    "ne": _grammar(
        shapes="वृत्त, वर्ग, त्रिकोण, तारा, मुटु",
        colours="रात-, नील-, हरिय-, पहेँल-, काल-, सेत-, सुन्तला, बैजनी",
        endings={"c": "ो/ा", "ground": "ो"},
        numbers="दुईवटा, तीनवटा, चारवटा, पाँचवटा",  # -वटा, the classifier of things
        above="माथि {}, तल {}",
        left="बायाँतिर {}, दायाँतिर {}",
        ground="{colour} पृष्ठभूमिमा {thing}",
    ),
    "sd": _grammar(
        shapes="دائرو/دائرا m, چورس m, ٽڪنڊو/ٽڪنڊا m, تارو/تارا m, دل/دليون f",
        colours="ڳاڙه-, نير-, سائ-, پيل-, ڪار-, اڇ-, نارنگي, جامني",
        endings={"m": "و/ا", "f": "ي/يون", "ground": "ي"},
        irregular={"green": {"m": "سائو/ساوا", "f": "سائي/سايون"}},
        numbers="ٻه, ٽي, چار, پنج",
        above="مٿي {}، هيٺ {}",
        left="کاٻي پاسي {}، ساڄي پاسي {}",
        ground="{colour} پس منظر تي {thing}",
    ),
    "sa": _grammar(
        shapes="वृत्तम्/वृत्ते/वृत्तानि n, वर्गः/वर्गौ/वर्गाः m, त्रिभुजः/त्रिभुजौ/त्रिभुजाः m, तारा/तारे/ताराः f, हृदयम्/हृदये/हृदयानि n",
        colours="रक्त-, नील-, हरित-, पीत-, कृष्ण-, श्वेत-, नारङ्गवर्ण-, नीललोहित-",
        endings={"m": "ः/ौ/ाः", "f": "ा/े/ाः", "n": "म्/े/ानि", "ground": "ायाम्"},
        numbers="द्वौ/द्वे/द्वे, त्रयः/तिस्रः/त्रीणि, चत्वारः/चतस्रः/चत्वारि, पञ्च",
        above="उपरि {}, अधः {}",
        left="वामतः {}, दक्षिणतः {}",
        ground="{colour} पृष्ठभूमौ {thing}",
    ),
    "en": _grammar(
        shapes="circle/circles, square/squares, triangle/triangles, star/stars, heart/hearts",
        colours="red, blue, green, yellow, black, white, orange, purple",
        one="a",
        numbers="two, three, four, five",
        above="{} above {}",
        left="{} to the left of {}",
        ground="{thing} on a {colour} background",
    ),
}


def join(names: Sequence[str], language: str) -> str:
    """["कुत्ता", "बिल्ली", "गाय"] -> "कुत्ता, बिल्ली और गाय". ValueError for fewer than two names."""
    if len(names) < 2:
        raise ValueError(f"It takes two to be joined, not {len(names)}.")
    *first, last = names
    return _written(JOINED[language].format(_BETWEEN.get(language, ", ").join(first), last), language)


def shape(colour: str, shape: str, language: str, count: int = 1) -> str:
    """("red", "circle", "en") -> "a red circle"; ("blue", "square", "mr", 3) -> "तीन निळे चौकोन".

    KeyError for a colour, a shape, a language or a count (1 to 5) that is not in the tables.
    """
    grammar = _GRAMMARS[language]
    noun = grammar.nouns[shape]
    number = _numeral(grammar, count, noun.gender)
    words = (number, _form(grammar.colours[colour][noun.gender], count), _form(noun.forms, count))
    return _written(" ".join(word for word in words if word), language)


def placed(first: Shape, second: Shape, how: Literal["above", "left"], language: str) -> str:
    """(("red", "circle"), ("blue", "square"), "left", "en") -> "a red circle to the left of a blue square"."""
    grammar = _GRAMMARS[language]
    pattern = {"above": grammar.above, "left": grammar.left}[how]
    return _written(pattern.format(shape(*first, language), shape(*second, language)), language)


def on_ground(thing: str, colour: str, language: str) -> str:
    """("बिल्ली", "blue", "hi") -> "नीली पृष्ठभूमि पर बिल्ली". `thing` is any noun phrase in the nominative."""
    grammar = _GRAMMARS[language]
    words = _form(grammar.colours[colour]["ground"], 1)
    return _written(grammar.ground.format(colour=words, thing=thing), language)


def _form(forms: tuple[str, ...], count: int) -> str:
    """("तारा", "तारे"), 3 -> "तारे"; of Sanskrit's three, 2 takes the dual; a lone form serves every count."""
    return forms[min(count, len(forms)) - 1]


def _numeral(grammar: Grammar, count: int, gender: str) -> str:
    """Sanskrit, 3, "f" -> "तिस्रः". Elsewhere the numeral has one form."""
    if count == 1:
        return grammar.one
    forms = grammar.numbers[count]
    return forms["mfn".index(gender)] if len(forms) > 1 else forms[0]


def _written(text: str, language: str) -> str:
    """Spelling across words: "a orange heart" -> "an orange heart", "रक्तम् वृत्तम्" -> "रक्तं वृत्तम्"."""
    if language not in _REWRITTEN:
        return text
    return re.sub(*_REWRITTEN[language], text)
