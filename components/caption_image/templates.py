"""Sentences that turn a name into a caption: TEMPLATES["ta"][0].format("நாய்") -> "படத்தில் நாய்". Data only.

For zero-shot classification as in CLIP (Radford et al. 2021, section 3.1.4): a name alone is a poorer caption than a
name in a sentence, and the mean over several sentences is better than one.

The name goes in as the dictionary has it, so that no sentence may ask for another case: not "{} की तस्वीर", which wants
कुत्ते where the name says कुत्ता, but "तस्वीर में {}". Where "this is" agrees in gender with the name, its most neutral
form stands (Marathi हे), or the sentence is left out (Sanskrit).
"""

# The most natural one first: it is the one to use alone.
TEMPLATES: dict[str, tuple[str, ...]] = {
    "hi": ("तस्वीर में {}", "चित्र: {}", "रेखाचित्र में {}", "यह {} है", "यहाँ {} है"),
    "bn": ("ছবিতে {}", "আলোকচিত্র: {}", "আঁকা ছবিতে {}", "এটি {}", "এখানে {} দেখা যাচ্ছে"),
    "mr": ("चित्रात {}", "छायाचित्र: {}", "रेखाचित्रात {}", "हे {} आहे", "येथे {} दिसत आहे"),
    "te": ("చిత్రంలో {}", "ఫోటో: {}", "గీసిన బొమ్మలో {}", "ఇది {}", "ఇక్కడ {} ఉంది"),
    "ta": ("படத்தில் {}", "புகைப்படம்: {}", "ஓவியத்தில் {}", "இது {}", "இங்கே {} உள்ளது"),
    "gu": ("ચિત્રમાં {}", "ફોટો: {}", "રેખાચિત્રમાં {}", "આ {} છે", "અહીં {} છે"),
    "ur": ("تصویر میں {}", "فوٹو: {}", "خاکے میں {}", "یہ {} ہے", "یہاں {} ہے"),
    "kn": ("ಚಿತ್ರದಲ್ಲಿ {}", "ಫೋಟೋ: {}", "ರೇಖಾಚಿತ್ರದಲ್ಲಿ {}", "ಇದು {}", "ಇಲ್ಲಿ {} ಇದೆ"),
    "or": ("ଚିତ୍ରରେ {}", "ଫଟୋ: {}", "ଅଙ୍କିତ ଚିତ୍ରରେ {}", "ଏହା {}", "ଏଠାରେ {} ଅଛି"),
    "ml": ("ചിത്രത്തിൽ {}", "ഫോട്ടോ: {}", "രേഖാചിത്രത്തിൽ {}", "ഇത് {} ആണ്", "ഇവിടെ {} ഉണ്ട്"),
    "pa": ("ਤਸਵੀਰ ਵਿੱਚ {}", "ਫੋਟੋ: {}", "ਚਿੱਤਰ ਵਿੱਚ {}", "ਇਹ {} ਹੈ", "ਇੱਥੇ {} ਹੈ"),
    "as": ("ছবিখনত {}", "আলোকচিত্ৰ: {}", "অংকিত চিত্ৰত {}", "এয়া {}", "ইয়াত {} আছে"),
    "ne": ("तस्बिरमा {}", "फोटो: {}", "रेखाचित्रमा {}", "यो {} हो", "यहाँ {} छ"),
    "sd": ("تصوير ۾ {}", "فوٽو: {}", "خاڪي ۾ {}", "هي {} آهي", "هتي {} آهي"),
    "sa": ("चित्रे {} अस्ति", "छायाचित्रम्: {}", "रेखाचित्रे {} अस्ति", "अत्र {} अस्ति", "इह {} दृश्यते"),
    "en": ("a photo of a {}", "a picture of {}", "a drawing of {}", "this is {}", "here you can see {}"),
}
