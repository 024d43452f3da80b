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

// -- the sequence ---------------------------------------------------------------------------------

const sequenceBox = find(".sequence");
let shape = null; // { size, width } of the chips, the same at every step of a course
let placed = []; // what is drawn: { id, piece, x, y, w, row }
let brackets = null; // the group that marks the places of a pair

const FINGER = matchMedia("(pointer: coarse)").matches ? 44 : 0; // pixels that a chip has at least
const tall = (size) => Math.max(1.9 * size, FINGER);
const fontOf = (node, size) => `${size}px ${getComputedStyle(node).fontFamily}`;

// Arabic letters keep the shape they have in the word where a token ends between them: a joiner stands in for the
// neighbour. These never join the letter after them.
const NEVER_JOINS_ON = /[\u0621-\u0625\u0627\u0629\u062F-\u0632\u0648\u0671-\u0677\u0688-\u0699\u06C0\u06C3-\u06CB\u06CD\u06CF\u06D2\u06D3\u06D5\u06EE\u06EF]$/;
const ARABIC = /^[\u0620-\u064A\u066E-\u06D3\u06D5\u06EE\u06EF\u06FA-\u06FF]/;

function joins(before = "", after = "") {
  const bare = before.replace(/\p{M}+/gu, "");
  return ARABIC.test(after) && ARABIC.test(bare.slice(-1)) && !NEVER_JOINS_ON.test(bare) && after[0] !== "\u0621";
}

/** "rtl", "ltr", or "" for signs and spaces; numbers read left to right in every script. */
function directionOf(content) {
  if (/[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/.test(content) && /\p{L}/u.test(content)) return "rtl";
  return /[\p{L}\p{N}]/u.test(content) ? "ltr" : "";
}

/** Places -> the order in which a line shows them from its beginning: runs against the line are turned round. */
function inReadingOrder(line, directions, base) {
  const order = [];
  for (let place = 0; place < line.length; ) {
    let end = place + 1;
    while (end < line.length && directions[end] === directions[place]) end++;
    const run = line.slice(place, end);
    order.push(...(directions[place] === base ? run : run.reverse()));
    place = end;
  }
  return order;
}

/** Signs and spaces go with both neighbours where these agree, else with the line. */
function directionsOf(ids, base) {
  const strong = ids.map((id) => directionOf(course.entries[id]));
  let before = base;
  const befores = strong.map((each) => (before = each || before));
  let after = base;
  const afters = strong.map(() => "");
  for (let place = strong.length - 1; place >= 0; place--) afters[place] = after = strong[place] || after;
  return strong.map((each, place) => each || (befores[place] === afters[place] ? befores[place] : base));
}

/** Tokens in lines of a width: [{ id, piece, x, y, w, row, label }], and how high they are together. */
function layOut(pieces, width, size, family) {
  const base = course.direction;
  const all = pieces.flatMap((piece, number) => piece.map((id) => ({ id, piece: number }))).slice(0, DRAWN);
  all.forEach((each, place) => {
    const content = course.entries[each.id];
    const [before, after] = [all[place - 1], all[place + 1]].map((other) => other && course.entries[other.id]);
    const seen = shownAs(each.id, 60);
    each.label = `${joins(before, content) ? "\u200d" : ""}${seen}${joins(content, after) ? "\u200d" : ""}`;
    each.w = Math.min(width, Math.max(1.7 * size, FINGER, textWidth(each.label, family) + 0.8 * size));
  });
  const lines = [];
  let used = Infinity;
  all.forEach((each, place) => {
    const gap = place && all[place - 1].piece !== each.piece ? 0.9 * size : 0.25 * size;
    if (used + gap + each.w > width) [used] = [0, lines.push([])];
    each.gap = used ? gap : 0;
    used += each.gap + each.w;
    lines.at(-1).push(each);
  });
  const directions = new Map(directionsOf(all.map(({ id }) => id), base).map((each, place) => [all[place], each]));
  lines.forEach((line, row) => {
    let x = 0;
    for (const each of inReadingOrder(line, line.map((one) => directions.get(one)), base)) {
      x += x ? each.gap || 0.25 * size : 0;
      Object.assign(each, { row, x: base === "rtl" ? width - x - each.w : x, y: row * (tall(size) + 0.85 * size) + 0.2 * size });
      x += each.w;
    }
  });
  return { all, height: Math.max(1, lines.length) * (tall(size) + 0.85 * size) + 0.2 * size };
}

function drawSequence() {
  const box = sequenceBox;
  box.lang = course.direction === "rtl" ? "ur" : "";
  const width = Math.floor(box.clientWidth) - 6;
  if (width < 50) return;
  shape ??= chooseSize(box, width);
  const { size } = shape;
  const { all, height } = layOut(stateAt(step), width, size, fontOf(box, size));
  placed = all;
  const held = box.contains(document.activeElement);
  brackets = svg("g");
  const drawing = svg(
    "svg",
    { width: width + 6, height, viewBox: `-3 0 ${width + 6} ${height}`, role: "group", "aria-label": `The sequence after ${counted(step, "merge")}`, direction: course.direction },
    ...all.map((each, place) => chip(each, size, place)),
    brackets,
  );
  box.replaceChildren(drawing);
  if (all.length) roving(box, ".token");
  if (held) box.querySelector(".token")?.focus({ preventScroll: true });
  drawBrackets();
  reveal();
  arrive();
}

/** The newest tokens fade in, unless somebody wants no motion. */
function arrive() {
  if (step === arrived) return;
  arrived = step;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const each of sequenceBox.querySelectorAll(".fresh")) each.animate([{ opacity: 0.15 }, { opacity: 1 }], 350);
}
let arrived = 0; // the step whose tokens have come in

/** Large chips where the whole text fits without scrolling. */
function chooseSize(box, width) {
  const em = parseFloat(getComputedStyle(box).fontSize);
  const room = box.clientHeight;
  const size = [1.6, 1.35, 1.15, 1].map((each) => each * em).find((each) => layOut(course.pieces, width, each, fontOf(box, each)).height <= room);
  return { size: size ?? em, width };
}

function chip({ id, x, y, w, label }, size, place) {
  const made = id >= course.base;
  const fresh = step > 0 && id === course.base + step - 1;
  const told = made ? `${spoken(course.entries[id])}, merge ${id - course.base + 1}` : spoken(course.entries[id]);
  const look = `token${made ? ` c${id % 4}` : ""}${fresh ? " fresh" : ""}${id === treeOf ? " picked" : ""}`;
  return svg(
    "g",
    { class: look, role: "button", tabindex: -1, "aria-label": told, "data-id": id, "data-place": place },
    svg("rect", { x, y, width: w, height: tall(size), rx: 0.35 * size }),
    written(label, id, x + w / 2, y, size),
  );
}

/** The text of a chip whose upper edge is at y. */
const written = (label, id, x, y, size) =>
  svg("text", { x, y: y + tall(size) / 2 + 0.33 * size, "text-anchor": "middle", "font-size": size, direction: directionOf(course.entries[id]) || course.direction }, label);

/** The first of the newest tokens comes into view, inside the box only. */
function reveal() {
  const first = placed.find(({ id }) => step && id === course.base + step - 1);
  if (!first) return;
  const { size } = shape;
  const [top, bottom] = [sequenceBox.scrollTop, sequenceBox.scrollTop + sequenceBox.clientHeight];
  if (first.y < top || first.y + tall(size) + 0.6 * size > bottom) sequenceBox.scrollTop = Math.max(0, first.y - 0.5 * size);
}

function pickToken(event) {
  const chosen = event.target.closest?.("[data-id]");
  if (!chosen) return;
  event.preventDefault();
  const id = Number(chosen.dataset.id);
  treeOf = id === treeOf ? null : id;
  for (const each of sequenceBox.querySelectorAll("[data-id]")) each.classList.toggle("picked", Number(each.dataset.id) === treeOf);
  drawTree();
}
for (const box of [sequenceBox, find(".tree")]) {
  box.addEventListener("click", pickToken);
  box.addEventListener("keydown", (event) => (event.key === "Enter" || event.key === " ") && pickToken(event));
}

// -- the places of a pair -------------------------------------------------------------------------

const keyOf = ([left, right]) => `${left} ${right}`;

/** The pair that is looked at: the one pointed at, the one clicked, or else what merges next. */
function looked() {
  if (pointed || pinned) return pointed || pinned;
  return hidden() || step === most() ? "" : keyOf(course.merges[step]);
}

/** The places of a pair: [{ place, shares: it has a token in common with the one before, which is replaced }]. */
function placesOf(key, tokens) {
  const [left, right] = key.split(" ").map(Number);
  const found = [];
  tokens.forEach(({ id, piece }, place) => {
    const next = tokens[place + 1];
    if (id !== left || next?.id !== right || next.piece !== piece) return;
    const last = found.at(-1);
    found.push({ place, shares: Boolean(last && last.place === place - 1 && !last.shares) });
  });
  return found;
}

/** Below each place of the pair a bracket; a dashed one is counted, but not replaced. */
function drawBrackets() {
  if (!brackets) return;
  const key = looked();
  brackets.replaceChildren(...(key ? placesOf(key, placed).flatMap(bracket) : []));
}

function bracket({ place, shares }) {
  const { size } = shape;
  const ends = [placed[place], placed[place + 1]];
  const depth = (shares ? 0.62 : 0.34) * size;
  const look = shares ? "bracket shares" : "bracket";
  const y = ([one]) => one.y + tall(size) + 0.1 * size;
  const arm = (x, from) => `M${x} ${from}v${depth}`;
  if (ends[0].row === ends[1].row) {
    const [a, b] = ends.map(({ x, w }) => x + w / 2).sort((one, other) => one - other);
    const top = y(ends);
    return [svg("path", { class: look, d: `${arm(a, top)}H${b}v${-depth}` })];
  }
  return ends.map((one, number) => {
    const middle = one.x + one.w / 2;
    const outwards = (number === 0) === (course.direction !== "rtl") ? one.x + one.w : one.x;
    return svg("path", { class: look, d: `${arm(middle, y([one]))}H${outwards}` });
  });
}

// -- the ranking, and the class's guess -----------------------------------------------------------

/** Is the answer to the next merge still covered? */
const hidden = () => covered && step < most() && !guesses.has(step + 1);

/** The pairs of this step; while they are covered, in the order in which they stand in the text. */
function pairsNow() {
  const { pairs } = course.rankings[step];
  if (!hidden()) return pairs;
  const order = new Map();
  stateAt(step).forEach((piece) => piece.forEach((id, place) => {
    const key = `${id} ${piece[place + 1]}`;
    if (!order.has(key)) order.set(key, order.size);
  }));
  return [...pairs].sort((one, other) => order.get(keyOf(one)) - order.get(keyOf(other)));
}

function drawRanking() {
  const pairs = pairsNow();
  const { different, tied } = course.rankings[step];
  const best = course.rankings[step].pairs[0]?.[2] ?? 0;
  find(".class-first").ariaPressed = String(covered);
  rows.forEach((row, number) => drawRow(row, pairs[number], best, tied));
  roving(find(".ranking"), "button:not([disabled])");
  const more = different - pairs.length;
  find(".different").textContent = more > 0 ? `and ${counted(more, "other pair")}` : "";
  drawVerdict();
  drawBrackets();
}

function drawRow(row, pair, best, tied) {
  const cover = hidden();
  row.disabled = !pair;
  row.pair = pair;
  if (!pair) return row.replaceChildren();
  const [left, right, count] = pair;
  const next = !cover && step < most() && keyOf(course.merges[step]) === keyOf(pair);
  const guess = guesses.get(step + 1) === keyOf(pair);
  row.classList.toggle("next", next);
  row.ariaPressed = String(pinned === keyOf(pair));
  const tokens = make("span", "pair");
  for (const id of [left, right]) tokens.append(make("bdi", id < course.base ? "token" : `token c${id % 4}`, shownAs(id, 10)));
  const against = directionsOf([left, right], course.direction).every((each) => each !== course.direction);
  tokens.dir = against === (course.direction === "ltr") ? "rtl" : "ltr";
  tokens.classList.toggle("against", against);
  const track = make("span", "track");
  const bar = make("span", "bar");
  bar.style.inlineSize = cover ? "0" : `${(100 * count) / best}%`;
  bar.classList.toggle("once", count < 2);
  track.append(bar);
  const marks = [next && "next", !cover && step < most() && tied > 1 && count === best && "tie", guess && covered && "guess"].filter(Boolean);
  row.replaceChildren(tokens, track, make("span", "count", cover ? "?" : count), make("span", "marks", marks.join(", ")));
  const told = cover ? "guess this pair" : `${count} times${marks.length ? `, ${marks.join(", ")}` : ""}`;
  row.ariaLabel = `${spoken(course.entries[left])} and ${spoken(course.entries[right])}: ${told}`;
}

/** Below the ranking: what there is to say of the guess, or of the pair that was clicked. */
function drawVerdict() {
  const key = hidden() ? "" : pinned;
  const words = find(".ranking-says");
  words.textContent = hidden() ? "Which of these pairs occurs most often? Choose one." : verdict(key);
  const tie = tiePlace(key);
  find(".instead").disabled = !tie || tie === course.merges[step][4];
  find(".instead").textContent = tie ? `Take ${named(key)} instead` : "Take this pair instead";
}

const named = (key) => key.split(" ").map((id) => quoted(Number(id), 10)).join(" + ");

/** Which of the tied pairs it is, from 1 on; 0 if it is none. */
function tiePlace(key) {
  if (!key || step === most() || course.merges[step][3] < 2) return 0;
  const { pairs, tied } = course.rankings[step];
  return pairs.slice(0, tied).findIndex((pair) => keyOf(pair) === key) + 1;
}

function verdict(key) {
  if (step === most()) return course.finished ? "No pair occurs twice any more: there is nothing left to merge." : "";
  const [left, right, count, tied, place] = course.merges[step];
  const winner = `${left} ${right}`;
  const guessed = guesses.get(step + 1);
  if (covered && guessed && (!key || key === guessed)) return `${judge(guessed, winner, count, tied)} ${score()}`;
  if (!key) {
    if (tied === 1) return `${named(winner)} occurs ${times(count)}, more often than any other.${overlap(winner)}`;
    const taken = place === 1 ? "the rule takes the one found first" : `you take number ${place} in the order of the text`;
    return `A tie: ${tied} pairs occur ${times(count)}; ${taken}, ${named(winner)}.`;
  }
  const pair = course.rankings[step].pairs.find((each) => keyOf(each) === key);
  const tie = tiePlace(key) && key !== winner ? ` That is a tie with ${named(winner)}.` : "";
  return `${named(key)} occurs ${times(pair[2])}.${overlap(key)}${tie}`;
}

/** A word on the dashed brackets, if there are any. */
function overlap(key) {
  const all = stateAt(step).flatMap((piece, number) => piece.map((id) => ({ id, piece: number })));
  const some = placesOf(key, all).some(({ shares }) => shares);
  return some ? " Dashed: counted, but not replaced, since it shares a token with the place before." : "";
}

const times = (count) => (count === 1 ? "once" : count === 2 ? "twice" : `${count} times`);

function judge(guessed, winner, count, tied) {
  const pair = course.rankings[step].pairs.find((each) => keyOf(each) === guessed);
  if (guessed === winner) return `Right: ${named(winner)} occurs ${times(count)}${tied > 1 ? `, as often as ${counted(tied - 1, "other")}; of these it is taken` : ""}.`;
  if (pair[2] === count) return `As good: a tie of ${tied}. ${named(guessed)} occurs ${times(count)}, too; the rule takes the one found first, ${named(winner)}.`;
  const rank = course.rankings[step].pairs.filter((each) => each[2] > pair[2]).length + 1;
  return `${named(guessed)} occurs ${times(pair[2])}: place ${rank}. ${named(winner)} occurs ${times(count)}.`;
}

/** "2 of 3 guessed." A tied pair counts as guessed. */
function score() {
  const right = [...guesses].filter(([merge, guess]) => {
    const { pairs, tied } = course.rankings[merge - 1];
    return pairs.slice(0, tied).some((pair) => keyOf(pair) === guess);
  }).length;
  return `${right} of ${guesses.size} guessed.`;
}

find(".ranking").addEventListener("click", (event) => {
  const { pair } = event.target.closest("button") ?? {};
  if (!pair) return;
  if (hidden()) guesses.set(step + 1, keyOf(pair));
  else pinned = pinned === keyOf(pair) ? "" : keyOf(pair);
  const guessed = guesses.get(step + 1) === keyOf(pair);
  if (guessed) pinned = keyOf(pair);
  drawRanking();
  if (guessed) rows.find((row) => row.pair && keyOf(row.pair) === keyOf(pair))?.focus({ preventScroll: true });
});
for (const [enter, leave] of [["pointerover", "pointerleave"], ["focusin", "focusout"]]) {
  find(".ranking").addEventListener(enter, (event) => {
    const { pair } = event.target.closest("button") ?? {};
    pointed = pair ? keyOf(pair) : "";
    drawBrackets();
  });
  find(".ranking").addEventListener(leave, () => {
    pointed = "";
    drawBrackets();
  });
}
find(".class-first").addEventListener("click", () => {
  covered = !covered;
  guesses = new Map();
  [pinned, pointed] = ["", ""];
  pause();
  drawRanking();
  address();
});
find(".instead").addEventListener("click", () => {
  const place = tiePlace(pinned);
  if (!place) return;
  const kept = Object.entries(choices).filter(([merge]) => Number(merge) <= step);
  choices = Object.fromEntries(kept);
  if (place > 1) choices[step + 1] = place;
  pinned = "";
  renew(step).then(() => find(".forward").focus({ preventScroll: true }));
});

// -- both numbers ---------------------------------------------------------------------------------

function drawNumbers() {
  const length = lengthAt(step);
  const show = (name, value) => (find(`[data-number=${name}]`).textContent = value);
  show("length", length.toLocaleString("en"));
  show("vocabulary", (course.base + step).toLocaleString("en"));
  show("shorter", `${(lengthAt(0) / length).toFixed(2)} ×`);
  const box = find(".chart");
  box.replaceChildren(chart(box.clientWidth, box.clientHeight, parseFloat(getComputedStyle(box).fontSize)));
}

/** Two lines that grow with the merges: how long the sequence is, and how many entries there are. */
function chart(width, height, em) {
  const values = { length: lengthAt, vocabulary: (number) => course.base + number };
  const top = Math.max(lengthAt(0), course.base + most());
  const [left, right, above, below] = [2.6 * em, 6.2 * em, 0.8 * em, 1.6 * em];
  const x = (number) => left + ((width - left - right) * number) / Math.max(1, most());
  const y = (value) => above + (height - above - below) * (1 - value / top);
  const word = (at, down, content, look, anchor = "end") => svg("text", { x: at, y: down, class: look, "text-anchor": anchor }, content);
  const floor = y(0);
  const made = svg(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `After ${counted(step, "merge")}: ${counted(lengthAt(step), "token")}, ${counted(course.base + step, "entry").replace("entrys", "entries")}` },
    svg("path", { class: "axis", d: `M${left} ${above}V${floor}H${width - right}` }),
    word(left - 0.4 * em, y(top) + 0.35 * em, top.toLocaleString("en"), "tick"),
    word(left - 0.4 * em, floor + 0.2 * em, "0", "tick"),
    word(x(0), height - 0.35 * em, "0", "tick", "middle"),
    most() ? word(x(most()), height - 0.35 * em, `${most()} merges`, "tick", "middle") : null,
  );
  const ends = Object.entries(values).map(([name, of]) => [name, of(step), y(of(step))]);
  const near = Math.abs(ends[0][2] - ends[1][2]) < 1.1 * em ? 0.55 * em : 0;
  const upper = ends[0][2] <= ends[1][2] ? 0 : 1;
  ends.forEach(([name, value, down], number) => {
    const line = Array.from({ length: step + 1 }, (_, each) => `${x(each).toFixed(1)} ${y(values[name](each)).toFixed(1)}`);
    const mark = name === "length" ? svg("circle", { class: `dot ${name}`, cx: x(step), cy: down, r: 0.32 * em }) : svg("rect", { class: `dot ${name}`, x: x(step) - 0.3 * em, y: down - 0.3 * em, width: 0.6 * em, height: 0.6 * em });
    const beside = down + 0.35 * em + (number === upper ? -near : near);
    made.append(svg("path", { class: `line ${name}`, d: `M${line.join("L")}` }), mark);
    made.append(word(x(step) + 0.6 * em, beside, `${value.toLocaleString("en")} ${name === "length" ? "tokens" : "entries"}`, `value ${name}`, "start"));
  });
  return made;
}

// -- the tree of a token --------------------------------------------------------------------------

const idShown = () => treeOf ?? (step ? course.base + step - 1 : stateAt(0).flat()[0]);

function drawTree() {
  const id = idShown();
  const number = id - course.base + 1;
  find(".tree-name").textContent = number > 0 ? `${quoted(id, 12)}: merge ${number}. Click any token.` : `${quoted(id, 12)}: there from the start. Click any token.`;
  const box = find(".tree");
  box.lang = course.direction === "rtl" ? "ur" : "";
  const em = parseFloat(getComputedStyle(box).fontSize);
  const { group, width, height } = tree(id, em, fontOf(box, em));
  const fits = Math.max(FINGER ? 1 : 0.55, Math.min(1.25, box.clientWidth / width, box.clientHeight / height));
  box.replaceChildren(
    svg("svg", { width: width * fits, height: height * fits, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": `Merge tree of ${spoken(course.entries[id])}` }, group),
  );
  roving(box, ".token");
  cueTree();
}
const cueTree = cue(find(".tree"));

/** The nodes of a tree, at most NODES leaves: { id, parts, height }; what is not drawn any further has no parts. */
function branches(id) {
  const root = { id };
  const waiting = [root];
  for (let leaves = 1; waiting.length && leaves < NODES; ) {
    const node = waiting.shift();
    const parts = course.merges[node.id - course.base]?.slice(0, 2);
    if (!parts) continue;
    node.parts = parts.map((part) => ({ id: part }));
    waiting.push(...node.parts);
    leaves++;
  }
  return root;
}

/** The token on top, what it was merged from below, its units on the lowest line. */
function tree(id, em, font) {
  const root = branches(id);
  const group = svg("g");
  const rtl = (directionOf(course.entries[id]) || course.direction) === "rtl";
  const high = (node) => (node.height = node.parts ? 1 + Math.max(...node.parts.map(high)) : 0);
  const top = high(root);
  const level = tall(em) + 0.65 * em;
  let used = 0.2 * em;
  const place = (node) => {
    node.label = shownAs(node.id, 14);
    node.w = Math.max(1.8 * em, FINGER, textWidth(node.label, font) + em);
    node.y = 0.2 * em + (top - node.height) * level;
    if (!node.parts) {
      node.x = used + node.w / 2;
      used += node.w + 0.5 * em;
      return;
    }
    const [left, right] = node.parts;
    for (const part of rtl ? [right, left] : [left, right]) place(part);
    node.x = (left.x + right.x) / 2;
    const outer = Math.max(node.x + node.w / 2 + 0.5 * em, used);
    used = outer;
  };
  place(root);
  const shift = Math.max(0, 0.2 * em - leftmost(root));
  const paint = (node) => {
    node.x += shift;
    for (const part of node.parts ?? []) {
      paint(part);
      group.prepend(svg("path", { class: "branch", d: `M${node.x} ${node.y + tall(em)}L${part.x} ${part.y}` }));
    }
    const merged = node.id >= course.base;
    const number = node.id - course.base + 1;
    group.append(
      svg(
        "g",
        { class: `token${merged ? ` c${node.id % 4}` : ""}`, role: "button", tabindex: -1, "data-id": node.id, "aria-label": merged ? `${spoken(course.entries[node.id])}, merge ${number}` : spoken(course.entries[node.id]) },
        svg("rect", { x: node.x - node.w / 2, y: node.y, width: node.w, height: tall(em), rx: 0.35 * em }),
        written(node.label, node.id, node.x, node.y, em),
        merged ? svg("text", { x: node.x + node.w / 2 + 0.15 * em, y: node.y + 0.65 * em, class: "order", "font-size": 0.7 * em }, number) : null,
      ),
    );
  };
  paint(root);
  return { group, width: used + shift + 1.2 * em, height: top * level + tall(em) + 0.5 * em };
}

const leftmost = (node) => Math.min(node.x - node.w / 2, ...(node.parts ?? []).map(leftmost));

// -- taking away ----------------------------------------------------------------------------------

const SHEET = { width: 1080, em: 18 };

/** All three drawings on one sheet, which stands beside the page so that it has the page's styles. */
function sheet() {
  const { width, em } = SHEET;
  const box = find(".sheet");
  box.lang = sequenceBox.lang;
  const { all, height } = layOut(stateAt(step), width - 2 * em, em, fontOf(box, em));
  const [mine, marks] = [placed, shape];
  [placed, shape] = [all, { size: em }]; // the brackets are drawn where the chips of the sheet are
  const sequence = svg("g", { transform: `translate(${em} ${4.6 * em})` }, ...all.map((each, place) => chip(each, em, place)), ...(looked() ? placesOf(looked(), all).flatMap(bracket) : []));
  [placed, shape] = [mine, marks];
  const below = 5.2 * em + height;
  const { group, width: across, height: down } = tree(idShown(), em, fontOf(box, em));
  const graph = chart(Math.round(width * 0.48), 14 * em, em);
  const scale = Math.min(1, (width * 0.48) / across);
  const tall = below + Math.max(14 * em, down * scale + 1.5 * em) + em;
  graph.setAttribute("x", 0);
  graph.setAttribute("y", below);
  const told = (y, content, look) => svg("text", { x: em, y, class: look, "font-size": look === "title" ? 1.3 * em : em }, content);
  box.replaceChildren(
    svg(
      "svg",
      { width, height: tall, viewBox: `0 0 ${width} ${tall}` },
      told(2 * em, `Byte-pair encoding, after merge ${step} of ${most()}`, "title"),
      told(3.7 * em, find(".merges-says").textContent, "told"),
      sequence,
      graph,
      svg("text", { x: width * 0.5, y: below + em, class: "told", "font-size": em }, find(".tree-name").textContent.replace(" Click any token.", "")),
      svg("g", { transform: `translate(${width * 0.5} ${below + 1.8 * em}) scale(${scale})` }, group),
    ),
  );
  return box.firstChild;
}

const TABLE = ["merge", "left", "right", "merged", "counted", "tied", "replaced", "tokens", "entries"];

function table() {
  if (!course) return [];
  const lines = course.merges.slice(0, step || most()).map(([left, right, count, tied, , times, length], number) => {
    const names = [left, right, course.base + number].map((id) => course.entries[id]);
    return [number + 1, ...names, count, tied, times, length, course.base + number + 1];
  });
  return [TABLE, ...lines];
}

// -- the section ----------------------------------------------------------------------------------

const inLink = () => encodeURIComponent(text.value).length <= LINK_LIMIT;

/** What a link says. */
function open(asked) {
  const content = asked.get("string");
  covered = asked.get("guess") === "1";
  guesses = new Map();
  if (!content) return set(presets[0]);
  text.value = content;
  start = asked.get("start") ?? "characters";
  within = asked.get("within") ?? "whole";
  choices = Object.fromEntries((asked.get("ties") ?? "").split(" ").filter(Boolean).map((each) => each.split(":")));
  why = "";
  drawSettings();
  return renew(Number(asked.get("step")) || 0);
}

let size = "";
new ResizeObserver(() => {
  const now = `${sequenceBox.clientWidth} ${sequenceBox.clientHeight} ${getComputedStyle(sequenceBox).fontSize}`;
  if (!course || !sequenceBox.clientWidth || now === size) return;
  size = now;
  shape = null;
  draw();
}).observe(sequenceBox);

roving(find(".presets"));
cue(find(".presets"));
drawSettings();

return {
  show(asked) {
    if (asked || !opened) {
      opened = true;
      open(asked ?? new URLSearchParams());
    } else if (course) draw();
  },
  parameters: () => (inLink() ? { string: text.value, start, within, ties: ties(), step: String(step), guess: covered ? "1" : "" } : {}),
  python: () => (course ? course.code.join(String(step || most())) : { sentence: "There is nothing to copy yet." }),
  picture: () => (course ? sheet() : null),
  rows: table,
};
