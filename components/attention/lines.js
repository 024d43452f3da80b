// Section 2: the sentence twice, a line from each word to what it looks at, as strong as the weight, coloured by head.
// After the idea of BertViz (Vig 2019, arXiv 1906.05714); drawn on a canvas between two columns of words.
//
//   a word    ─► only its lines, and the weights in per cent beside the other column; several may be chosen
//   a head    ─► its lines too, in its colour
//   A→B …     ─► of two sentences, only what one gives the other

const stage = find(".stage");
const asking = find(".asking");
const lookedAt = find(".looked-at");
const wires = find(".wires");
const FAINT = 0.02; // weaker lines are not drawn: there would be hundreds

// Paul Tol's "bright" and "light" schemes, which differ for every kind of colour vision, in an order that keeps
// neighbours apart. A model with more heads begins again.
const HUES = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#ee8866", "#77aadd", "#99ddff", "#44bb99", "#bbcc33", "#ffaabb"];

let lineHeads = null; // the heads that are drawn; null: the one of the slider
let lineWords = new Set(); // the words that were chosen; none: all
let between = "all";
let linesOf = null; // {picture, units, answer, weights} on the screen; `weights` of each head, once it was drawn

function headsNow() {
  const there = (lineHeads ?? []).filter((head) => head < answer.heads); // a link may say anything
  return there.length ? there : [view.head];
}

async function drawLines() {
  const { over } = view;
  view.over = "heads"; // this section is about heads one by one
  const picture = await pictureNow();
  if (!picture || section !== "lines") return;
  if (over !== "heads") show();
  const units = unitsNow();
  const other = linesOf?.units.length !== units.length || linesOf.answer !== answer;
  if (other && !(linesOf === null && lineWords.size)) lineWords = new Set(chosenUnit < 0 ? [] : [chosenUnit]); // a link may have said
  linesOf = { picture, units, answer, weights: new Map() };
  lineWords = new Set([...lineWords].filter((place) => place < units.length));
  drawHeadChips();
  const pair = units.some((unit) => unit.sentence === 1);
  find(".between").hidden = !pair;
  if (!pair) between = "all";
  for (const button of find(".between").querySelectorAll("button")) button.ariaPressed = String(button.dataset.between === between);
  asking.replaceChildren(...units.map((unit, place) => side(unit, place, true)));
  lookedAt.replaceChildren(...units.map((unit, place) => side(unit, place, false)));
  renewAsking();
  stage.dir = runsRight(answered.text) ? "rtl" : "ltr";
  drawWires();
  address();
}

function drawHeadChips() {
  const chosen = headsNow();
  find(".head-chips").replaceChildren(
    ...Array.from({ length: answer.heads }, (_, head) => {
      const made = make("button", "head-chip", String(head + 1));
      made.type = "button";
      made.ariaPressed = String(chosen.includes(head));
      made.ariaLabel = `Head ${head + 1}`;
      made.style.setProperty("--hue", HUES[head % HUES.length]);
      made.addEventListener("click", () => {
        const now = new Set(headsNow());
        if (now.has(head)) now.delete(head);
        else now.add(head);
        lineHeads = now.size ? [...now].sort((one, other) => one - other) : null;
        drawLines();
        requestAnimationFrame(() => find(".head-chips").children[head]?.focus());
      });
      return made;
    }),
  );
  renewChips();
}
const renewChips = roving(find(".head-chips"));

function side(unit, place, asks) {
  const made = make(asks ? "button" : "div", "end");
  made.append(make("bdi", unit.special ? "sign" : "", unit.label));
  if (asks) {
    made.type = "button";
    made.ariaPressed = String(lineWords.has(place));
    made.title = "Only the lines of this word; click others to add them";
    made.addEventListener("click", () => {
      if (lineWords.has(place)) lineWords.delete(place);
      else lineWords.add(place);
      [...asking.children].forEach((each, other) => (each.ariaPressed = String(lineWords.has(other))));
      view.token = linesOf.units[place].tokens[0];
      drawWires();
      address();
    });
    made.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && drawWires(place));
    made.addEventListener("pointerleave", () => drawWires());
    made.addEventListener("focus", () => drawWires(place));
    made.addEventListener("blur", () => drawWires());
  } else {
    made.append(make("small", ""));
  }
  return made;
}
const renewAsking = roving(asking);

/** May a line go from this unit to that one, as chosen between the sentences? */
function passes(from, to) {
  const wanted = { "a-a": [0, 0], "a-b": [0, 1], "b-a": [1, 0], "b-b": [1, 1] }[between];
  return !wanted || (from.sentence === wanted[0] && to.sentence === wanted[1]);
}

function weightsOfHead(head) {
  const { picture, weights } = linesOf;
  if (!weights.has(head)) weights.set(head, weightsOf(picture, head));
  return weights.get(head);
}

function drawWires(pointed = -1) {
  const { units } = linesOf;
  const shown = headsNow();
  const [width, height] = [wires.clientWidth, asking.clientHeight];
  const scale = window.devicePixelRatio || 1;
  wires.width = width * scale;
  wires.height = height * scale;
  wires.style.height = `${height}px`;
  const context = wires.getContext("2d");
  context.scale(scale, scale);
  context.lineCap = "round";
  const middle = (column) => Array.from(column.children, (child) => child.offsetTop - column.offsetTop + child.offsetHeight / 2);
  const [from, to] = [middle(asking), middle(lookedAt)];
  const mirrored = stage.dir === "rtl";
  const [start, end] = mirrored ? [width, 0] : [0, width];
  const rowsShown = pointed >= 0 ? [pointed] : lineWords.size ? [...lineWords] : units.map((_, place) => place);
  const weights = shown.map(weightsOfHead);
  for (const row of rowsShown) {
    weights.forEach((matrix, place) => {
      const hue = HUES[shown[place] % HUES.length];
      matrix[row].forEach((weight, column) => {
        if (weight < FAINT || !passes(units[row], units[column])) return;
        const shift = (place - (shown.length - 1) / 2) * 2.2;
        context.strokeStyle = hue;
        context.globalAlpha = Math.min(1, 0.08 + 0.92 * weight);
        context.lineWidth = 1 + 3.5 * weight;
        context.beginPath();
        context.moveTo(start, from[row] + shift);
        context.bezierCurveTo((start + end) / 2, from[row] + shift, (start + end) / 2, to[column] + shift, end, to[column] + shift);
        context.stroke();
      });
    });
  }
  const chosen = pointed >= 0 || lineWords.size > 0;
  [...lookedAt.children].forEach((child, column) => {
    const told = chosen && rowsShown.some((row) => passes(units[row], units[column]));
    const sum = rowsShown.reduce((all, row) => all + weights.reduce((some, matrix) => some + matrix[row][column], 0), 0);
    const mean = sum / (rowsShown.length * shown.length);
    child.querySelector("small").textContent = told ? `${Math.round(100 * mean)}%` : ""; // a byte tells no more
    child.style.setProperty("--share", told ? mean.toFixed(3) : "0");
  });
  const drawnNow = `${rowsShown.length === units.length ? "all words" : `${rowsShown.length} of ${units.length} words`}`;
  wires.ariaLabel = `Lines of ${drawnNow}, heads ${shown.map((head) => head + 1).join(", ")} of layer ${view.layer + 1}`;
  stage.dataset.drawn = `${view.layer} ${shown.join(",")} ${rowsShown.join(",")} ${between}`;
}

find(".all-heads").addEventListener("click", () => {
  if (!answer) return;
  lineHeads = headsNow().length === answer.heads ? null : Array.from({ length: answer.heads }, (_, head) => head);
  drawLines();
});

find(".between").addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-between]")?.dataset.between;
  if (!chosen) return;
  between = chosen;
  drawLines();
});

new ResizeObserver(() => section === "lines" && linesOf?.answer === answer && answer && drawWires()).observe(stage);
