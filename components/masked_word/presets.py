"""The examples, as data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """`label` is on the button, `why` below the text once it is chosen: what to look for."""

    label: str
    text: str
    language: str
    why: str


@dataclass(frozen=True)
class Twin:
    """Two sentences that differ in little: which one surprises the model more?"""

    label: str
    text: str
    other: str
    language: str
    why: str


OPENING = Preset(
    "लड़की",
    "वह लड़की स्कूल जा [MASK] है।",
    "hi",
    "A girl is going: does the model choose रही, the form for a girl?",
)

PRESETS = (
    OPENING,
    Preset("लड़का", "वह लड़का स्कूल जा [MASK] है।", "hi", "One word is another one, a boy: does the guess become रहा?"),
    Preset("वह", "वह स्कूल जा [MASK] है।", "hi", "Nobody said who: which form does the model take for granted?"),
    Preset(
        "राजधानी", "भारत की राजधानी [MASK] है।", "hi", "A fact. A small model knows grammar long before it knows facts."
    ),
    Preset("दो शब्द", "मैं [MASK] पीना [MASK] हूँ।", "hi", "Two hidden words: each is guessed without knowing the other."),
    Preset("நான்", "நான் தினமும் பள்ளிக்கு [MASK].", "ta", "In Tamil the verb's ending says who: I go …கிறேன்."),
    Preset("அவள்", "அவள் தினமும் பள்ளிக்கு [MASK].", "ta", "The same with she: does the ending become …கிறாள்?"),
    Preset("தலைநகரம்", "இந்தியாவின் தலைநகரம் [MASK].", "ta", "A fact, in Tamil."),
    Preset(
        "لڑکی",
        "وہ لڑکی اسکول جا [MASK] ہے۔",
        "ur",
        "The opening sentence in Urdu: almost the same words, another script.",
    ),
    Preset("لڑکا", "وہ لڑکا اسکول جا [MASK] ہے۔", "ur", "A boy, in Urdu."),
    Preset("دارالحکومت", "بھارت کا دارالحکومت [MASK] ہے۔", "ur", "A fact, in Urdu."),
    Preset("how are …", "how are [MASK] doing today", "en", "So common that even counting neighbours finds the word."),
    Preset("a dog", "I [MASK] a dog", "en", "Many words fit: the model is unsure, and each guess surprises it more."),
    Preset("Send …", "Send the [MASK] back", "en", "Almost any thing can be sent back."),
    Preset("sports", "I hate watching [MASK] sports", "en", "Before a noun: does it guess an adjective?"),
    Preset("The cow", "The cow jumped over the [MASK].", "en", "A nursery rhyme: only who has read it says moon."),
    Preset("Paris", "Paris is the capital of [MASK].", "en", "A fact that large models know."),
    Preset(
        "Zuko",
        "Iroh went to the kitchen to make some tea. Standing next to Iroh, Zuko pondered his destiny."
        " Zuko left the [MASK].",
        "en",
        "The answer stands far away, in the first sentence: counting neighbours cannot find it.",
    ),
)

# One in each language of the embedded models. The word that was written first stands in `why`.
SAMPLES = (
    Preset("हिन्दी", "मेरी माँ हर सुबह चाय [MASK] है।", "hi", "Hindi: बनाती or पीती, in the form for a mother."),
    Preset("বাংলা", "আমি প্রতিদিন সকালে চা [MASK]।", "bn", "Bengali: খাই, “I eat”; tea is eaten in Bengali."),
    Preset("मराठी", "ती मुलगी रोज शाळेत [MASK].", "mr", "Marathi: जाते, the form for a girl; a boy जातो."),
    Preset("తెలుగు", "నేను ప్రతిరోజూ బడికి [MASK].", "te", "Telugu: వెళ్తాను, whose ending says I."),
    Preset("தமிழ்", "குழந்தைகள் பூங்காவில் [MASK].", "ta", "Tamil: விளையாடுகிறார்கள், children are playing."),
    Preset("ગુજરાતી", "હું દરરોજ શાળાએ [MASK] છું.", "gu", "Gujarati: જાઉં, between I and am."),
    Preset("اردو", "ہم سب مل کر کھانا [MASK] ہیں۔", "ur", "Urdu: کھاتے, we eat together."),
    Preset("ಕನ್ನಡ", "ನಾನು ಪ್ರತಿದಿನ ಶಾಲೆಗೆ [MASK].", "kn", "Kannada: ಹೋಗುತ್ತೇನೆ, whose ending says I."),
    Preset("ଓଡ଼ିଆ", "ମୁଁ ପ୍ରତିଦିନ ସ୍କୁଲକୁ [MASK]।", "or", "Odia: ଯାଏ, I go."),
    Preset("മലയാളം", "ഞാൻ എല്ലാ ദിവസവും സ്കൂളിൽ [MASK].", "ml", "Malayalam: പോകും, the same for every person."),
    Preset("ਪੰਜਾਬੀ", "ਉਹ ਕੁੜੀ ਸਕੂਲ ਜਾ [MASK] ਹੈ।", "pa", "Punjabi: ਰਹੀ, the form for a girl."),
    Preset("অসমীয়া", "মই প্ৰতিদিনে স্কুললৈ [MASK]।", "as", "Assamese: যাওঁ, I go."),
    Preset("नेपाली", "म हरेक दिन विद्यालय [MASK]।", "ne", "Nepali: जान्छु, whose ending says I."),
    Preset("سنڌي", "هو روز اسڪول [MASK] ٿو.", "sd", "Sindhi: وڃي, he goes."),
    Preset("संस्कृतम्", "बालकः विद्यालयं [MASK]।", "sa", "Sanskrit: गच्छति, the boy goes."),
    Preset("English", "The children go to [MASK] every day.", "en", "English: school, most likely."),
)

# Two sentences beside each other, for the section of surprise.
TWINS = (
    Twin("जाता / जाती", "लड़का स्कूल जाता है।", "लड़का स्कूल जाती है।", "hi", "A boy goes: जाती is the form for a girl."),
    Twin("स्कूल / स्कुल", "बच्चे रोज स्कूल जाते हैं।", "बच्चे रोज स्कुल जाते हैं।", "hi", "A typing mistake stands out."),
    Twin("है / हैं", "वह घर पर है।", "वह घर पर हैं।", "hi", "One person or several: both are Hindi, one is more usual."),
    Twin("போனான் / போனாள்", "அவன் வீட்டுக்குப் போனான்.", "அவன் வீட்டுக்குப் போனாள்.", "ta", "He went: போனாள் is the form for her."),
    Twin("جاتا / جاتی", "لڑکا اسکول جاتا ہے۔", "لڑکا اسکول جاتی ہے۔", "ur", "A boy goes: جاتی is the form for a girl."),
    Twin(
        "goes / go",
        "She goes to school every day.",
        "She go to school every day.",
        "en",
        "Which word does the model find odd?",
    ),
    Twin(
        "dog / idea",
        "The dog chased the cat across the garden.",
        "The idea chased the cat across the garden.",
        "en",
        "Grammar is right in both: does the model notice the sense?",
    ),
)

# Two sentences that differ in one word: what does the model fill in? None of this is true or right because it says so.
CONTRASTS = (
    Twin(
        "लड़का / लड़की",
        "लड़का घर में [MASK] है।",
        "लड़की घर में [MASK] है।",
        "hi",
        "The verb's form follows; its sense?",
    ),
    Twin(
        "पिता / माता",
        "पिता रोज [MASK] करते हैं।",
        "माता रोज [MASK] करते हैं।",
        "hi",
        "What does each do, in its text?",
    ),
    Twin("गाँव / शहर", "गाँव में लोग [MASK] हैं।", "शहर में लोग [MASK] हैं।", "hi", "Two places."),
    Twin("he / she", "He works as a [MASK].", "She works as a [MASK].", "en", "Whose profession, in the text it read?"),
    Twin(
        "doctor / nurse",
        "The doctor said that [MASK] was tired.",
        "The nurse said that [MASK] was tired.",
        "en",
        "Who is he, and who is she?",
    ),
    Twin("Delhi / London", "People in Delhi eat [MASK].", "People in London eat [MASK].", "en", "Two places."),
    Twin(
        "2010 / 2024",
        "In 2010 the president of the United States was [MASK].",
        "In 2024 the president of the United States was [MASK].",
        "en",
        "A fact that changes: a model knows what its text knew, and nothing since.",
    ),
)


@dataclass(frozen=True)
class Step:
    """One step of the guided lesson: what it says, and what it opens."""

    title: str
    says: str
    section: str
    text: str
    language: str
    other: str = ""  # the second sentence, where the section has one
    whole: bool = True  # words, or single pieces
    covered: bool = False  # the class guesses first
    temperature: float = 0.0  # 0: as it is


PASSAGES = (
    Preset(
        "एक दिन",
        "कल सुबह बहुत बारिश हुई, इसलिए बच्चे स्कूल नहीं गए। वे दिन भर घर पर खेलते रहे। शाम को बारिश रुकी और सब बाहर आए।"
        " माँ ने गरम चाय बनाई, और दादी ने एक पुरानी कहानी सुनाई।",
        "hi",
        "Four sentences: enough words for hidden, swapped and kept ones.",
    ),
    Preset(
        "ஊர்",
        "எங்கள் ஊர் ஆற்றின் கரையில் உள்ளது. காலையில் பறவைகள் பாடும். மக்கள் வயலில் வேலை செய்வார்கள், குழந்தைகள் பள்ளிக்குச் செல்வார்கள்.",
        "ta",
        "Tamil words are longer: hide them whole, or piece by piece?",
    ),
    Preset(
        "বাজার",
        "আজ সকালে আমি বাজারে গিয়েছিলাম। সেখানে অনেক মানুষ ছিল। আমি মাছ, চাল আর কিছু সবজি কিনে বাড়ি ফিরে এলাম।",
        "bn",
        "In Bengali: which words can the model guess, and which could be anything?",
    ),
    Preset(
        "کتاب",
        "میرے بھائی نے مجھے ایک نئی کتاب دی۔ میں ہر رات سونے سے پہلے اس کے چند صفحے پڑھتا ہوں۔ کہانی بہت اچھی ہے۔",
        "ur",
        "In Urdu, from right to left.",
    ),
    Preset(
        "The train",
        "The train was late again, so we waited at the station for two hours. My sister read a book and I bought some"
        " tea. When it came at last, every seat was taken.",
        "en",
        "Little words are easy, things that happened are not: compare their −ln P.",
    ),
)

LESSON = (
    Step(
        "Fill in the blank",
        "A word is hidden. Which one would you write? Write your guesses, then uncover what the model says: each guess"
        " has a probability, yours too.",
        "guess",
        OPENING.text,
        "hi",
        covered=True,
    ),
    Step(
        "How surprised would it be?",
        "A guess with probability p would surprise the model by log₂(1/p) bits: one half is 1 bit, one in a thousand"
        " 10. Click a guess to put it into the sentence.",
        "guess",
        OPENING.text,
        "hi",
    ),
    Step(
        "Words and pieces",
        "The model does not know words but pieces of them. Here is what it gives for one mask: single pieces. Then"
        " press “words”: the gap becomes one to four masks, and the pieces are chosen together.",
        "guess",
        "நான் தினமும் பள்ளிக்கு [MASK].",
        "ta",
        whole=False,
    ),
    Step(
        "From noise to sense",
        "Drag the slider. After 100 steps the model knows which words are common, and nothing else; after 1,000 it"
        " looks at the word beside the gap.",
        "learned",
        OPENING.text,
        "hi",
    ),
    Step(
        "Teacher and student",
        "The student is smaller and was taught by the teacher. How many guesses do they share, and who is faster? Both"
        " were measured just now, on this machine.",
        "compare",
        "The children go to [MASK] every day.",
        "en",
    ),
    Step(
        "How sure is it?",
        "Logits become shares by the softmax. Divide them by T first: above 1 the second and third places show, which"
        " is what a student learns most from. Change the logits below.",
        "heat",
        "The children go to [MASK] every day.",
        "en",
        temperature=2.0,
    ),
    Step(
        "When does the answer appear?",
        "The state after each layer, read by the model's own output layer. Before the first one, the mask knows nothing"
        " but its place.",
        "layers",
        OPENING.text,
        "hi",
    ),
    Step(
        "A mistake stands out",
        "Now every word is hidden in turn. One sentence has a typing mistake: the model did not expect it, nor the"
        " words beside it. Click a word to see what it expected.",
        "surprise",
        TWINS[1].text,
        "hi",
        other=TWINS[1].other,
    ),
    Step(
        "How it was taught",
        "One step of training: 15% of the tokens are drawn, most of them hidden. The loss says how far off the guesses"
        " were, and training turns every number a little so that it falls. Draw anew: other words, another loss.",
        "game",
        PASSAGES[0].text,
        "hi",
    ),
    Step(
        "What it took from its text",
        "One word is another one: he, she. What the model fills in is what its text said most often, prejudice"
        " included. It is no statement about the world.",
        "contrast",
        "He works as a [MASK].",
        "en",
        other="She works as a [MASK].",
    ),
)
