"""text -> aksharas, the units in which Indian scripts are read and spelled: क्षि is one, नमस्ते three.

    >>> aksharas("क्षिति"), aksharas("മലയാളം"), aksharas("மக்கள்")
    (['क्षि', 'ति'], ['മ', 'ല', 'യാ', 'ളം'], ['ம', 'க்', 'க', 'ள்'])

An akshara is an orthographic syllable (Unicode Standard 17.0, chapter 12.1): consonants joined by
virama, or one independent vowel, with all signs around them. This is the standard cluster of the
Universal Shaping Engine and of OpenType's Indic syllables, and nearly the extended grapheme cluster of
UAX #29 (rule GB9c, Indic_Conjunct_Break); where they differ, this module goes by what a reader sees:

- Conjuncts form in all of these scripts. UAX #29 joins them in six and leaves out Kannada, Gurmukhi
  and, in Meetei Mayek, the usual sign (apun iyek).
- Tamil's pulli ends an akshara, except in க்ஷ (kṣa) and in ஸ்ரீ and ஶ்ரீ (śrī).
- ZWNJ after a virama ends the akshara; ZWJ does not. Before the virama neither does (Bengali র‌্য and র‍্য).
- Malayalam's chillus are units of their own, both ൻ and its older form ന + virama + ZWJ; a virama after
  them joins what follows: ന്‍്റ, ൻ്റ. Of their own are khanda ta ৎ (which may carry a ra: র্ৎ) and
  Meetei's lonsum letters too.
- A consonant with a final virama is a unit. A virama after a vowel sign is a sign (Malayalam's half u):
  it joins nothing.
- Independent vowels take a conjoined consonant (অ্যা), and ṛ takes a ra above it (नैर्ऋत्य).
- A mark with nothing to carry it (first in the text, after a space, after a Latin letter) is no part of
  what stands before it: marks in a row are one unit. Letters, digits, dashes, no-break space and dotted
  circle can carry marks.
- Avagraha is a unit. Ol Chiki is an alphabet: each letter is a unit, with the modifiers 1C78 to 1C7D
  that follow it.

All other text, Arabic and Latin included, is cut into extended grapheme clusters by rules GB3 to GB13
of UAX #29. The regex module's `\\X` is not used: it follows that module's Unicode version, and joins
some consonants too many (a, virama, ka). The ranges here are those of `unicode_tables`, so the answer
is the same on every machine.

How: each character becomes one letter that says what it does (क is C, ् is H, ि is M), so क्षिति reads
CHCMCM, and one short regular expression over those letters cuts the text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from .unicode_tables import CLASSES

# What the letters stand for.
#   Indic scripts: C consonant, R ra, L consonant with a chillu form, V independent vowel, W vocalic r,
#   S consonant that takes the next one below it, A what else can carry marks, H virama, J Malayalam's
#   virama, N nukta, M any other mark, O Ol Chiki's modifier. Tamil's க ஶ ஷ ஸ ர ் ீ stand for
#   themselves.
#   Anywhere: z ZWJ, u ZWNJ, e extending mark, s spacing mark, p prepended sign, k consonant
#   and h virama of further Brahmic scripts, x pictograph, f half of a flag, l v t y w parts of Hangul
#   syllables, c control, "." all the rest.
_PATTERN = r"""
    \r\n | [\r\nc]
  | p*+ (?:
        # An akshara: a first letter, then conjoined ones.
        (?: க[zN]*+்z*+ஷ | [ஶஸ]z*+்z*+ர(?=ீ) | R[zN]*+H[zN]*+W | S?+[CRLVWகஶஷஸர] )
        (?:
            (?! (?<=L)Jz(?!J) )                 # a chillu spelt with ZWJ is complete
            [zuN]*+ [HJ] [zNHJ]*+ S?+ [CRL]
        )*+
        [MNHJezush்ீ]*+
      | [AS]O*+ [MNHJezush்ீ]*+
        # An extended grapheme cluster.
      | (?: x(?:[euh]*+zx)*+ | ff?+ | l*+(?:[vy]v*+|w)t*+ | l++ | t++
          | k(?:[ez]*+h[ezh]*+k)*+ | [^\r\ncpMNHJ்ீ] )
        [ezush]*+
    )
  | p++ [MNHJezush்ீ]*+
  | [MNHJ்ீ][MNHJezush்ீ]*+                        # marks that nothing carries
"""


class _Labels(dict[int, str]):
    """Code point -> letter, for `str.translate`; looked up in the ranges once, then remembered."""

    def __init__(self) -> None:
        found = []
        for label, ranges in CLASSES.items():
            for each in ranges.split():
                first, _, last = each.partition("-")
                found.append((int(first, 16), int(last or first, 16), label))
        found += [(point, point, chr(point)) for point in map(ord, "\r\nகஶஷஸர்ீ")]
        found.sort()
        self.firsts = [first for first, _, _ in found]
        self.found = found

    def __missing__(self, point: int) -> str:
        _, last, label = self.found[bisect_right(self.firsts, point) - 1]
        if point > last:
            label = "."
            if 0xAC00 <= point <= 0xD7A3:  # Hangul syllables by arithmetic: without a final (LV), or with one
                label = "y" if (point - 0xAC00) % 28 == 0 else "w"
        if len(self) < 50_000:  # more than any honest text has; less memory than all of Unicode would take
            self[point] = label
        return label


@lru_cache(maxsize=1)
def _machine() -> tuple[_Labels, re.Pattern[str]]:
    return _Labels(), re.compile(_PATTERN, re.VERBOSE)


def iterate_aksharas(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each akshara, in code points; they tile the text. Linear in its length."""
    labels, pattern = _machine()
    for match in pattern.finditer(text.translate(labels)):
        yield match.span()


def aksharas(text: str) -> list[str]:
    """The text as a list of aksharas, which put together give the text: "हिन्दी" -> ["हि", "न्दी"]"""
    return [text[start:end] for start, end in iterate_aksharas(text)]
