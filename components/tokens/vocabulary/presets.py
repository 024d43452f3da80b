"""The examples, as data: what to search, and which vocabularies to lay beside each other."""

from dataclasses import dataclass

MINE = "mine"  # stands for the visitor's own tokenizer


@dataclass(frozen=True)
class Look:
    """A search: `label` is on the button, `why` is said once it is chosen."""

    label: str
    tokenizer: str  # "": the one that is there
    query: str
    kind: str  # a key of compute.KINDS
    why: str


@dataclass(frozen=True)
class Pair:
    """Two vocabularies."""

    label: str
    one: str
    other: str
    why: str


LOOKS = (
    Look("भारत", "hi", "भारत", "word", "One word, two entries: behind a space, and at the beginning of a text."),
    Look("…ता", "hi", "ता", "ends", "A suffix of abstract nouns and of verbs: सकता, जनता, ममता."),
    Look("…वाला", "hi", "वाला", "ends", "The suffix is an entry by itself: it works in words never seen, चायवाला."),
    Look("अन…", "hi", "अन", "begins", "The prefix of negation, and words that only begin like it."),
    Look("…கள்", "ta", "கள்", "ends", "Tamil's plural, glued to every noun."),
    Look("…లు", "te", "లు", "ends", "Telugu's plural."),
    Look("…ستان", "ur", "ستان", "ends", "Lands end so; and داستان, a story, is none."),
    Look("پاک…", "ur", "پاک", "begins", "A word, a country, its people."),
    Look("…ation", "indic", "ation", "ends", "English leaves suffixes too, where a vocabulary learned from it."),
    Look("ization", "indic", "ization", "word", "Not learned: see what it is cut into."),
    Look("first 50", "", "", "rank", "What was learned first, after the characters: endings and the commonest words."),
)
PAIRS = (
    Pair("Hindi and Marathi", "hi", "mr", "One script, two languages: which pieces do they share?"),
    Pair("Bengali and Assamese", "bn", "as", "ৰ and ৱ are Assamese; much else is shared."),
    Pair("Urdu and Sindhi", "ur", "sd", "Perso-Arabic letters, of which each language has its own."),
    Pair("Merges and fewest", "hi", "hi-fewest", "Only in the first: steps on the way, िल्ली of दिल्ली."),
    Pair("Hindi alone and all together", "hi", "indic", "What is left of Hindi where it shares 24,000 entries?"),
    Pair("Mine and Hindi", MINE, "hi", "What did your text teach that the news did not?"),
)
