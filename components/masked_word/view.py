"""predictions -> JSON for the tab's scripts, which write it with `textContent`. No torch, no gradio."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from components import downloads
from components import learned as learning
from components.learned import Noted
from components.masked_word.beside import Apart, Beside, Measured, Row
from components.masked_word.compute import MASK, Blank, Candidate, Prediction
from components.masked_word.game import Drawn, Game, Token
from components.masked_word.layers import Layers
from components.masked_word.presets import Preset, Step, Twin
from components.masked_word.surprise import Part, Surprise
from components.masked_word.temperature import TEMPERATURES, Temperature
from tokenizer_indic.scripts import LANGUAGES

Json = dict[str, Any]

SHOWN = 10  # candidates
BESIDE = 5  # candidates of each of several models
EACH_LAYER = 3  # … after each layer
OWN_LIMIT = 60  # characters of a word that somebody guesses


# -- an answer -------------------------------------------------------------------------------------


def answer_json(prediction: Prediction) -> Json:
    """Everything view.js draws of one answer."""
    return {
        "blanks": [blank_json(blank, prediction.counted) for blank in prediction.blanks],
        "whole": prediction.whole,
        "counted": prediction.counted,
        "language": prediction.language or "",
        "model": prediction.model,
        "made": made_by(prediction),
        "reason": prediction.reason,
        "notes": list(notes(prediction)),
    }


def blank_json(blank: Blank, counted: bool) -> Json:
    """The rows of one mask; the last one, without a word, is everything that is not listed."""
    kind = "words, and all never seen" if counted else "pieces"
    others = "all other words, and what is no word" if blank.others is None else f"{blank.others:,} other {kind}"
    rest = {"word": "", "fill": "", "joins": False, "share": blank.rest, "percent": percent(blank.rest), "bits": ""}
    lengths = [[length, percent(share)] for length, share in blank.lengths]
    return {"rows": [*map(row_json, blank.candidates), rest], "others": others, "lengths": lengths}


def row_json(candidate: Candidate) -> Json:
    """One bar."""
    return {
        "word": candidate.word,
        "fill": candidate.fill,
        "joins": candidate.joins,
        "share": candidate.probability,
        "percent": percent(candidate.probability),
        "bits": bits(candidate.bits),
        "pieces": list(candidate.pieces),
    }


def beside_json(found: Beside) -> Json:
    """What several models say of one sentence; a share is null where a model has none for that word."""
    return table_json(found.blanks) | {
        "models": [{"id": each.model, "made": made_by(each)} for each in found.predictions],
        "whole": found.predictions[-1].whole,
        "language": found.predictions[-1].language or "",
    }


def layers_json(found: Layers, alone: int) -> Json:
    """The guess after each layer. `alone`: steps that the model's first layer learned without the others."""
    taught = (
        f"Its output layer learned together with layer 1 alone, for {alone:,} steps, before there were other layers: so"
        " an answer is there early."
        if alone
        else "Its output layer was only ever taught with the states of the last layer."
    )
    return table_json(found.blanks) | {
        "names": ["input", *(f"layer {number}" for number in range(1, found.layers + 1))],
        "whole": False,
        "language": found.language or "",
        "note": f"{found.model}, in single pieces. {appearance(found)} {taught}",
    }


def appearance(found: Layers) -> str:
    """When the answer appears: the layer from which the last layer's first guess leads."""
    said = []
    for number, rows in enumerate(found.blanks, 1):
        leads = [max(rows, key=lambda row: row.shares[layer] or 0.0) for layer in range(found.layers + 1)]
        since = found.layers
        while since and leads[since - 1] is leads[-1]:
            since -= 1
        which = f"Hidden word {number}: " if len(found.blanks) > 1 else ""
        where = f"from layer {since} on" if since else "from the beginning, before any layer"
        said.append(f"{which}“{leads[-1].word}” leads {where}.")
    return " ".join(said)


def heat_json(found: Temperature) -> Json:
    """Pieces under each temperature."""
    return {
        "models": list(found.models),
        "blanks": [
            [{"word": row.word, "joins": row.joins, "logits": row.logits, "shares": row.shares} for row in rows]
            for rows in found.blanks
        ],
        "distilled": [asdict(each) for each in found.distilled],
        "note": found.note,
        "language": found.language or "",
    }


def table_json(blanks: Sequence[Sequence[Row]]) -> Json:
    """Rows of each mask, and what is left of each column."""
    return {
        "blanks": [
            {
                "rows": [
                    {"word": row.word, "joins": row.joins, "shares": [share_json(share) for share in row.shares]}
                    for row in rows
                ],
                "rests": [share_json(max(0.0, 1 - sum(share or 0 for share in column))) for column in columns],
            }
            for rows in blanks
            for columns in [list(zip(*(row.shares for row in rows), strict=True))]
        ],
    }


def surprised_json(found: Sequence[Surprise]) -> Json:
    """One sentence or two, coloured by surprise."""
    first = found[0]
    return {
        "sentences": [{"parts": [part_json(part) for part in each.parts], "sum": summary(each)} for each in found],
        "verdict": verdict(found),
        "note": SURPRISE_NOTE,
        "model": first.model,
        "made": f"{first.device} · {math.fsum(each.milliseconds for each in found):.0f} ms",
    }


SURPRISE_NOTE = (
    "A word's surprise is Σ −log₂ P(piece), read from the left: each piece with its word's earlier pieces shown and the"
    " later ones hidden. Pseudo-perplexity is 2 to the mean of the words: among how many equally likely words the model"
    " would have to choose. Signs are coloured and do not count."
)


def part_json(part: Part) -> Json:
    """A word, a sign, or what lies between."""
    if part.bits is None:
        return {"text": part.text, "bits": None, "written": "", "percent": ""}
    return {"text": part.text, "bits": part.bits, "written": bits(part.bits), "percent": percent(2.0**-part.bits)}


def summary(found: Surprise) -> str:
    """The sentence in figures."""
    count = len(found.measured)
    if not count:
        return "There is no word in it that could be measured."
    words = "1 word" if count == 1 else f"{count} words"
    choice = f"{found.perplexity:,.0f}" if found.perplexity < 1e9 else "over a billion"
    return f"{found.bits:.1f} bits in {words} · pseudo-perplexity {choice}"


def verdict(found: Sequence[Surprise]) -> str:
    """Which of two sentences surprises the model more."""
    if len(found) < 2 or not all(each.measured for each in found):
        return ""
    apart = found[1].bits - found[0].bits
    if abs(apart) < 0.05:
        return "Both surprise the model just as much."
    return f"The {'second' if apart > 0 else 'first'} sentence surprises the model more, by {abs(apart):.1f} bits."


def game_json(found: Game) -> Json:
    """One draw of the training game."""
    return {
        "parts": [asdict(part) for part in found.parts],
        "drawn": [drawn_json(each) for each in found.drawn],
        "loss": found.loss,
        "chance": math.log(found.vocabulary),
        "sums": sums(found),
        "legend": legend(found),
        "riddle": RIDDLE,
        "language": found.language or "",
        "model": found.model,
        "made": f"{found.device} · {found.milliseconds:.0f} ms",
        "early": found.model == learning.EMBEDDED,
    }


RIDDLE = "This is all that the model sees. Some words may have been swapped for others: click those you suspect."
FATES = {
    "masked": "hidden",
    "swapped": "swapped for any other token of the vocabulary",
    "kept": "kept as it was, and asked for all the same",
}


def drawn_json(drawn: Drawn) -> Json:
    """A word that was drawn."""
    tokens = [token_json(each) for each in drawn.tokens]
    return {"fate": drawn.fate, "seen": drawn.seen, "says": FATES[drawn.fate], "tokens": tokens}


def token_json(token: Token) -> Json:
    """A row of the table."""
    return {
        "text": token.text,
        "seen": token.seen,
        "percent": percent(token.share),
        "loss": min(token.loss, 1e3),
        "nats": nats(token.loss),
        "guess": token.guess.word,
        "guess_percent": percent(token.guess.probability),
        "right": token.right,
    }


def sums(found: Game) -> list[str]:
    """The loss, worked out in front of the class, and what it is to be held against."""
    losses = found.losses
    tokens = "one token that counts" if len(losses) == 1 else f"{len(losses)} tokens that count"
    added = " + ".join(map(nats, losses[:8])) + (" + …" if len(losses) > 8 else "")
    worked = f" = ({added}) ÷ {len(losses)}" if len(losses) > 1 else ""
    right = sum(token.right for each in found.drawn for token in each.tokens)
    return [
        f"Loss = mean of −ln P over the {tokens}{worked} = {nats(found.loss)}",
        f"The first guess is right for {right} of {len(losses)}. The other {found.tokens - len(losses)} tokens of the"
        f" sentence do not count. A model that knows nothing: ln {found.vocabulary:,} ="
        f" {math.log(found.vocabulary):.2f}.",
    ]


def legend(found: Game) -> str:
    """What was done to how many."""
    count = {fate: sum(each.fate == fate for each in found.drawn) for fate in FATES}
    share = len(found.losses) / found.tokens
    return (
        f"{share:.0%} of the tokens were drawn. Of what is drawn, 80% is hidden, 10% swapped, 10% kept; here"
        f" {count['masked']} hidden, {count['swapped']} swapped, {count['kept']} kept."
    )


def early_json(found: Sequence[tuple[int, float]]) -> Json:
    """The loss after so many steps."""
    return {
        "losses": [{"steps": f"{steps:,} steps" if steps else "all steps", "loss": nats(loss)} for steps, loss in found]
    }


def nats(loss: float) -> str:
    """2.0513 -> '2.05'"""
    return f"{loss:.2f}" if math.isfinite(loss) else "∞"


def share_json(share: float | None) -> Json | None:
    """One cell."""
    if share is None:
        return None
    return {"share": share, "percent": percent(share), "bits": bits(-math.log2(share) if share > 0 else math.inf)}


def compared_json(found: Beside, apart: Sequence[Apart], measured: Sequence[Measured]) -> Json:
    """Two models beside each other."""
    models = [
        {
            "id": each.model,
            "parameters": "none: it counts" if cost.parameters is None else f"{cost.parameters:,}",
            "size": downloads.readable_size(cost.bytes),
            "milliseconds": f"{cost.milliseconds:.{1 if cost.milliseconds < 10 else 0}f} ms on {each.device}",
        }
        for each, cost in zip(found.predictions, measured, strict=True)
    ]
    return beside_json(found) | {"models": models, "agreement": agreements(apart), "note": NOTE}


NOTE = (
    "Time: one forward pass and the choice of the best pieces, the two in turns, measured just now on this machine."
    " KL is only worked out where both have the same vocabulary."
)


def agreements(apart: Sequence[Apart]) -> list[str]:
    """A sentence of each mask, which says which one it is of if there are several."""
    if len(apart) == 1:
        return [agreement(apart[0])]
    return [f"Hidden word {number}: {agreement(each)}" for number, each in enumerate(apart, 1)]


def agreement(apart: Apart) -> str:
    """A sentence of one mask."""
    shared = f"{apart.shared} of the first {apart.of} guesses are the same."
    return shared if apart.kl is None else f"{shared} KL(first ‖ second) = {apart.kl:.2f} bits, over all pieces."


def percent(share: float) -> str:
    """0.413 -> '41.3%', 0.0042 -> '0.42%', 0.00001 -> '< 0.01%', 0.99999 -> '> 99.9%': neither 0 nor 1 is claimed."""
    if share < 0.0001:
        return "< 0.01%" if share else "0%"
    if share >= 0.9995:
        return "> 99.9%" if share < 1 else "100%"
    return f"{share:.2%}" if share < 0.00995 else f"{share:.1%}"


def bits(surprise: float) -> str:
    """1.2778 -> '1.3'; nothing at all would be a surprise without end."""
    return f"{surprise:.1f}" if math.isfinite(surprise) else "∞"


def notes(prediction: Prediction) -> Iterator[str]:
    """What a student should know before they wonder, a sentence each."""
    if prediction.language and not prediction.covered:
        name = LANGUAGES[prediction.language].english
        yield f"{prediction.model} was not trained on {name}: what it says here means little."
    if prediction.unknown:
        words = "a part of this sentence" if prediction.unknown == 1 else f"{prediction.unknown} parts of this sentence"
        yield f"{prediction.model} has no piece for {words} and reads “unknown” there."
    if prediction.counted:
        yield "It counted: only the words just before and after a blank matter to it."


def made_by(prediction: Prediction) -> str:
    """Where and how fast: 'cpu · 12 ms'"""
    milliseconds = prediction.milliseconds
    return f"{prediction.device} · {milliseconds:.{1 if milliseconds < 10 else 0}f} ms"


# -- what never changes ----------------------------------------------------------------------------


def known_json(
    presets: Sequence[Preset],
    samples: Sequence[Preset],
    limits: tuple[int, int],
    early: Sequence[tuple[str, int]],
    curve: Sequence[Noted],
    pair: tuple[str, str],
    twins: Sequence[Twin],
    passages: Sequence[Preset],
    contrasts: Sequence[Twin],
    lesson: Sequence[Step],
) -> Json:
    """What the scripts need to know beside the answers.

    `limits`: characters, masks; `early`: ids and steps of the embedded model's early states, the last state at the end;
    `curve`: its log; `pair`: two models to begin with; `twins` and `contrasts`: pairs of sentences; `passages`:
    longer texts.
    """
    return {
        "examples": [asdict(preset) for preset in (*presets, *samples)],
        "mask": MASK,
        "limit": limits[0],
        "masks": limits[1],
        "early": [{"id": id, "steps": steps} for id, steps in early],
        "curve": [asdict(each) for each in curve],
        "pair": list(pair),
        "twins": [asdict(each) for each in twins],
        "passages": [asdict(each) for each in passages],
        "contrasts": [asdict(each) for each in contrasts],
        "temperatures": list(TEMPERATURES),
        "lesson": [asdict(each) for each in lesson],
        "languages": {code: each.english for code, each in LANGUAGES.items()},
    }
