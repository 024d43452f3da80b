// How it was trained: a batch of the class's own pairs, the table of logits, the loss worked out. After losses.js.
//
// Line i of the captions belongs to picture i of the tray. The server gives the cosines and the model's own loss; the
// scale and the shuffled pairs are worked out here.

const pairsBox = find("#trained-captions");
const pairsIn = find(".trained-language");
const scaleSlider = find("#trained-scale");
const SCALE_STEPS = 400; // of the slider, from 1 to scaleMost() in equal ratios
const SCALE_MOST = 100; // CLIP's learned scale was kept below it

let batch = null; // the answer on the screen
let batchTurn = 0;
let batchTimer = 0;
let scaleNow = null; // of the slider; null: the model's own
let pairOrder = null; // which caption stands in each column; null: each with its own picture
let workedLine = ["row", 0]; // the row or column that is worked out
const saidOf = new Map(); // name of a picture -> the caption that the class wrote
let linesBeyond = []; // written below the last picture's line

const pairCaption = (name) => saidOf.get(name) ?? props.known.called[name]?.[pairsIn.value] ?? "";
const scaleMost = () => Math.max(SCALE_MOST, batch?.scale ?? 0);
const scaleAt = (step) => scaleMost() ** (step / SCALE_STEPS);
const stepOf = (scale) => (SCALE_STEPS * Math.log(Math.max(1, scale))) / Math.log(scaleMost());
const ownScale = () => scaleNow ?? batch.scale;
const trainedSays = sayIn(".trained-says");

// -- the pairs ------------------------------------------------------------------------------------

/** The lines of the box, from the tray; what the class wrote stays. */
function drawPairLines() {
  pairsBox.value = [...names().map(pairCaption), ...linesBeyond].join("\n");
}

function readPairLines() {
  const lines = pairsBox.value.split("\n");
  names().forEach((name, place) => {
    const written = lines[place] ?? "";
    if (written !== pairCaption(name)) saidOf.set(name, written);
  });
  linesBeyond = lines.slice(names().length);
}

/** Names and captions of the pairs; a picture without a caption stays out. */
const pairsNow = () =>
  names()
    .map((name) => [name, pairCaption(name).trim()])
    .filter(([, caption]) => caption);

function drawTrained() {
  if (linesGiven && names().length) {
    pairsBox.value = linesGiven;
    linesGiven = "";
    readPairLines();
  }
  if (document.activeElement !== pairsBox) drawPairLines();
  askTrained(0);
}

function askTrained(pause = PAUSE) {
  clearTimeout(batchTimer);
  batchTimer = setTimeout(askTrainedNow, pause);
}

async function askTrainedNow() {
  if (section !== "trained") return;
  const turn = ++batchTurn;
  const chosen = pairsNow();
  const problem = batchRefusal(chosen);
  find(".trained-shows").classList.toggle("stale", Boolean(problem));
  if (problem) return trainedSays(problem, true);
  const slow = setTimeout(() => turn === batchTurn && trainedSays("The model is being loaded: this takes some seconds, once."), SLOW);
  try {
    const asked = { pictures: chosen.map(([name]) => name), captions: chosen.map(([, caption]) => caption), model };
    const answer = await serveWithPictures("pairs_loss", asked);
    if (turn !== batchTurn) return;
    trainedSays(answer.error ?? leftOut(), Boolean(answer.error));
    find(".trained-shows").classList.toggle("stale", Boolean(answer.error));
    if (answer.error) return;
    const same = JSON.stringify(answer.pictures) === JSON.stringify(batch?.pictures);
    if (!same) [pairOrder, workedLine] = [null, ["row", 0]];
    batch = answer;
    showBatch();
  } catch (problem) {
    if (turn !== batchTurn) return;
    trainedSays(problem.sentence ?? DOWN, true);
    if (!problem.sentence) later("trained", drawTrained);
  } finally {
    clearTimeout(slow);
  }
  address();
}

/** Why there is no batch: a sentence, or "". */
function batchRefusal(chosen) {
  const long = chosen.find(([, caption]) => [...caption].length > limits.caption);
  if (long) return `The caption of picture ${names().indexOf(long[0]) + 1} is longer than ${limits.caption} characters: shorten it.`;
  if (chosen.length >= 2) return "";
  return names().length < 2 ? "A batch needs two pairs or more: add pictures on the tray." : "A batch needs two pairs or more: write a caption for each picture, one a line.";
}

/** What has no partner: a sentence, or "". */
function leftOut() {
  const alone = names().flatMap((name, place) => (pairCaption(name).trim() ? [] : [place + 1]));
  const beyond = linesBeyond.filter((line) => line.trim()).length;
  const words = [];
  if (alone.length) words.push(`Picture ${alone.join(", ")} has no caption and stays out of the batch: “Edit the captions”, line ${alone.join(", ")}.`);
  if (beyond) words.push(`${beyond === 1 ? "The last line has" : `The last ${beyond} lines have`} no picture and stay${beyond === 1 ? "s" : ""} out.`);
  return words.join(" ");
}

// -- the table ------------------------------------------------------------------------------------

/** The batch as it is paired now, under the scale of the slider. */
function batchNow() {
  const places = pairOrder ?? batch.pictures.map((_, place) => place);
  const cosine = batch.cosine.map((row) => places.map((place) => row[place]));
  const logits = logitsOf(cosine, ownScale(), batch.bias);
  const lossOf = batch.sigmoid ? sigmoidLoss : contrastiveLoss;
  const found = lossOf(logits);
  if (scaleNow === null && !pairOrder) Object.assign(found, batch.found); // the server's own numbers
  const rightly = lossOf(logitsOf(batch.cosine, ownScale(), batch.bias)).loss;
  return { captions: places.map((place) => batch.captions[place]), cosine, logits, rightly, ...found };
}

function showBatch() {
  if (!batch) return;
  const now = batchNow();
  find(".trained-made").textContent = `${batch.model} · ${batch.made}`;
  showScale();
  showLoss(now);
  drawLosses(now);
  showWorked(now);
  find(".trained-shuffle").textContent = pairOrder ? "Shuffle again" : "Shuffle the pairs";
  find(".trained-unshuffle").hidden = !pairOrder;
  const coloured = `Coloured: a large softmax of the ${workedLine[0]}.`;
  find(".trained-rule").textContent = batch.sigmoid ? "SigLIP’s loss asks each cell by itself: a pair? Yes on the diagonal, no elsewhere. Coloured: a large sigmoid." : `Each row asks for its caption, each column for its picture. Outlined: the right ones. ${coloured}`;
}

function showScale() {
  scaleSlider.max = SCALE_STEPS;
  scaleSlider.value = stepOf(ownScale());
  const scale = ownScale();
  find(".scale-shows").textContent = `${scale.toFixed(scale < 9.95 ? 2 : 1)}, temperature ${(1 / scale).toFixed(3)}`;
  scaleSlider.setAttribute("aria-valuetext", `scale ${scale.toFixed(1)}`);
  const place = stepOf(batch.scale) / SCALE_STEPS;
  find(".scale-mark").style.setProperty("--place", place);
  find(".scale-mark").classList.toggle("late", place > 0.5);
  find(".scale-mark").textContent = place > 0.5 ? `learned: ${batch.scale.toFixed(1)} ▲` : `▲ learned: ${batch.scale.toFixed(1)}`;
  find(".scale-reset").disabled = scaleNow === null;
}

/** 0.731; a loss that would read 0.000 shows how small it is: 0.00021 */
const writtenLoss = (loss) => (loss === 0 || loss >= 0.01 ? loss.toFixed(3) : loss >= 1e-6 ? String(Number(loss.toPrecision(2))) : "under 0.000001");

function showLoss(now) {
  const n = batch.pictures.length;
  const words = batch.sigmoid
    ? `the sum over all ${n * n} pairs, divided by ${n}`
    : `the mean of rows ${writtenLoss(meanOf(now.rows))} and columns ${writtenLoss(meanOf(now.columns))}`;
  const guess = batch.sigmoid ? `Guessing 1 in ${n} for each cell: ${now.guessing.toFixed(3)}.` : `Guessing: ln ${n} = ${now.guessing.toFixed(3)}.`;
  const told = find(".trained-loss");
  told.replaceChildren("loss ", make("b", "", writtenLoss(now.loss)), ` = ${words}. ${guess}`);
  if (pairOrder) told.append(` Paired rightly: ${writtenLoss(now.rightly)}.`);
  find(".trained-bars").replaceChildren(...lossBars(now));
}

/** The loss beside guessing and, when shuffled, beside the right pairs: as lengths. */
function lossBars(now) {
  const rows = [["this batch", now.loss, ""], ["guessing", now.guessing, "soft"]];
  if (pairOrder) rows.splice(1, 0, ["paired rightly", now.rightly, ""]);
  const most = Math.max(...rows.map(([, value]) => value));
  return rows.flatMap(([words, value, kind]) => {
    const track = make("span", "trained-track");
    const bar = make("span", `bar ${kind}`);
    bar.style.inlineSize = `${(100 * value) / (most || 1)}%`;
    track.append(bar);
    return [make("span", "", words), track];
  });
}

/** How dark each cell is: its softmax in the row, or in the column if a column is worked out; SigLIP's sigmoid. */
function sharesOf(logits) {
  if (batch.sigmoid) return logits.map((row) => row.map((z) => Math.exp(-softplusOfMinus(z))));
  const sums = logits.map((row, place) => logSum(workedLine[0] === "row" ? row : columnOf(logits, place)));
  return logits.map((row, place) => row.map((z, column) => Math.exp(z - sums[workedLine[0] === "row" ? place : column])));
}

function drawLosses({ captions, cosine, logits, rows, columns, loss }) {
  const shares = sharesOf(logits);
  const term = batch.sigmoid ? "Σ −ln σ" : "−ln softmax";
  const summed = (line) => Object.assign(make("th", "loss-name", `${term} ${line === "row" ? "→" : "↓"}`), { title: `${term} of the ${line}` });
  const head = make("tr");
  head.append(make("td", "corner", "logits"), ...captions.map(captionHead), summed("row"));
  const body = logits.map((row, place) => {
    const line = make("tr");
    const name = make("th");
    name.scope = "row";
    const picture = seen.get(batch.pictures[place]) ?? { url: "", title: batch.pictures[place] };
    name.append(image(picture), make("span", "unseen", picture.title));
    line.append(name, ...row.map((z, column) => logitCell(z, place, column, shares[place][column], cosine[place][column])));
    line.append(lossCell(rows[place], "row", place));
    return line;
  });
  const foot = make("tr", "loss-foot");
  const footName = summed("column");
  footName.scope = "row";
  foot.append(footName, ...columns.map((value, column) => lossCell(value, "column", column)), make("td", "loss-all", writtenLoss(loss)));
  const focused = document.activeElement?.closest?.(".loss-cell")?.dataset.line;
  const [top, middle, bottom] = ["thead", "tbody", "tfoot"].map((kind) => make(kind));
  top.append(head);
  middle.append(...body);
  bottom.append(foot);
  find(".losses").replaceChildren(top, middle, bottom);
  roving(find(".losses"));
  if (focused) find(`.loss-cell[data-line="${focused}"]`)?.focus();
}

function captionHead(caption) {
  const made = make("th");
  made.scope = "col";
  made.title = caption;
  const words = make("bdi", "caption", caption);
  words.dir = "auto";
  made.append(words);
  return made;
}

function logitCell(z, row, column, share, cosine) {
  const made = make("td", "logit", z.toFixed(Math.abs(z) < 9.995 ? 2 : 1));
  made.style.setProperty("--share", `${Math.round(100 * share)}%`);
  made.classList.toggle("strong", share > 0.65);
  made.classList.toggle("right-pair", row === column);
  made.classList.toggle("inline", workedLine[0] === "row" ? workedLine[1] === row : workedLine[1] === column);
  made.title = `cosine ${cosine.toFixed(3)}; ${batch.sigmoid ? "sigmoid" : `softmax of the ${workedLine[0]}`} ${written01(share)}`;
  return made;
}

const written01 = (value) => (value > 0.9995 ? (value < 1 ? "> 99.9%" : "100%") : value < 0.0005 ? "< 0.1%" : `${(100 * value).toFixed(1)}%`);

function lossCell(value, kind, place) {
  const made = make("td", "loss");
  const button = make("button", "loss-cell", value.toFixed(3));
  button.type = "button";
  button.dataset.line = `${kind}-${place}`;
  button.ariaPressed = String(workedLine[0] === kind && workedLine[1] === place);
  button.ariaLabel = `${kind} ${place + 1}: ${value.toFixed(3)}. Work it out`;
  made.append(button);
  return made;
}

find(".losses").addEventListener("click", (event) => {
  const at = event.target.closest("td, th");
  if (!at || !batch) return;
  const place = at.cellIndex - 1;
  const last = place === batch.pictures.length;
  const inBody = Boolean(at.closest("tbody"));
  if (!inBody && (last || place < 0)) return;
  workedLine = inBody ? ["row", at.parentElement.sectionRowIndex] : ["column", place];
  showBatch();
});

// -- worked out -----------------------------------------------------------------------------------

/** One row or column, in the numbers of the table. */
function showWorked({ captions, logits, rows, columns }) {
  const [kind, place] = workedLine;
  const line = kind === "row" ? logits[place] : columnOf(logits, place);
  const value = (kind === "row" ? rows : columns)[place];
  const z = (each) => each.toFixed(2).replace("-", "−");
  const told = find(".trained-worked");
  told.replaceChildren();
  if (kind === "row") told.append(`Row ${place + 1}, the picture “${seen.get(batch.pictures[place])?.title ?? place + 1}”: `);
  else {
    const caption = make("bdi", "", captions[place]);
    caption.dir = "auto";
    told.append(`Column ${place + 1}, “`, caption, "”: ");
  }
  if (batch.sigmoid) {
    told.append(...line.flatMap((each, other) => [other ? " − ln σ(" : "− ln σ(", make(other === place ? "b" : "span", "", z(other === place ? each : -each)), ")"]), ` = ${value.toFixed(3)}, where σ(z) = 1 / (1 + e^−z); the sign is turned off the diagonal.`);
    return;
  }
  const powers = line.flatMap((each, other) => [other ? " + " : "", power(z(each), other === place)]);
  told.append("−ln( ", power(z(line[place]), true), " / (", ...powers, ") ) = −ln ", ...smallShare(value), ` = ${value.toFixed(3)}`);
}

function power(exponent, right) {
  const made = make(right ? "b" : "span", "", "e");
  made.append(make("sup", "", exponent));
  return made;
}

/** e^−loss, also where it is tiny: 0.42, or 8.7 · 10⁻⁴ */
function smallShare(loss) {
  if (loss < 6.9) return [Math.exp(-loss).toFixed(3)];
  const exponent = Math.ceil(loss / Math.LN10);
  return [`${Math.exp(exponent * Math.LN10 - loss).toFixed(1)} · 10`, make("sup", "", `−${exponent}`)];
}

// -- controls -------------------------------------------------------------------------------------

scaleSlider.addEventListener("input", () => {
  if (!batch) return;
  const own = stepOf(batch.scale);
  const step = Number(scaleSlider.value);
  scaleNow = Math.abs(step - own) < 2 ? null : scaleAt(step); // it catches at the learned value
  showBatch();
  address();
});
find(".scale-reset").addEventListener("click", () => {
  scaleNow = null;
  showBatch();
  address();
  scaleSlider.focus();
});
find(".trained-shuffle").addEventListener("click", () => {
  if (!batch) return;
  pairOrder = cycle(batch.pictures.length);
  showBatch();
});
find(".trained-unshuffle").addEventListener("click", () => {
  pairOrder = null;
  showBatch();
  find(".trained-shuffle").focus();
});
find(".trained-edit").addEventListener("click", () => {
  const box = find(".trained-box");
  box.hidden = !box.hidden;
  find(".trained-edit").ariaExpanded = String(!box.hidden);
  if (!box.hidden) pairsBox.focus();
});
pairsBox.addEventListener("input", () => {
  readPairLines();
  askTrained();
});
pairsIn.addEventListener("change", () => {
  drawPairLines();
  askTrained(0);
});
find(".trained-usual").addEventListener("click", () => {
  saidOf.clear();
  linesBeyond = [];
  drawPairLines();
  askTrained(0);
});

// -- the address ----------------------------------------------------------------------------------

let linesGiven = ""; // of the address, until the tray has its pictures

function openTrained(given) {
  if ([...pairsIn.options].some(({ value }) => value === given("language"))) pairsIn.value = given("language");
  const scale = Number(given("scale"));
  if (scale >= 1 && scale <= SCALE_MOST) scaleNow = scale;
  linesGiven = given("pairs");
}
