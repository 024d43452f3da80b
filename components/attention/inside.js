// Section 4: inside one head. For the word that asks, every number between its query and what the head gives it.
//
//   query and keys ─► q·k ─► ÷ √d ─► mask ─► softmax ─► weights · values      Next and Back walk through these steps

const STEPS = [
  {
    name: "Query and keys",
    formula: (d) => `The word that asks has a query q; every token has a key k: ${d} numbers each, made by this head's learned layers.`,
    shape: (s) => `q: ${s.query} · k: ${s.keys}`,
  },
  {
    name: "q · k",
    formula: () => "How well does each key fit the query? Multiply number by number, and add up.",
    shape: (s) => s.scores,
    column: "products",
  },
  {
    name: "÷ √d",
    formula: (d, scaling) => `Divided by √${d} = ${(1 / scaling).toFixed(3)}, so that more numbers do not give larger scores.`,
    shape: (s) => s.scores,
    column: "scores",
  },
  {
    name: "Mask",
    formula: () => "What the query may not see gets −∞.",
    shape: (s) => s.scores,
    column: "masked",
  },
  {
    name: "Softmax",
    formula: () => "e to the power of each score, divided by the sum of them all: weights that add up to 1.",
    shape: (s) => s.weights,
    column: "computed",
  },
  {
    name: "Weights × values",
    formula: (d) => `Every token has a value v of ${d} numbers. Each times its weight, all added up: what this head gives the word.`,
    shape: (s) => `v: ${s.values} · sum: ${s.result}`,
  },
];

let arithmetic = null; // the answer on the screen
let earlyPlace = -1; // of the slider; -1 is the model itself

async function drawInside() {
  const asked = { ...question(), head: view.head, token: tokenNow() };
  const early = earlyOnes();
  if (early.length && earlyPlace >= 0) asked.model = early[Math.min(earlyPlace, early.length - 1)].id;
  const turn = ++insideTurn;
  let found;
  try {
    found = await serve("inside", asked);
  } catch {
    if (turn === insideTurn) later("inside", drawInside);
    return;
  }
  if (turn !== insideTurn || section !== "inside") return;
  if (found.error) return say(found.error, true);
  arithmetic = { ...found, answer };
  drawAskers();
  drawSteps();
  drawEarly(early);
}
let insideTurn = 0;

/** The token that asks: the first of the chosen word, or of the example's. */
function tokenNow() {
  const count = answer.units.pieces.length;
  if (view.token >= 0 && view.token < count) return view.token;
  const first = answer.units.pieces.findIndex((unit) => !unit.special);
  return Math.max(0, first);
}

function drawAskers() {
  const here = tokenNow();
  const focused = find(".query").contains(document.activeElement);
  find(".query").replaceChildren(
    ...answer.units.pieces.map((unit, place) => {
      const made = make("button", "asker");
      made.type = "button";
      made.ariaPressed = String(place === here);
      made.append(make("bdi", unit.special ? "sign" : "", unit.label));
      made.addEventListener("click", () => {
        view.token = place;
        chosenUnit = -1;
        drawInside();
        address();
      });
      return made;
    }),
  );
  renewAskers();
  if (focused) find('.query [aria-pressed="true"]')?.focus();
}
const renewAskers = roving(find(".query"));

function drawSteps() {
  const { query, keys, values, scaling, shapes } = arithmetic;
  const step = STEPS[view.step];
  const size = query.length;
  const label = answer.units.pieces[tokenNow()].label;
  find(".step").replaceChildren(make("b", "", `${view.step + 1} of ${STEPS.length}: ${step.name}`));
  find(".inside-shape")?.remove();
  find(".formula").replaceChildren(
    step.formula(size, scaling),
    make("span", "inside-shape", `batch × heads × tokens × width: ${step.shape(shapes)}`),
  );
  find(".back").disabled = view.step === 0;
  find(".next").disabled = view.step === STEPS.length - 1;
  const loudest = Math.max(...query.map(Math.abs), ...keys.flat().map(Math.abs), 1e-9);
  const loudestValue = Math.max(...values.flat().map(Math.abs), 1e-9);
  const table = make("table", "numbers");
  const columns = columnsUpTo(view.step);
  const head = make("tr");
  head.append(make("th", "", "token"), ...columns.map(({ name, now }) => make("th", now ? "now" : "", name)));
  table.append(make("thead"), make("tbody"));
  table.tHead.append(head);
  if (view.step === 0 || view.step === 1) {
    const first = make("tr", "asks");
    const name = make("th");
    name.append("q of ", make("bdi", "", label));
    const cell = make("td");
    cell.colSpan = columns.length;
    cell.append(strip(query, loudest));
    first.append(name, cell);
    table.tBodies[0].append(first);
  }
  answer.units.pieces.forEach((unit, place) => {
    const row = make("tr", place === tokenNow() ? "asks" : "");
    const name = make("th");
    name.scope = "row";
    name.append(make("bdi", unit.special ? "sign" : "", unit.label));
    row.append(name, ...columns.map((column) => column.cell(place, loudest, loudestValue)));
    table.tBodies[0].append(row);
  });
  if (view.step === STEPS.length - 1) table.append(sumRow(columns, loudestValue));
  find(".table").replaceChildren(table);
  find(".checked").textContent =
    view.step >= 4
      ? `Checked against the model: over all words of this head, what we computed and what the model returned differ by at most ${arithmetic.difference.toExponential(1)}.`
      : "";
}

/** What the table shows at a step: strips of keys at first, then numbers, then values. */
function columnsUpTo(step) {
  const { keys, values, products, scores, visible, computed, returned } = arithmetic;
  const number = (name, numbers, now, words = digitsShort) => ({
    name,
    now,
    cell: (place) => {
      const cell = make("td", now ? "number now" : "number", words(numbers[place]));
      cell.title = digits(numbers[place]);
      return cell;
    },
  });
  const bar = (name, numbers, now) => ({
    name,
    now,
    cell: (place) => {
      const cell = make("td", "weight");
      const filled = make("span", "filled");
      filled.style.inlineSize = `${Math.max(0.5, 100 * numbers[place])}%`;
      cell.append(filled, make("span", "", numbers[place].toFixed(4)));
      cell.title = digits(numbers[place]);
      return cell;
    },
  });
  const strips = (name, rows, now, shares) => ({
    name,
    now,
    cell: (place, loudest, loudestValue) => {
      const cell = make("td", "stripped");
      const share = shares ? shares[place] / Math.max(...shares) : 1;
      cell.append(strip(rows[place], shares ? loudestValue : loudest, share));
      return cell;
    },
  });
  const masked = scores.map((score, place) => (visible[place] ? score : -Infinity));
  if (step === 0) return [strips("key k", keys, true)];
  if (step === 1) return [strips("key k", keys), number("q · k", products, true)];
  if (step === 2) return [number("q · k", products), number("÷ √d", scores, true)];
  if (step === 3) return [number("÷ √d", scores), number("with mask", masked, true)];
  if (step === 4) {
    return [number("with mask", masked), bar("we computed", computed, true), bar("the model returned", returned, true)];
  }
  return [bar("weight", computed), strips("value v, as strong as its weight", values, true, computed)];
}

const digitsShort = (number) => (Number.isFinite(number) ? number.toFixed(3) : "−∞");

function sumRow(columns, loudestValue) {
  const foot = make("tfoot");
  const row = make("tr", "asks");
  const cell = make("td");
  cell.colSpan = columns.length;
  cell.append(strip(arithmetic.result, Math.max(...arithmetic.result.map(Math.abs), loudestValue / 4)));
  row.append(make("th", "", "the sum"), cell);
  foot.append(row);
  return foot;
}

/** A vector as a strip of cells: blue below zero, orange above; the numbers are read by pointing at it. */
function strip(numbers, loudest, share = 1) {
  const canvas = make("canvas", "strip");
  canvas.width = numbers.length;
  canvas.height = 1;
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(numbers.length, 1);
  const ground = isDark() ? [25, 34, 40] : [255, 255, 255];
  numbers.forEach((number, place) => {
    const part = Math.min(1, Math.abs(number) / loudest) ** 0.7 * Math.max(0.04, share);
    const full = number < 0 ? (isDark() ? [86, 180, 233] : [0, 90, 160]) : isDark() ? [240, 180, 60] : [200, 90, 0];
    ground.forEach((low, each) => (pixels.data[4 * place + each] = low + (full[each] - low) * part));
    pixels.data[4 * place + 3] = 255;
  });
  context.putImageData(pixels, 0, 0);
  canvas.setAttribute("role", "img");
  canvas.ariaLabel = `${numbers.length} numbers from ${digitsShort(Math.min(...numbers))} to ${digitsShort(Math.max(...numbers))}`;
  canvas.title = canvas.ariaLabel;
  for (const event of ["pointermove", "pointerdown"]) canvas.addEventListener(event, (moved) => tellNumber(canvas, numbers, moved));
  return canvas;
}

/** The number under the pointer or finger, on the line below the table that the strip is in. */
function tellNumber(canvas, numbers, event) {
  const box = canvas.getBoundingClientRect();
  const place = Math.max(0, Math.min(numbers.length - 1, Math.floor(((event.clientX - box.left) / box.width) * numbers.length)));
  const told = `number ${place + 1} of ${numbers.length}: ${digits(numbers[place])}`;
  canvas.title = told;
  const line = canvas.closest(".panel").querySelector(".number-readout");
  if (line) line.textContent = told;
}

function stepTo(step) {
  view.step = Math.max(0, Math.min(STEPS.length - 1, step));
  if (arithmetic?.answer === answer && answer) drawSteps(); // else they are on their way
  address();
}
find(".back").addEventListener("click", () => stepTo(view.step - 1));
find(".next").addEventListener("click", () => stepTo(view.step + 1));

// -- the same head while it learned ---------------------------------------------------------------

/** The states of the embedded model, from the first to the last; none for other models. */
function earlyOnes() {
  const all = props.known.early;
  return all.length > 1 && all.at(-1).id === answer.model ? all : [];
}

function drawEarly(early) {
  find(".early").hidden = !early.length;
  if (!early.length) return;
  const slider = find("#attention-early");
  slider.max = early.length - 1;
  slider.value = earlyPlace < 0 ? early.length - 1 : Math.min(earlyPlace, early.length - 1);
  const { steps, alone } = early[Number(slider.value)];
  const only = alone && view.layer > 0 ? "; only layer 1 had begun to learn" : "";
  find(".early-shows").textContent = steps ? `after ${steps.toLocaleString("en")} steps${only}` : "when it had learned";
}

find("#attention-early").addEventListener("input", (event) => {
  earlyPlace = Number(event.target.value);
  show();
});
