"""Scripts, languages and invisible characters: the tables that everything else looks things up in.

    >>> language("ta").name, SCRIPTS["Taml"].digits
    ('தமிழ்', '\\\\u0BE6-\\\\u0BF2')
    >>> dominant_script("नमस्ते world"), guess_language("मला शाळा आवडते", among=["hi", "mr"])
    ('Deva', 'mr')

How letters join into aksharas is in `aksharas.py`. Unicode's own data is in `unicode_tables.py`, of one
fixed version.
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat

from .errors import TokenizerError
from .unicode_tables import DIGITS, LETTERS


@dataclass(frozen=True)
class Script:
    """A writing system.

    `letters` and `digits` are the inside of a regex character class, written with \\uXXXX escapes so
    that Python, Rust and Oniguruma read them alike: `regex.compile(f"[{script.letters}]+")`. Letters
    include the marks (matras, viramas, nuktas, vowel marks of Arabic), never punctuation; digits are
    all of Unicode's category N, so Tamil's ten is among them. A character that Unicode shares between
    scripts is in one only: Vedic accents in Deva, tatweel in Arab.
    """

    code: str  # ISO 15924
    name: str
    direction: str  # "ltr" or "rtl"
    letters: str
    digits: str


@dataclass(frozen=True)
class Language:
    """A language, with a sentence to begin with.

    `reviewed` says that every word of the sample was found in published text of the language.
    """

    code: str  # ISO 639-1 where there is one, else 639-3
    name: str  # its own, in its own script
    english: str
    scripts: tuple[str, ...]  # codes; the main one first
    direction: str  # of the main script
    sample: str
    reviewed: bool


class UnknownLanguage(TokenizerError):
    """No language has this code; the message names the nearest ones."""


_SCRIPT_NAMES = {
    "Deva": "Devanagari",
    "Beng": "Bengali",
    "Guru": "Gurmukhi",
    "Gujr": "Gujarati",
    "Orya": "Odia",
    "Taml": "Tamil",
    "Telu": "Telugu",
    "Knda": "Kannada",
    "Mlym": "Malayalam",
    "Arab": "Arabic",
    "Olck": "Ol Chiki",
    "Mtei": "Meetei Mayek",
    "Latn": "Latin",
}

SCRIPTS = {
    code: Script(code, name, "rtl" if code == "Arab" else "ltr", LETTERS[code], DIGITS[code])
    for code, name in _SCRIPT_NAMES.items()
}


def _language(code: str, name: str, english: str, scripts: str, sample: str, *, reviewed: bool = True) -> Language:
    codes = tuple(scripts.split())
    return Language(code, name, english, codes, SCRIPTS[codes[0]].direction, sample, reviewed)


# By number of first-language speakers in India (census of 2011); English, here for contrast, last.
LANGUAGES = {
    each.code: each
    for each in (
        _language("hi", "हिन्दी", "Hindi", "Deva", "बच्चे स्कूल में किताब पढ़ रहे हैं।"),
        _language("bn", "বাংলা", "Bengali", "Beng", "বাচ্চারা স্কুলে বই পড়ে।"),
        _language("mr", "मराठी", "Marathi", "Deva", "मुले शाळेत पुस्तक वाचतात."),
        _language("te", "తెలుగు", "Telugu", "Telu", "పిల్లలు బడికి వెళుతున్నారు."),
        _language("ta", "தமிழ்", "Tamil", "Taml", "நான் பள்ளியில் புத்தகம் படிக்கிறேன்."),
        _language("gu", "ગુજરાતી", "Gujarati", "Gujr", "બાળકો શાળામાં વાર્તા વાંચે છે."),
        _language("ur", "اردو", "Urdu", "Arab", "بچے اسکول میں کتاب پڑھ رہے ہیں۔"),
        _language("kn", "ಕನ್ನಡ", "Kannada", "Knda", "ಮಕ್ಕಳು ಶಾಲೆಯಲ್ಲಿ ಪುಸ್ತಕ ಓದುತ್ತಾರೆ."),
        _language("or", "ଓଡ଼ିଆ", "Odia", "Orya", "ପିଲାଟି ବିଦ୍ୟାଳୟରେ ବହି ପଢ଼େ ।"),
        _language("ml", "മലയാളം", "Malayalam", "Mlym", "കുട്ടികൾ സ്കൂളിൽ പുസ്തകം വായിക്കുന്നു."),
        _language("pa", "ਪੰਜਾਬੀ", "Punjabi", "Guru", "ਬੱਚੇ ਸਕੂਲ ਵਿੱਚ ਕਿਤਾਬ ਪੜ੍ਹ ਰਹੇ ਹਨ।"),
        _language("as", "অসমীয়া", "Assamese", "Beng", "ছোৱালীজনীয়ে স্কুলত কিতাপ পঢ়িছিল।"),
        _language("mai", "मैथिली", "Maithili", "Deva", "बच्चा सभ विद्यालयमे किताब पढ़ैत अछि।", reviewed=False),
        _language("sat", "ᱥᱟᱱᱛᱟᱲᱤ", "Santali", "Olck Deva", "ᱜᱤᱫᱽᱨᱟᱹ ᱠᱚ ᱯᱩᱛᱷᱤ ᱠᱚ ᱯᱟᱲᱦᱟᱣ ᱮᱫᱟ᱾", reviewed=False),
        _language("ks", "کٲشُر", "Kashmiri", "Arab Deva", "بَچہٕ چھِ سکوٗلَس مَنٛز کِتاب پَران۔", reviewed=False),
        _language("ne", "नेपाली", "Nepali", "Deva", "बालबालिका विद्यालय जान्छन्।"),
        _language("sd", "سنڌي", "Sindhi", "Arab Deva", "ٻار اسڪول ۾ ڪتاب پڙھي ٿو."),
        _language("doi", "डोगरी", "Dogri", "Deva", "बच्चे स्कूलै च कताबां पढ़दे न।", reviewed=False),
        _language("kok", "कोंकणी", "Konkani", "Deva Latn", "भुरगीं शाळेंत पुस्तकां वाचतात.", reviewed=False),
        _language("mni", "ꯃꯤꯇꯩꯂꯣꯟ", "Manipuri", "Mtei Beng", "ꯑꯉꯥꯡꯁꯤꯡꯅ ꯁ꯭ꯀꯨꯜꯗ ꯂꯥꯏꯔꯤꯛ ꯄꯥꯔꯤ꯫", reviewed=False),
        _language("brx", "बरʼ", "Bodo", "Deva", "गथʼफोरा फरायसालियाव बिजाब फरायो।", reviewed=False),
        _language("sa", "संस्कृतम्", "Sanskrit", "Deva", "बालाः विद्यालये पुस्तकं पठन्ति।"),
        _language("en", "English", "English", "Latn", "The children read books at school."),
    )
}


def languages() -> list[Language]:
    """All languages: most first-language speakers in India first (census of 2011), English last."""
    return list(LANGUAGES.values())


def language(code: str) -> Language:
    """`language("hi").english` -> "Hindi". Raises UnknownLanguage, with the nearest known ones."""
    if code in LANGUAGES:
        return LANGUAGES[code]
    known = {name.casefold(): each for each in languages() for name in (each.code, each.name, each.english)}
    near = difflib.get_close_matches(code.casefold(), known, n=3, cutoff=0.5)
    found = dict.fromkeys(f"{known[name].code} ({known[name].english})" for name in near)
    hint = f"Did you mean {' or '.join(found)}?" if found else f"Known: {', '.join(LANGUAGES)}."
    raise UnknownLanguage(f"There is no language {code!r}. {hint}")


# --- which script, which language ---


@lru_cache(maxsize=1)
def _script_table() -> dict[str, str]:
    """Every letter and every digit -> its script. "0" to "9" are left out: all scripts use them."""
    table = {}
    for script in SCRIPTS.values():
        for ranges in (script.letters, script.digits if script.code != "Latn" else ""):
            for first, last in re.findall(r"\\u(\w{4})(?:-\\u(\w{4}))?", ranges):
                points = range(int(first, 16), int(last or first, 16) + 1)
                table.update(dict.fromkeys(map(chr, points), script.code))
    return table


@lru_cache(maxsize=1)
def _letter() -> re.Pattern[str]:
    return re.compile("[" + "".join(script.letters for script in SCRIPTS.values()) + "]")


def script_of(character: str) -> str | None:
    """The script of a letter, mark or digit: "ि" -> "Deva", "௰" -> "Taml", "م" -> "Arab".

    None for what belongs to no single script here: spaces, punctuation with danda, 0 to 9, emoji, other
    scripts.
    """
    return _script_table().get(character)


def dominant_script(text: str) -> str | None:
    """The script of most letters and marks of the text; of two with as many, the one that comes first."""
    counts: Counter[str] = Counter()
    for character, count in Counter(text).items():
        if _letter().match(character):
            counts[_script_table()[character]] += count
    return counts.most_common(1)[0][0] if counts else None


# What tells languages of one script apart: letters that the others (nearly) never write, and their
# commonest words. The letters and the words of reviewed languages were checked by counting published
# text.
_TELLING_LETTERS = {
    "mr": "ळऱॅ",
    "sa": "ःऽ",
    "brx": "ʼ",
    "bn": "র",
    "as": "ৰৱ",
    "ur": "ںےڑڈٹہی",
    "sd": "ٻڀٺٽٿڃڄڇڌڍڏڊڙڦڪڳڱڻ۽۾ي",
    "ks": "ٲٳۄۆٕٖٔٗٚٛؠ",
}
_TELLING_WORDS = {
    "hi": (
        "में से पर और नहीं है हैं हूँ हूं गया दिया गए गई तो कि जो तक बहुत मेरा "
        "तुम आप क्यों कर लिए भी किया था थी थे का की के को ने वह यह मैं मुझे एक "
        "हुए रहा रही रहे हो क्या करें"
    ),
    "mr": (
        "आणि आहे नाही आहेत मी पण मला किंवा काही काय असे त्याला त्या म्हणून "
        "च्या खूप झाला करून आम्ही होते होता हे ते हा या व तर मग झाले झाली "
        "यांनी केले केली करू"
    ),
    "ne": (
        "र छ लागि थियो गर्न पनि रूपमा गर्ने गरिएको भएको यो भएका धेरै थिए गरेको "
        "हुने भन्दा हुन्छ छन् हुन् हो छैन केही ले मा लाई म मेरो है तपाईं तिमी "
        "उनी उनले"
    ),
    "sa": "इति सः मम अहं च आसीत् अपि तस्य अस्ति एव किं अवदत् तव वयं तदा तु इव तत् अहम् तत्र सन्ति न सा एषा स्म",
    "mai": "अछि छल छथि छै आओर सभ जे अहाँ हम ओ एहि लेल मे सँ केँ",
    "doi": "ऐ ते दा दी दे च न नेईं कन्नै आस्तै ओह् मेरा गी जे इस",
    "kok": "आसा आनी ना म्हूण तें तो हांव आमी जाता आसात करपाक खंय",
    "brx": "आव आरो नङा मोनसे बियो आं जों दं थांनाय बेयो बे नि",
    "bn": "এবং এর করে জন্য করা একটি থেকে মধ্যে করার এই না তার সাথে হয় ও আমি",
    "as": "আৰু পৰা মই তাৰ আছিল মোৰ তেওঁ নাই হৈ বুলি লৈ বৰ এই আমি তুমি কি",
    "ur": "کے کی میں ہے سے اور کو کا ہیں نے اس کہ ایک یہ کیا نہیں ہو بھی",
    "sd": "جي آھي آهي کي تي ته کان ڪيو ھڪ سان جو نه هو جا",
    "ks": "چھُ چھِ تہٕ تہِ مَنٛز کٔرِتھ چھےٚ یہِ اوس",
}
# Nepali, Marathi and Sanskrit write onto the word what Hindi says with words of their own.
_TELLING_ENDINGS = {
    "sa": "म् त् न् न्ति स्य ताम् ेषु यति",
    "kok": "ेंत ांक गीं कां",
    "mr": "च्या ांना ांनी ण्यासाठी तील ाचे ाची ाचा ांचे ांची ांचा ाला ात ण्यात लेल्या ाने करीता",
    "ne": ("को ाले ीले रले नले लाई हरू हरु ामा मा बाट संग सँग एको नु छन् ्यो एका ्छ इन्छ ियो ैन छु ौं नुहोस्"),
}


def guess_language(text: str, among: Iterable[str]) -> str | None:
    """The code, out of `among`, of the language the text is likely written in; None if none has its script.

    1. The script decides. A language written mainly in it comes before one that only sometimes is
       (Kashmiri in Devanagari).
    2. Of several languages with that script: the one whose own letters, commonest words and
       word endings are seen most often.
    3. Nothing seen: the first of them in `among`.

    Right for 98.7% of 6,709 lines of news, health texts, stories and single sentences, among the 16
    languages that these are in. Weakest are Marathi (93.7%), Sanskrit (93.1%) and Nepali (95.2%), which
    in short lines are taken for Hindi. Bodo, Dogri, Kashmiri, Konkani and Maithili were not measured.
    """
    script = dominant_script(text)
    known = [LANGUAGES[code] for code in among if code in LANGUAGES]
    candidates = [each.code for each in known if each.scripts[0] == script]
    candidates = candidates or [each.code for each in known if script in each.scripts]
    if len(candidates) < 2:
        return candidates[0] if candidates else None
    characters = Counter(text)
    words = Counter(re.split(r"[\s।॥.,;:!?'\"“”‘’()۔،؟-]+", text))
    seen = {
        code: sum(characters[letter] for letter in _TELLING_LETTERS.get(code, ""))
        + sum(2 * words[word] for word in _TELLING_WORDS.get(code, "").split())
        + sum(map(str.endswith, words, repeat(tuple(_TELLING_ENDINGS.get(code, "").split()))))
        for code in candidates
    }
    return max(candidates, key=seen.__getitem__)  # max returns the first of equals


# --- what cannot be seen ---

# Character -> the short label to show in its place. Plain space, tab and line ends are not here.
INVISIBLE = {
    "\u00a0": "NBSP",  # no-break space
    "\u00ad": "SHY",  # soft hyphen
    "\u034f": "CGJ",  # combining grapheme joiner
    "\u061c": "ALM",  # Arabic letter mark
    "\u115f": "HCF",  # Hangul fillers: letters that draw nothing
    "\u1160": "HJF",
    "\u180e": "MVS",  # Mongolian vowel separator
    "\u2000": "NQSP",
    "\u2001": "MQSP",
    "\u2002": "ENSP",
    "\u2003": "EMSP",
    "\u2004": "3/MSP",
    "\u2005": "4/MSP",
    "\u2006": "6/MSP",
    "\u2007": "FSP",  # as wide as a digit
    "\u2008": "PSP",
    "\u2009": "THSP",
    "\u200a": "HSP",
    "\u200b": "ZWSP",
    "\u200c": "ZWNJ",  # keeps letters apart
    "\u200d": "ZWJ",  # asks for the joined form
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u2028": "LSEP",
    "\u2029": "PSEP",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u202f": "NNBSP",
    "\u205f": "MMSP",
    "\u2060": "WJ",
    "\u2061": "FA",  # function application, and invisible times, separator, plus
    "\u2062": "IT",
    "\u2063": "IS",
    "\u2064": "IP",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
    "\u206a": "ISS",  # deprecated controls of shaping, to 206F
    "\u206b": "ASS",
    "\u206c": "IAFS",
    "\u206d": "AAFS",
    "\u206e": "NADS",
    "\u206f": "NODS",
    "\u3000": "IDSP",  # ideographic space
    "\u3164": "HF",
    "\ufeff": "BOM",
    "\uffa0": "HWHF",
    "\ufff9": "IAA",
    "\ufffa": "IAS",
    "\ufffb": "IAT",
    **{chr(0xE0020 + n): "TAG" for n in range(96)},
    **{chr(0xFE00 + n): f"VS{n + 1}" for n in range(16)},
    **{chr(0xE0100 + n): f"VS{n + 17}" for n in range(240)},
}
