// Section 2: softmax with a temperature, on the real logits of this mask and on logits that the class writes.

const heatSlider = find("#masked-temperature");
const { temperatures } = props.known;
let heatPlace = temperatures.indexOf(1); // of the slider
let heatFound = null; // the answer on the screen
let heatTurn = 0;

heatSlider.max = temperatures.length - 1;
heatSlider.value = heatPlace;
heatSlider.addEventListener("input", () => {
  heatPlace = Number(heatSlider.value);
  showHeat();
  address();
});

async function drawHeat() {
  showHeat();
  const turn = ++heatTurn;
  let found;
  try {
    found = await serve("heat", question());
  } catch {
    if (turn === heatTurn) later("heat", drawHeat);
    return;
  }
  if (turn !== heatTurn) return;
  find(".heat-says").textContent = found.error ?? found.note;
  find(".heat-says").classList.toggle("problem", Boolean(found.error));
  heatFound = found.error ? null : found;
  showHeat();
}

/** 0.413 -> "41.3%", as the server writes it. */
function percentOf(share) {
  if (share < 0.0001) return share ? "< 0.01%" : "0%";
  if (share >= 0.9995) return share < 1 ? "> 99.9%" : "100%";
  return `${(100 * share).toFixed(share < 0.00995 ? 2 : 1)}%`;
}

const cellOf = (share) => ({ share, percent: percentOf(share), bits: share > 0 ? (-Math.log2(share)).toFixed(1) : "∞" });

function showHeat() {
  const T = temperatures[heatPlace];
  find(".heat-shows").textContent = `T = ${T}`;
  showOwnLogits(T);
  if (!heatFound) return find(".heat-blanks").replaceChildren();
  const blanks = heatFound.blanks.map((rows) => ({
    rows: rows.map(({ word, joins, shares }) => ({ word, joins, shares: shares.map((each) => cellOf(each[heatPlace])) })),
    rests: heatFound.models.map((_, column) => cellOf(Math.max(0, 1 - rows.reduce((sum, { shares }) => sum + shares[column][heatPlace], 0)))),
  }));
  drawBeside(find(".heat-blanks"), { blanks, whole: false, language: heatFound.language }, { names: heatFound.models, lead: 0 });
  find(".heat-loss").replaceChildren(...heatFound.distilled.map((each) => make("p", "", lossWords(each, T))));
}

function lossWords({ kl, entropy, loss }, T) {
  const [distance, own, whole] = [kl, entropy, loss].map((each) => each[heatPlace]);
  return `Soft-target loss = T² · (KL + entropy of the teacher) = ${(T * T).toFixed(4).replace(/\.?0+$/, "")} · (${distance.toFixed(4)} + ${own.toFixed(3)}) = ${whole.toFixed(3)}. Only KL, ${distance.toFixed(4)}, can be learned away.`;
}

// -- logits of one's own --------------------------------------------------------------------------

const logitBoxes = [...element.querySelectorAll(".own-logit input")];

function showOwnLogits(T) {
  const logits = logitBoxes.map((box) => Number(box.value));
  const most = Math.max(...logits);
  const powers = logits.map((each) => Math.exp((each - most) / T));
  const sum = powers.reduce((one, other) => one + other, 0);
  logitBoxes.forEach((box, place) => {
    const share = powers[place] / sum;
    const fine = box.value.trim() !== "" && Number.isFinite(share);
    const row = box.closest(".own-logit");
    row.querySelector(".bar").style.inlineSize = fine ? `${(100 * share).toFixed(2)}%` : "0";
    row.querySelector(".percent").textContent = fine ? share.toFixed(4) : "—";
  });
}
for (const box of logitBoxes) box.addEventListener("input", () => showOwnLogits(temperatures[heatPlace]));
find(".usual-logits").addEventListener("click", () => {
  logitBoxes.forEach((box) => (box.value = box.defaultValue));
  showOwnLogits(temperatures[heatPlace]);
});
