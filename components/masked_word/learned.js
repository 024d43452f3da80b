// Section 4: the same question, asked of the embedded model as it was early in training; and how its loss fell.

const stepSlider = find("#masked-step");
const { early, curve } = props.known;
let stepPlace = early.length - 1; // of the slider
let learned = null; // the answer on the screen
let learnedTurn = 0;

stepSlider.max = early.length - 1;
stepSlider.value = stepPlace;
stepSlider.addEventListener("input", () => chooseStep(Number(stepSlider.value)));

function chooseStep(place) {
  stepPlace = place;
  stepSlider.value = place;
  showLearned();
  address();
}

async function drawLearned() {
  const turn = ++learnedTurn;
  let found;
  try {
    found = await serve("learned", { ...question(), model: "" });
  } catch {
    if (turn === learnedTurn) later("learned", drawLearned);
    return;
  }
  if (turn !== learnedTurn) return;
  if (found.error) return sayUnderText(found.error, true);
  learned = found;
  showLearned();
}

const stepsOf = ({ steps }) => steps || curve.at(-1)?.step || 0;
const stepName = (each) => (each.steps ? each.steps.toLocaleString("en") : "all");

function showLearned() {
  const now = early[stepPlace];
  find(".step-shows").textContent = now.steps ? `after ${stepName(now)} steps` : `after all ${stepsOf(now).toLocaleString("en")} steps`;
  if (learned) drawBeside(find(".learned-blanks"), learned, { names: early.map(stepName), lead: stepPlace, choose: chooseStep });
  drawCurves();
}

// -- the curves -----------------------------------------------------------------------------------

function drawCurves() {
  const code = curve[0]?.held_out[shown?.language] === undefined ? "" : shown.language;
  const right = ({ held_out: shares }) => {
    const values = code ? [shares[code]] : Object.values(shares);
    return (100 * values.reduce((sum, each) => sum + each, 0)) / values.length;
  };
  find(".curves").hidden = !curve.length;
  if (!curve.length) return;
  const name = code ? props.known.languages[code] : `${Object.keys(curve[0].held_out).length} languages`;
  find(".loss-name").textContent = "Loss on the text it learned from";
  find(".right-name").textContent = `Right first guesses in unseen text, ${name}`;
  find(".loss-curve").replaceChildren(lineOf(({ loss }) => loss, (value) => value.toFixed(1)));
  find(".right-curve").replaceChildren(lineOf(right, (value) => `${value.toFixed(0)}%`));
}

const [WIDE, HIGH] = [300, 108]; // of a curve's drawing
const [FROM, TOP, BOTTOM] = [34, 8, 88];
const svg = (name, attributes, content) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (content !== undefined) made.textContent = content;
  return made;
};

/** Steps to the right, as their logarithm; the stretch in which the first layer learned alone is drawn thinner. */
function lineOf(value, written) {
  const first = Math.log(Math.min(curve[0].step, stepsOf(early[0])));
  const last = Math.log(curve.at(-1).step);
  const values = curve.map(value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (step) => FROM + ((Math.log(step) - first) / (last - first)) * (WIDE - FROM - 8);
  const y = (here) => BOTTOM - ((here - low) / (high - low || 1)) * (BOTTOM - TOP);
  const drawn = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": `from ${written(values[0])} to ${written(values.at(-1))}` });
  for (const [here, place] of [[high, TOP], [low, BOTTOM]]) {
    drawn.append(svg("text", { x: FROM - 4, y: place + 3, "text-anchor": "end" }, written(here)));
    drawn.append(svg("line", { x1: FROM, x2: WIDE - 8, y1: place, y2: place, class: "grid" }));
  }
  for (const alone of [true, false]) {
    const points = curve.filter((each) => each.alone === alone).map((each) => `${x(each.step).toFixed(1)},${y(value(each)).toFixed(1)}`);
    drawn.append(svg("polyline", { points: points.join(" "), class: alone ? "alone" : "all" }));
  }
  early.forEach((each, place) => {
    const here = x(stepsOf(each));
    const lead = place === stepPlace;
    drawn.append(svg("line", { x1: here, x2: here, y1: TOP, y2: BOTTOM, class: lead ? "now" : "then" }));
    drawn.append(svg("text", { x: Math.min(here, WIDE - 14), y: HIGH - 6, "text-anchor": "middle", class: lead ? "now" : "" }, stepName(each)));
  });
  return drawn;
}
