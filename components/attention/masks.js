// Section 5: the chosen head's scores under four masks, before and after the softmax. By pieces: masks know no words.

const MASK_WORDS = {
  bidirectional: "Every token sees every token: how BERT reads, and guesses hidden words.",
  causal: "No token sees a later one: how GPT writes, one token after the other.",
  prefix: "The tokens before the boundary see one another; each later one sees them and what came before it.",
  padding: "The tokens behind the boundary are filling, so that all texts of a batch are equally long: nobody sees them.",
};
const boundary = find("#attention-boundary");
let maskTurn = 0;
let saidBoundary = 0; // by a link
let boundaryOf = ""; // what it was set for: so many tokens, so many of them filling

async function drawMasks() {
  const kind = view.mask;
  const size = answer.units.pieces.length;
  const movable = kind === "prefix" || kind === "padding";
  find(".boundary").hidden = !movable;
  if (boundaryOf !== `${size} ${answer.filling}`) {
    boundaryOf = `${size} ${answer.filling}`;
    boundary.max = size;
    boundary.value = saidBoundary || (answer.filling ? size - answer.filling : Math.ceil(size / 2));
    saidBoundary = 0;
  }
  const place = Math.max(1, Number(boundary.value));
  find(".boundary-shows").textContent = `after ${answer.units.pieces[place - 1].label}`;
  find(".mask-words").textContent = MASK_WORDS[kind];
  address();
  const turn = ++maskTurn;
  let found;
  try {
    found = await serve("mask", { ...question(), head: view.head, kind, boundary: place });
  } catch {
    return later("masks", drawMasks);
  }
  if (turn !== maskTurn || section !== "masks") return;
  if (found.error) return say(found.error, true);
  const picture = { ...found.weights, bytes: bytesOf(found.weights.data) };
  const weights = weightsOf(picture, 0);
  const units = answer.units.pieces;
  const loudest = found.loudest || 1e-9; // under no mask, so that the same score has the same colour under each
  const tellCell = (row, column) => {
    const score = found.scores[row][column];
    find(".mask-readout").replaceChildren(
      make("bdi", "who", units[row].label),
      " → ",
      make("bdi", "who", units[column].label),
      score === null ? ": −∞, so the weight is 0" : `: score ${digits(score)}, weight ${digits(softmax(found.scores[row])[column])}`,
    );
  };
  find(".mask-readout").textContent = "Grey cells are hidden: their score becomes −∞, their weight 0. Each row still adds up to 1.";
  try {
    await drawCells(find(".score-plot"), units, cells(found.scores, -loudest, loudest, twoSided()), tellCell);
    const shown = weights.map((row, query) => row.map((weight, key) => (found.scores[query][key] === null ? null : weight)));
    await drawCells(find(".weight-plot"), units, cells(shown, 0, picture.tops[0] || 1), tellCell);
  } catch {
    later("masks", drawMasks);
  }
}

/** Of a row of scores; null is −∞. */
function softmax(scores) {
  const most = Math.max(...scores.filter((score) => score !== null));
  const powers = scores.map((score) => (score === null ? 0 : Math.exp(score - most)));
  const sum = powers.reduce((all, power) => all + power, 0);
  return powers.map((power) => power / sum);
}

let boundaryTimer = 0;
boundary.addEventListener("input", () => {
  if (!answer) return;
  find(".boundary-shows").textContent = `after ${answer.units.pieces[Math.max(1, Number(boundary.value)) - 1].label}`;
  clearTimeout(boundaryTimer);
  boundaryTimer = setTimeout(drawMasks, 40);
});
