// The Attention tab in the browser. gr.HTML runs page.js, model_menu.js, asking.js, the sections' scripts and this
// file as the body of one function of `element`, `props` and `server`.
//
//   typing ─► ask() ─► server.attend ─► answer: tokens, words, layers, heads, and the first picture
//   a section ─► its draw function, which asks for what it shows and no more

const { examples, limit } = props.known;
const text = find(".text");
const second = find(".second");

const PAUSE = 250; // ms of silence before a text is sent

let language = ""; // of the example, until its text is changed
let model = ""; // what the visitor chose; "" for the best that is here
let answer = null; // the answer on the screen
let answered = null; // the question it belongs to
let section = "heatmap";
let wanted = ""; // the word of an example whose row is to be shown
let pictures = new Map(); // of the answer: options -> picture, or the promise of one

const view = {
  layer: 0,
  head: 0,
  over: "heads",
  level: "words",
  special: true,
  scale: "picture",
  mask: "causal",
  way: "sinusoids",
  token: -1,
  step: 0,
};

const DRAW = {
  heatmap: () => drawHeatmap(),
  inside: () => drawInside(),
  heads: () => drawHeads(),
  lines: () => drawLines(),
  meanings: () => drawMeanings(),
  masks: () => drawMasks(),
  positions: () => drawPositions(),
  compare: () => drawCompare(),
  inputs: () => drawInputs(),
};
const menu = modelMenu({ choose: chooseModel });

// -- asking ---------------------------------------------------------------------------------------

const options = () => ({ layer: view.layer, over: view.over, level: view.level, special: view.special });

const sendSoon = questions({
  pause: PAUSE,
  working: find(".right"),
  question: () => ({ text: text.value, second: second.value, model, language, ...options(), word: wanted }),
  refuse,
  send: (asked) => serve("attend", asked),
  take,
  fail,
  say,
});

function ask(pause) {
  count();
  sendSoon(pause);
}

/** What a section asks: the sentences on the screen, the model that answered, and the options of the picture. */
const question = () => ({ ...answered, ...options() });

function refuse(asked) {
  const problem = refusal(asked);
  if (problem) say(problem, Boolean(asked.text.trim()));
  return Boolean(problem);
}

function refusal({ text: content, second: more }) {
  const length = [...content].length + [...more].length;
  if (!content.trim()) return "Write a sentence.";
  return length > limit ? `These are ${length} characters and the limit is ${limit}: leave out ${length - limit}.` : "";
}

/** A model that was chosen and does not answer: the page goes on with the one it had. */
function fail(sentence, asked) {
  const before = answered?.chosen ?? "";
  if (!asked.model || asked.model === before) return say(sentence, true);
  model = before;
  menu.set(model);
  menu.say(sentence, true);
  ask(0);
}

function say(sentence, problem = false) {
  sayUnderText(sentence, problem);
  if (!answer) find(".waiting").textContent = problem ? "No picture yet." : "Loading the picture …";
}

function count() {
  const length = [...text.value].length + [...second.value].length;
  find(".count").textContent = `${length} / ${limit} characters${answer ? `, ${answer.units.pieces.length} / ${props.known.tokens} tokens` : ""}`;
  text.dir = runsRight(text.value) ? "rtl" : "ltr";
  second.dir = runsRight(second.value) ? "rtl" : "ltr";
}

/** A new answer: what was chosen stays where it still exists. */
function take(found, asked) {
  const first = answer === null;
  const [row, asker] = first ? [null, null] : [wordOf(unitsNow()[chosenUnit]?.tokens[0]), wordOf(view.token)];
  const other = answered?.model !== found.model || answered.text !== asked.text;
  answer = found;
  answered = { text: asked.text, second: asked.second, model: found.model, language: asked.language, chosen: asked.model };
  pictures = new Map();
  rows = new Map();
  if (!first) {
    earlyPlace = -1;
    lineHeads = null;
  }
  view.layer = Math.min(view.layer, answer.layers - 1);
  view.head = Math.min(view.head, answer.heads - 1);
  keep({ ...asked, layer: Math.min(asked.layer, answer.layers - 1) }, found.picture);
  if (asked.word) {
    choose(asked.word);
    if (wanted === asked.word) wanted = "";
  } else if (first) {
    chosenUnit = unitsNow().findIndex((unit) => unit.tokens.includes(view.token)); // as a link says
  } else {
    chosenUnit = unitsNow().findIndex((unit) => unit.tokens.includes(tokenOf(row)));
    if (other || view.token >= answer.units.pieces.length) view.token = tokenOf(asker);
  }
  menu.show(answer.model, answer.made, answer.reason);
  menu.set(asked.model);
  for (const box of [text, second, looks, find(".query"), readout]) box.lang = answer.language || language;
  looks.dir = find(".query").dir = text.dir;
  find(".notes").replaceChildren(...answer.notes.map((note) => make("li", "", note)));
  count();
  show();
}

/** A token in words that another tokenizer knows as well: the word it is in, and how many such stand before it. */
function wordOf(token) {
  const all = answer.units.words;
  const place = all.findIndex((unit) => unit.tokens.includes(token));
  return place < 0 ? null : [all[place].label, all.slice(0, place).filter(({ label }) => label === all[place].label).length];
}

/** The first token of such a word; -1 if there is none. */
function tokenOf(word) {
  if (!word) return -1;
  const alike = answer.units.words.filter(({ label }) => label === word[0]);
  return alike[word[1]]?.tokens[0] ?? -1;
}

/** The row of an example's word is shown at once. */
function choose(word) {
  chosenUnit = unitsNow().findIndex((unit) => unit.label === word);
  view.token = chosenUnit < 0 ? -1 : unitsNow()[chosenUnit].tokens[0];
}

function chooseModel(id) {
  model = id;
  ask(0);
}

// -- pictures -------------------------------------------------------------------------------------

const keyOf = ({ layer, over, level, special }) => `${layer} ${over} ${level} ${special}`;

function keep(shown, picture) {
  const kept = { ...picture, bytes: bytesOf(picture.data) };
  pictures.set(keyOf(shown), Promise.resolve(kept));
  return kept;
}

/** The picture of the options that are set; the layers beside it are fetched before anybody asks. */
async function pictureNow() {
  const wanted = options();
  const of = pictures;
  try {
    const found = await fetchPicture(wanted);
    if (of !== pictures || keyOf(view) !== keyOf(wanted)) return null;
    for (const layer of [wanted.layer + 1, wanted.layer - 1]) {
      if (layer >= 0 && layer < answer.layers) fetchPicture({ ...wanted, layer }).catch(() => null);
    }
    return found;
  } catch {
    if (of === pictures) later("picture", show);
    return null;
  }
}

function fetchPicture(wanted) {
  const key = keyOf(wanted);
  const of = pictures;
  if (!of.has(key)) {
    const coming = serve("picture", { ...answered, ...wanted }).then((found) => {
      if (found.error) {
        say(found.error, true);
        throw new Error(found.error);
      }
      return { ...found, bytes: bytesOf(found.data) };
    });
    of.set(key, coming);
    coming.catch(() => of.delete(key));
  }
  return of.get(key);
}

/** The rows of the picture, special tokens left out where they are hidden. */
function unitsNow() {
  const all = answer.units[view.level];
  const typed = all.filter((unit) => !unit.special);
  return view.special || !typed.length ? all : typed;
}

// -- sections and options -------------------------------------------------------------------------

function open(name) {
  section = name;
  show();
}

/** The row of sections scrolls by itself, and the page stays where it is. */
function bringIntoView(tab) {
  const [row, box] = [find(".sections").getBoundingClientRect(), tab.getBoundingClientRect()];
  const [before, after] = [box.left - row.left, box.right - row.right];
  if (before < 0 || after > 0) find(".sections").scrollLeft += before < 0 ? before - 30 : after + 30;
}

/** Everything that says what is chosen, then the section. */
function show() {
  for (const tab of element.querySelectorAll("[data-section]")) {
    tab.ariaSelected = String(tab.dataset.section === section);
  }
  bringIntoView(find(`[data-section="${section}"]`));
  for (const panel of element.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== section;
  find(".pickers").hidden = ["heads", "meanings", "positions", "inputs"].includes(section);
  for (const button of element.querySelectorAll("[data-set]")) {
    const [name, value] = button.dataset.set.split(" ");
    button.ariaPressed = String(String(view[name]) === value);
  }
  find("[data-toggle]").ariaPressed = String(view.special);
  for (const button of find(".copies").querySelectorAll("button")) {
    button.hidden = button.dataset.copy !== "link" && !["heatmap", "inside", "lines"].includes(section);
  }
  if (!answer) return;
  for (const name of ["layer", "head"]) {
    const [slider, most] = [find(`[data-pick="${name}"]`), answer[`${name}s`]];
    slider.max = most;
    slider.value = view[name] + 1;
    const all = name === "head" && ["heatmap", "compare"].includes(section) && view.over !== "heads";
    slider.disabled = all || most === 1;
    find(`[data-shows="${name}"]`).textContent = all ? "all" : `${view[name] + 1} of ${most}`;
  }
  DRAW[section]();
  address();
}

find(".sections").addEventListener("click", (event) => {
  const name = event.target.closest("[data-section]")?.dataset.section;
  if (name) open(name);
});
roving(find(".sections"));
cue(find(".sections"));

element.addEventListener("click", (event) => {
  const set = event.target.closest("[data-set]")?.dataset.set;
  if (set) return option(...set.split(" "));
  if (event.target.closest("[data-toggle]")) return option("special", !view.special);
  const step = event.target.closest("[data-step]")?.dataset.step;
  if (step) move(step.split(" ")[0], Number(step.split(" ")[1]));
});

/** The row that is looked at stays the same word, or a part of it. */
function option(name, value) {
  const chosen = chosenUnit >= 0 && answer ? unitsNow()[chosenUnit].tokens[0] : -1;
  view[name] = value;
  if (answer) chosenUnit = chosen < 0 ? -1 : unitsNow().findIndex((unit) => unit.tokens.includes(chosen));
  show();
}

function move(name, by) {
  if (!answer) return;
  pick(name, Math.max(0, Math.min(answer[`${name}s`] - 1, view[name] + by)));
}

for (const slider of element.querySelectorAll("[data-pick]")) {
  slider.addEventListener("input", () => {
    if (answer) pick(slider.dataset.pick, Number(slider.value) - 1);
  });
}

function pick(name, value) {
  view[name] = value;
  if (name === "head") lineHeads = null; // the lines are those of this head
  show();
}

plot.addEventListener("keydown", (event) => {
  const moves = { ArrowRight: ["head", 1], ArrowLeft: ["head", -1], ArrowDown: ["layer", 1], ArrowUp: ["layer", -1] };
  if (!moves[event.key]) return;
  event.preventDefault();
  move(...moves[event.key]);
});

// -- input ----------------------------------------------------------------------------------------

for (const box of [text, second]) {
  box.addEventListener("input", () => {
    language = wanted = "";
    wantedWords = null;
    find(".why").textContent = "";
    ask();
  });
}

find(".input").addEventListener("click", (event) => {
  const example = event.target.closest("[data-example]")?.dataset.example;
  if (example !== undefined) fill(examples[example]);
});

function openStep({ section: name, view: settings, ...example }) {
  Object.assign(view, settings);
  section = name;
  show();
  fill({ ...example, why: "" });
}

function fill(example) {
  text.value = example.text;
  second.value = example.second;
  language = example.language;
  wanted = example.word;
  wantedWords = example.places ? { text: example.text, second: example.second, places: example.places } : null;
  meaningsOf = "";
  chosenUnit = -1;
  view.token = -1;
  find(".why").textContent = example.why;
  ask(0);
}

for (const row of element.querySelectorAll(".presets")) {
  roving(row);
  cue(row);
}

// The theme may change while the page is up: its colours are in the pictures.
const themes = new MutationObserver(() => answer && show());
for (const box of [document.body, document.documentElement]) themes.observe(box, { attributeFilter: ["class"] });

// And so is the size of what they are in: a turned phone, a larger type, a tab that was not on the screen.
let sized = ""; // "" while the tab is not on the screen
let resizing = 0;
new ResizeObserver(([{ target }]) => {
  const height = plot.clientHeight || sized.split(" ")[1]; // the heatmap may be hidden behind another section
  const now = target.clientWidth ? `${target.clientWidth} ${height}` : "";
  if (now === sized) return;
  sized = now;
  clearTimeout(resizing);
  if (now && drawnOnce()) resizing = setTimeout(show, 150);
}).observe(find(".right"));
const drawnOnce = () => element.querySelector("[data-drawn]") !== null;

// -- the address ----------------------------------------------------------------------------------

const KEYS = ["text", "second", "model", "language", "section", "layer", "head", "over", "level", "special", "scale", "mask", "way", "token", "step"];
const USUAL = { section: "heatmap", layer: "0", head: "0", over: "heads", level: "words", special: "true", scale: "picture", mask: "causal", way: "sinusoids", token: "-1", step: "0" };

/** What a section alone knows: the address says it while that section is open. Each is read, and taken back. */
const numbersIn = (said) => (/^\d+(\.\d+)*$/.test(said) ? said.split(".").map(Number) : []);
const OWN = {
  lines: {
    heads: [() => (lineHeads ?? []).join("."), (said) => (lineHeads = numbersIn(said).length ? numbersIn(said) : null)],
    rows: [() => [...lineWords].join("."), (said) => (lineWords = new Set(numbersIn(said)))],
    between: [() => (between === "all" ? "" : between), (said) => (between = said)],
  },
  inside: {
    early: [() => (earlyPlace < 0 ? "" : String(earlyPlace)), (said) => (earlyPlace = numbersIn(said)[0] ?? -1)],
  },
  meanings: {
    pair: [
      () => (answered.second && chosenWords ? chosenWords.join(".") : ""),
      (said) => (wantedWords = { text: text.value, second: second.value, places: numbersIn(said) }),
    ],
  },
  masks: {
    boundary: [() => (["prefix", "padding"].includes(view.mask) ? boundary.value : ""), (said) => (saidBoundary = numbersIn(said)[0] ?? 0)],
  },
  positions: {
    one: [() => orderOf(0), (said) => (orderBoxes[0].value = said)],
    other: [() => orderOf(1), (said) => (orderBoxes[1].value = said)],
  },
  compare: {
    beside: [() => besideBox.value, (said) => besideBox.add(new Option(said, said, true, true))],
  },
};
const orderOf = (place) => (orderBoxes[place].value === props.known.orders[place] ? "" : orderBoxes[place].value);
const OWN_KEYS = Object.values(OWN).flatMap((each) => Object.keys(each));

/** The address of this very view. What is as usual is left out. */
function link() {
  const wantedNow = new URL(location.href);
  wantedNow.hash = "";
  for (const key of ["tab", ...KEYS, ...OWN_KEYS]) wantedNow.searchParams.delete(key);
  wantedNow.searchParams.set("tab", "attention");
  const texts = { text: [...text.value].slice(0, limit).join(""), second: second.value };
  const now = { model, language, section, ...view };
  for (const key of KEYS.slice(2)) {
    const value = String(now[key]);
    if (value !== (USUAL[key] ?? "")) wantedNow.searchParams.set(key, value);
  }
  for (const [key, [read]] of Object.entries(answer ? (OWN[section] ?? {}) : {})) {
    if (read()) wantedNow.searchParams.set(key, read());
  }
  return withTexts(wantedNow, texts);
}

const address = () => writeAddress(link());

// Back from another tab: the address speaks of this one again.
new IntersectionObserver(([seen]) => seen.isIntersecting && answer && address()).observe(find(".attention"));

// -- the first answer -----------------------------------------------------------------------------

function begin() {
  const asked = new URLSearchParams(location.search);
  const mine = asked.get("tab") === "attention";
  const said = (key) => (mine ? (behind(key) ?? asked.get(key)) : null);
  model = said("model") ?? "";
  menu.set(model);
  menu.show(model || "the best that is here", "", "");
  const whole = (key) => Math.max(0, parseInt(said(key) ?? "", 10) || 0);
  if (DRAW[said("section")]) section = said("section");
  view.layer = whole("layer");
  view.head = whole("head");
  view.step = Math.min(STEPS.length - 1, whole("step"));
  for (const name of ["over", "level", "scale", "mask", "way"]) {
    if (find(`[data-set="${name} ${CSS.escape(said(name) ?? "")}"]`)) view[name] = said(name);
  }
  view.special = said("special") !== "false";
  show();
  if (!said("text")) return fill(examples[props.opening]);
  text.value = said("text");
  second.value = said("second") ?? "";
  language = said("language") ?? "";
  view.token = /^\d+$/.test(said("token") ?? "") ? Number(said("token")) : -1;
  for (const [key, [, give]] of Object.entries(OWN[section] ?? {})) {
    if (said(key)) give(said(key));
  }
  ask(0);
}

begin();
