// The sequence as chips, and the places of a pair; continues the section's script.

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
