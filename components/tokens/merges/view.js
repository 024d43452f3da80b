// Merge by merge. The server answers once for a text; the steps are walked here.
//
//   text, first tokens, where, choices ─► ask("merges") ─► course ─► go(step) ─► draw()
//
// A state is the pieces of the text after so many merges, each a row of ids. Before merge n + 1 the ranking is rankings[n].

const { presets, limit } = props.known;
const PAUSE = 250; // ms of silence before what is typed is sent
const DRAWN = 1000; // tokens that are drawn; the numbers count all
const NODES = 40; // leaves of a tree
const LONGEST = 18; // characters of a label in the tree and in the ranking

const text = find("#merges-text");
const slider = find("#merges-slider");
const jump = find("#merges-jump");
const rows = [...element.querySelectorAll("[data-row]")];

let course = null; // the answer on the screen
let courseText = ""; // what it was asked of
let states = []; // step -> pieces
let step = 0;
let start = "characters";
let within = "whole";
let choices = {}; // merge -> which of the tied pairs, where it is not the first found
let why = "";
let covered = false;
let guesses = new Map(); // merge -> "left right", the class's guess
let pinned = ""; // the pair that was clicked, "left right"
let pointed = ""; // the pair under the pointer or the focus
let treeOf = null; // the token that was clicked; else the newest
let playing = 0; // the timer
let opened = false;

const most = () => course?.merges.length ?? 0;
const counted = (number, thing) => `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;
const say = sayIn(".merges-says");

// -- asking ---------------------------------------------------------------------------------------

let newest = 0;
let typing = 0;

const ties = () => Object.entries(choices).map(([merge, place]) => `${merge}:${place}`).join(" ");

/** Asks for the course of what is set; `then` is the step to show, by default as far as before. */
async function renew(then = null) {
  clearTimeout(typing);
  const turn = ++newest;
  const asked = { text: text.value, start, within, choices: ties() };
  pause();
  let answer;
  try {
    answer = await ask("merges", asked);
  } catch {
    if (turn !== newest) return;
    say(DOWN, true);
    return later("merges", () => renew(then));
  }
  if (turn !== newest) return;
  find(".stage").classList.toggle("stale", Boolean(answer.error));
  if (answer.error) return say(answer.error, true);
  if (!course || asked.text !== courseText || asked.start !== course.start || asked.within !== course.within) {
    guesses = new Map();
    treeOf = null;
  }
  course = answer;
  courseText = asked.text;
  states = [course.pieces];
  shape = null;
  go(then ?? step);
}

function drawSettings() {
  for (const button of element.querySelectorAll("[data-start]")) button.ariaPressed = String(button.dataset.start === start);
  for (const button of element.querySelectorAll("[data-within]")) button.ariaPressed = String(button.dataset.within === within);
  const tooLong = inLink() ? "" : ", too long for a link";
  find("#merges-count").textContent = `${[...text.value].length.toLocaleString("en")} / ${limit.toLocaleString("en")} characters${tooLong}`;
  drawWhy();
}

/** What to look for in an example, and what is to be known of a text. */
function drawWhy() {
  const notes = course && courseText === text.value ? course.notes : [];
  find(".why").textContent = [why, ...notes].filter(Boolean).join(" ");
}

function set(preset) {
  text.value = preset.text;
  [start, within, why] = [preset.start, preset.within, preset.why];
  choices = Object.fromEntries(preset.choices.split(" ").filter(Boolean).map((each) => each.split(":")));
  drawSettings();
  return renew(0);
}

text.addEventListener("input", () => {
  [choices, why] = [{}, ""];
  drawSettings();
  clearTimeout(typing);
  typing = setTimeout(renew, PAUSE, 0);
});
find(".presets").addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-preset]")?.dataset.preset;
  if (chosen !== undefined) set(presets[chosen]);
});
find(".choices").addEventListener("click", (event) => {
  const { start: first, within: where } = event.target.closest("button")?.dataset ?? {};
  if (!first && !where) return;
  [start, within, choices] = [first ?? start, where ?? within, {}];
  drawSettings();
  renew(0);
});

// -- walking --------------------------------------------------------------------------------------

/** The pieces after `number` merges. */
function stateAt(number) {
  for (let made = states.length; made <= number; made++) {
    const [left, right] = course.merges[made - 1];
    states.push(states[made - 1].map((piece) => replaced(piece, left, right, course.base + made - 1)));
  }
  return states[number];
}

/** Left to right: a a a b with aa -> Z becomes Z a b. A piece without the pair stays the same. */
function replaced(piece, left, right, made) {
  if (!piece.some((id, place) => id === left && piece[place + 1] === right)) return piece;
  const after = [];
  for (let place = 0; place < piece.length; place++) {
    if (piece[place] === left && piece[place + 1] === right) after.push(made), place++;
    else after.push(piece[place]);
  }
  return after;
}

function go(wanted) {
  if (!course) return;
  const next = Math.max(0, Math.min(most(), Math.trunc(wanted) || 0));
  if (next !== step) [pinned, pointed, treeOf] = ["", "", null];
  step = next;
  if (playing && step === most()) pause();
  draw();
  address();
}

function play() {
  if (!most()) return;
  if (step === most()) go(0);
  find(".play").textContent = "❚❚ Pause";
  find(".play").ariaPressed = "true";
  const tick = () => {
    if (!element.offsetParent) return pause(); // another section, or another tab
    playing = setTimeout(tick, wait());
    go(step + 1);
  };
  playing = setTimeout(tick, Math.min(wait(), 400));
}

const wait = () => 1000 / Number(find(".speed").value);

function pause() {
  clearTimeout(playing);
  playing = 0;
  find(".play").textContent = "▶ Play";
  find(".play").ariaPressed = "false";
}

function walk(by) {
  pause();
  go(step + by);
}

find(".back").addEventListener("click", () => walk(-1));
find(".forward").addEventListener("click", () => walk(1));
find(".play").addEventListener("click", () => (playing ? pause() : play()));
slider.addEventListener("input", () => {
  pause();
  go(Number(slider.value));
});
jump.addEventListener("change", () => {
  pause();
  go(Number(jump.value));
});
find(".controls").addEventListener("keydown", (event) => {
  const own = event.target.matches("select, [type=number]");
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (event.key === " " && event.target === slider) find(".play").click();
  else if (by && !own) walk(by);
  else return;
  event.preventDefault();
});

// -- what is drawn --------------------------------------------------------------------------------

function draw() {
  drawControls();
  drawSays();
  drawSequence();
  drawLetters();
  drawMade();
  drawRanking();
  drawNumbers();
  drawTree();
}

function drawControls() {
  const held = document.activeElement;
  find(".back").disabled = step === 0;
  find(".forward").disabled = step === most();
  find(".play").disabled = !most();
  if (held === find(".back") && step === 0) find(".forward").focus({ preventScroll: true });
  if (held === find(".forward") && step === most()) find(".back").focus({ preventScroll: true });
  slider.max = jump.max = most();
  slider.value = jump.value = step;
  slider.ariaValueText = `after merge ${step} of ${most()}`;
  find(".of").textContent = `of ${most()}`;
  drawWhy();
}

/** "Merge 1: a + a → aa, counted 4 times …" */
function drawSays() {
  if (step === 0) return say(`Before the first merge: ${counted(lengthAt(0), "token")}. Which two stand side by side most often?`);
  const [left, right, count, , , replacedPlaces] = course.merges[step - 1];
  const done = replacedPlaces < count ? `counted ${times(count)}, replaced ${times(replacedPlaces)}: two places that share a token cannot both be` : `replaced ${times(count)}`;
  say(`Merge ${step}: ${quoted(left)} + ${quoted(right)} → ${quoted(course.base + step - 1)}, ${done}.`);
}

const lengthAt = (number) => (number ? course.merges[number - 1][6] : course.pieces.reduce((sum, piece) => sum + piece.length, 0));

function seenAs(id) {
  const made = make("span");
  write(made, course.entries[id]);
  return made.textContent;
}

/** What stands for a token: spaces and joiners seen, a mark on a dotted circle, long ones cut. */
function shownAs(id, longest = LONGEST) {
  const seen = [...seenAs(id)];
  const short = seen.length > longest ? `${seen.slice(0, longest - 1).join("")}…` : seen.join("");
  return /^\p{M}/u.test(short) ? `◌${short}` : short;
}

/** The same inside a sentence, isolated so that Urdu turns nothing around it. */
const quoted = (id, longest = LONGEST) => `\u2068${shownAs(id, longest)}\u2069`;

/** Wikipedia's way to write it: each merge gets a letter that the text has not, from Z on. */
function drawLetters() {
  const letters = [..."ZYXWVUTSRQPONMLKJIHGFEDCBA"].filter((letter) => !courseText.includes(letter));
  const names = (id) => (id < course.base ? seenAs(id) : letters[id - course.base]);
  const line = find(".letters");
  line.replaceChildren();
  if (lengthAt(step) > DRAWN) line.append(`The first ${counted(DRAWN, "token")} are drawn; the numbers count all.`);
  if (step > letters.length || lengthAt(step) > 60) return;
  const sequence = stateAt(step).flat().map(names).join(course.start === "characters" ? "" : " ");
  const rules = course.merges.slice(0, step).map(([left, right], number) => `${letters[number]} = ${names(left)}${names(right)}`);
  const made = make("bdi", "letters-sequence", sequence);
  made.dir = course.direction;
  line.append("With letters: ", made);
  for (const rule of rules) line.append("  ", make("bdi", "rule", rule));
}

/** The merges so far, a button each: a click goes back to it. */
function drawMade() {
  const box = find(".merges-made");
  while (box.children.length > step) box.lastChild.remove();
  if (box.of !== course) box.replaceChildren();
  box.of = course;
  for (let number = box.children.length + 1; number <= step; number++) {
    const made = make("button");
    made.type = "button";
    made.dataset.step = number;
    const id = course.base + number - 1;
    made.append(make("small", "", number), make("bdi", `token c${id % 4}`, shownAs(id, 12)));
    made.ariaLabel = `Merge ${number}: ${spoken(course.entries[id])}, counted ${course.merges[number - 1][2]} times`;
    box.append(made);
  }
  if (box.children.length) roving(box);
  box.scrollLeft = box.scrollWidth;
  cueMade();
}
find(".merges-made").addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-step]");
  if (chosen) walk(Number(chosen.dataset.step) - step);
});
const cueMade = cue(find(".merges-made"));
