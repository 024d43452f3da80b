// Map of the space: pictures and captions on two axes, a line from each sample to its captions, the gap between the two
// kinds. The server projects; the map is an SVG of elements, so that words stay text and nobody's text becomes markup.

const SVG = "http://www.w3.org/2000/svg";
const plot = find(".space-plot");
const spaceBoxes = [...element.querySelectorAll(".space-languages input")];
const MARKS = ["M-4.5,0a4.5,4.5 0 1,0 9,0a4.5,4.5 0 1,0 -9,0", "M-4,-4H4V4H-4Z", "M0,-5.5L5.2,4H-5.2Z"]; // circle, square, triangle
const OWN_MARK = "M0,-6L6,0L0,6L-6,0Z";
const COLOURS = 4; // --p-edge-0 to 3 of ui.css
const RTL = ["ur", "sd"];
const THUMB_SIDE = 30; // pixels
const ZOOM_MOST = 24;
const WORDS_FROM = 520; // pixels of width; a narrower map has dots only

let space = null; // the answer on the screen
let spaceTurn = 0;
let gapClosed = false;
let view = { k: 1, x: 0, y: 0 }; // zoom and shift, in pixels of the map
let marked = null; // ["picture" or "caption", place] that is told of
let drawnPoints = []; // { group, at, kind, place, words } as they stand on the map
let drawnLines = []; // { line, from, to, of }

const chosenLanguages = () => spaceBoxes.filter(({ checked }) => checked).map(({ value }) => value);

function svg(name, attributes = {}, className = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (className) made.setAttribute("class", className);
  return made;
}

/** A language has its mark by its place among the chosen ones: a colour and, from the fifth on, another shape. */
function markOf(language) {
  const place = chosenLanguages().indexOf(language);
  const made = svg("path", { d: place < 0 ? OWN_MARK : MARKS[Math.floor(place / COLOURS) % MARKS.length] });
  made.style.fill = place < 0 ? "var(--p-ink)" : `var(--p-edge-${place % COLOURS})`;
  return made;
}

function drawLegend() {
  for (const box of spaceBoxes) {
    const holder = box.parentElement.querySelector(".space-mark");
    holder.replaceChildren();
    if (box.checked) holder.append(swatch(box.value));
  }
  find(".space-own .space-mark").replaceChildren(swatch(""));
}

function swatch(language) {
  const made = svg("svg", { viewBox: "-7 -7 14 14", width: 14, height: 14 });
  made.append(markOf(language));
  return made;
}

// -- asking ---------------------------------------------------------------------------------------

async function drawSpace() {
  drawLegend();
  const turn = ++spaceTurn;
  const say = sayIn(".space-says");
  const slow = setTimeout(() => turn === spaceTurn && say("Reading all captions: some seconds, once."), SLOW);
  try {
    const asked = { languages: chosenLanguages(), pictures: names(), captions: captionsNow(), closed: gapClosed, model };
    const answer = await serveWithPictures("project", asked);
    if (turn !== spaceTurn) return;
    say(answer.error ?? "", Boolean(answer.error));
    find(".space-shows").classList.toggle("stale", Boolean(answer.error));
    if (answer.error) return;
    await known(answer.pictures.filter((name) => !name.startsWith("file:")));
    if (turn !== spaceTurn) return;
    space = answer;
    showMap();
  } catch (problem) {
    if (turn !== spaceTurn) return;
    say(problem.sentence ?? DOWN, true);
    if (!problem.sentence) later("map", drawSpace);
  } finally {
    clearTimeout(slow);
  }
  address();
}

// -- drawing --------------------------------------------------------------------------------------

function showMap() {
  if (!space || !plot.clientWidth) return;
  find(".space-made").textContent = `${space.model} · ${space.made}`;
  find(".space-close").ariaPressed = String(space.closed);
  const [first, second] = space.shares.map((each) => `${(100 * each).toFixed(0)}%`);
  const gap = space.closed ? `The gap is closed: each kind less its own mean (before: ${space.gap_before.toFixed(3)}).` : `The modality gap, between the means of pictures (✚) and captions (✖): ${space.gap.toFixed(3)}.`;
  find(".space-figures").textContent = `${gap} The axes keep ${first} and ${second} of the variance; the rest of the space is not on this map.`;
  if (marked && marked[1] >= (marked[0] === "picture" ? space.pictures : space.captions).length) marked = null;
  drawPoints();
  drawRows();
  tell();
}

/** Where a point of the plane stands on the map at rest: both axes on one scale, the whole in the middle. */
function frame() {
  const all = [...space.places_of_pictures, ...space.places_of_captions];
  const [xs, ys] = [0, 1].map((axis) => all.map((place) => place[axis]));
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const margin = THUMB_SIDE * 0.8;
  const [width, height] = [plot.clientWidth, plot.clientHeight];
  const unit = Math.min((width - 2 * margin) / (right - left || 1), (height - 2 * margin) / (high - low || 1));
  return ([x, y]) => [width / 2 + unit * (x - (left + right) / 2), height / 2 - unit * (y - (low + high) / 2)];
}

function drawPoints() {
  const at = frame();
  const root = svg("svg", { width: "100%", height: "100%", role: "group" }, "space-svg");
  root.setAttribute("aria-label", `Map of ${space.pictures.length} pictures and ${space.captions.length} captions; arrow keys walk from one to the next`);
  const pictureAt = space.places_of_pictures.map(at);
  const captionAt = space.places_of_captions.map(at);
  drawnLines = space.of.flatMap((of, place) => (of < 0 ? [] : [{ line: svg("line", {}, "space-link"), from: pictureAt[of], to: captionAt[place], of, place }]));
  const means = [pictureAt, captionAt].map((places) => [0, 1].map((axis) => meanOf(places.map((each) => each[axis]))));
  const bridge = { line: svg("line", {}, "space-bridge"), from: means[0], to: means[1], of: -1, place: -1 };
  drawnLines.push(bridge);
  drawnPoints = [...pictureAt.map((place, number) => picturePoint(place, number)), ...captionAt.map((place, number) => captionPoint(place, number))];
  const crosses = means.map((place, kind) => ({ group: meanCross(kind), at: place, kind: "mean", place: kind }));
  root.append(...drawnLines.map(({ line }) => line), ...drawnPoints.map(({ group }) => group), ...crosses.map(({ group }) => group));
  drawnPoints.push(...crosses);
  plot.replaceChildren(root);
  roving(root, ".space-point");
  lay();
}

function picturePoint(at, place) {
  const group = spacePoint("picture", place, titleOf(place));
  const half = THUMB_SIDE / 2;
  const picture = seen.get(space.pictures[place]);
  const ground = svg("rect", { x: -half - 1.5, y: -half - 1.5, width: THUMB_SIDE + 3, height: THUMB_SIDE + 3, rx: 5 }, "space-ground");
  const image = svg("image", { x: -half, y: -half, width: THUMB_SIDE, height: THUMB_SIDE });
  if (picture) image.setAttribute("href", picture.url);
  group.append(ground, image);
  return { group, at, kind: "picture", place };
}

function captionPoint(at, place) {
  const language = space.languages[place];
  const group = spacePoint("caption", place, space.captions[place]);
  group.append(svg("circle", { r: 9 }, "space-touch"), markOf(language));
  const words = svg("text", { x: 8, y: 4 }, "space-words");
  words.textContent = short(space.captions[place]);
  if (!RTL.includes(language) && !/[\u0590-\u08ff]/.test(space.captions[place])) group.append(words);
  return { group, at, kind: "caption", place, words: words.parentNode ? words : null };
}

const short = (words) => ([...words].length > 22 ? `${[...words].slice(0, 20).join("")}…` : words);
const titleOf = (place) => seen.get(space.pictures[place])?.title ?? space.pictures[place];

function spacePoint(kind, place, name) {
  const group = svg("g", { role: "img", tabindex: -1 }, `space-point space-${kind}`);
  group.setAttribute("aria-label", `${kind}: ${name}`);
  Object.assign(group.dataset, { kind, place });
  return group;
}

function meanCross(kind) {
  const group = svg("g", {}, "space-mean");
  group.append(svg("path", { d: kind ? "M-6,-6L6,6M-6,6L6,-6" : "M-8,0H8M0,-8V8" }));
  return group;
}

/** Puts everything where zoom and shift want it; thumbnails and words keep their size. Words stand where there is room. */
function lay() {
  const on = ([x, y]) => [x * view.k + view.x, y * view.k + view.y];
  for (const { group, at } of drawnPoints) group.setAttribute("transform", `translate(${on(at).map((each) => each.toFixed(1)).join(",")})`);
  for (const { line, from, to } of drawnLines) {
    const [[x1, y1], [x2, y2]] = [on(from), on(to)];
    for (const [key, value] of Object.entries({ x1, y1, x2, y2 })) line.setAttribute(key, value.toFixed(1));
  }
  const [width, height] = [plot.clientWidth, plot.clientHeight];
  const taken = drawnPoints.map(({ at, kind }) => {
    const half = kind === "picture" ? THUMB_SIDE / 2 : 5;
    const [x, y] = on(at);
    return [x - half, y - half, x + half, y + half];
  });
  const pen = (lay.pen ??= make("canvas").getContext("2d"));
  pen.font = `13px ${getComputedStyle(plot).fontFamily}`;
  for (const { at, words } of drawnPoints) {
    if (!words) continue;
    const [x, y] = on(at);
    const box = [x + 7, y - 9, x + 11 + pen.measureText(words.textContent).width, y + 9];
    const outside = x < 0 || y < 0 || box[2] > width || y > height;
    const room = width >= WORDS_FROM && !outside && !taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]);
    words.style.display = room ? "" : "none";
    if (room) taken.push(box);
  }
  find(".space-out").disabled = view.k <= 1;
  find(".space-in").disabled = view.k >= ZOOM_MOST;
  plot.classList.toggle("zoomed", view.k > 1);
}

// -- one of them ----------------------------------------------------------------------------------

/** The caption or picture that is pointed at: what it is, what lies nearest, the cosine. */
function tell() {
  const told = find(".space-told");
  told.replaceChildren();
  const lit = { pictures: new Set(), captions: new Set() };
  if (!marked) told.append("Point at a picture or a caption, or tap it.");
  else if (marked[0] === "caption") tellCaption(told, marked[1], lit);
  else tellPicture(told, marked[1], lit);
  for (const { group, kind, place } of drawnPoints) {
    if (kind === "mean") continue;
    group.classList.toggle("lit", lit[`${kind}s`].has(place));
    group.classList.toggle("told", Boolean(marked) && marked[0] === kind && marked[1] === place);
  }
  for (const { line, of, place } of drawnLines) line.classList.toggle("lit", Boolean(marked) && (marked[0] === "picture" ? of === marked[1] : place === marked[1]));
  plot.classList.toggle("telling", Boolean(marked));
}

function tellCaption(told, place, lit) {
  const nearest = space.nearest[place];
  const right = space.of[place];
  const language = props.known.languages[space.languages[place]];
  told.append(quoted(space.captions[place], space.languages[place]), language ? ` (${language}), ` : " (yours), ", "nearest picture: ", small(nearest), ` ${titleOf(nearest)}, cosine ${space.cosine[place].toFixed(3)}`);
  if (right >= 0) told.append(nearest === right ? ": its own." : `; its own, ${titleOf(right)}: ${space.own[place].toFixed(3)}.`);
  lit.captions.add(place);
  lit.pictures.add(nearest);
  if (right >= 0) lit.pictures.add(right);
}

function tellPicture(told, place, lit) {
  told.append(small(place), ` ${titleOf(place)}`);
  space.of.forEach((of, caption) => {
    if (of !== place) return;
    lit.captions.add(caption);
    told.append(" · ", quoted(space.captions[caption], space.languages[caption]), ` ${space.own[caption].toFixed(3)}`);
  });
  if (!lit.captions.size) told.append(": yours; no caption is linked to it.");
  lit.pictures.add(place);
}

function quoted(words, language) {
  const made = make("bdi", "", words);
  made.dir = "auto";
  if (language) made.lang = language;
  return made;
}

function small(place) {
  const made = make("img");
  made.src = seen.get(space.pictures[place])?.url ?? "";
  made.alt = "";
  return made;
}

function mark(event) {
  const group = event.target.closest?.(".space-point");
  const next = group ? [group.dataset.kind, Number(group.dataset.place)] : null;
  if (JSON.stringify(next) === JSON.stringify(marked) || (!next && event.type !== "click")) return;
  marked = next;
  tell();
}
for (const kind of ["pointerover", "focusin", "click"]) plot.addEventListener(kind, mark);

/** The same as a table: for who cannot see the map, and for the file that is saved. */
function drawRows() {
  const head = make("tr");
  head.append(...["kind", "what", "language", "axis 1", "axis 2", "nearest picture", "cosine", "cosine with its own"].map((words) => make("th", "", words)));
  const row = (cells) => {
    const made = make("tr");
    made.append(...cells.map((each, place) => {
      const cell = make("td");
      cell.append(place === 1 ? quoted(String(each)) : String(each));
      return cell;
    }));
    return made;
  };
  const at = (place) => place.map((each) => each.toFixed(4));
  find(".space-rows table").replaceChildren(
    head,
    ...space.pictures.map((_, place) => row(["picture", titleOf(place), "", ...at(space.places_of_pictures[place]), "", "", ""])),
    ...space.captions.map((caption, place) => row(["caption", caption, props.known.languages[space.languages[place]] ?? "", ...at(space.places_of_captions[place]), titleOf(space.nearest[place]), space.cosine[place].toFixed(4), space.own[place]?.toFixed(4) ?? ""])),
  );
}

// -- zoom -----------------------------------------------------------------------------------------

function zoom(factor, x = plot.clientWidth / 2, y = plot.clientHeight / 2) {
  const k = Math.max(1, Math.min(ZOOM_MOST, view.k * factor));
  const by = k / view.k;
  shift({ k, x: x - (x - view.x) * by, y: y - (y - view.y) * by });
}

/** The map never leaves its frame. */
function shift({ k, x, y }) {
  const held = (value, size) => Math.min(0, Math.max(size * (1 - k), value));
  view = { k, x: held(x, plot.clientWidth), y: held(y, plot.clientHeight) };
  if (space) lay();
}

find(".space-in").addEventListener("click", () => zoom(1.5));
find(".space-out").addEventListener("click", () => zoom(1 / 1.5));
find(".space-whole").addEventListener("click", () => shift({ k: 1, x: 0, y: 0 }));
plot.addEventListener("wheel", (event) => {
  if (view.k <= 1 && event.deltaY > 0) return; // the page goes on
  event.preventDefault();
  const box = plot.getBoundingClientRect();
  zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002)), event.clientX - box.left, event.clientY - box.top);
}, { passive: false });

const fingers = new Map(); // pointer -> where it is
plot.addEventListener("pointerdown", (event) => fingers.set(event.pointerId, [event.clientX, event.clientY]));
plot.addEventListener("pointermove", (event) => {
  if (!fingers.has(event.pointerId)) return;
  const before = [...fingers.values()];
  const was = fingers.get(event.pointerId);
  const now = [event.clientX, event.clientY];
  if (fingers.size === 1 && Math.hypot(now[0] - was[0], now[1] - was[1]) > 3) plot.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, now);
  const after = [...fingers.values()];
  const middle = (places) => [0, 1].map((axis) => meanOf(places.map((each) => each[axis])));
  const [from, to] = [middle(before), middle(after)];
  shift({ ...view, x: view.x + to[0] - from[0], y: view.y + to[1] - from[1] });
  if (fingers.size !== 2) return;
  const [old, wide] = [before, after].map(([one, other]) => Math.hypot(one[0] - other[0], one[1] - other[1]));
  const box = plot.getBoundingClientRect();
  if (old) zoom(wide / old, to[0] - box.left, to[1] - box.top);
});
for (const kind of ["pointerup", "pointercancel", "pointerleave"]) plot.addEventListener(kind, (event) => fingers.delete(event.pointerId));

plot.addEventListener("keydown", (event) => {
  const by = { "+": 1.5, "=": 1.5, "-": 1 / 1.5 }[event.key];
  if (!by || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  zoom(by);
});
let plotWidth = 0;
new ResizeObserver(() => {
  if (!space || !plot.clientWidth || plot.clientWidth === plotWidth) return;
  plotWidth = plot.clientWidth;
  view = { k: 1, x: 0, y: 0 };
  showMap();
}).observe(plot);

// -- choices, the address -------------------------------------------------------------------------

for (const box of spaceBoxes) box.addEventListener("change", drawSpace);
let typing = 0;
find(".text").addEventListener("input", () => {
  clearTimeout(typing);
  if (section === "map") typing = setTimeout(drawSpace, PAUSE);
});
find(".space-close").addEventListener("click", () => {
  gapClosed = !gapClosed;
  find(".space-close").ariaPressed = String(gapClosed);
  drawSpace();
});

function openMap(given) {
  const codes = given("languages").split(",").filter(Boolean);
  if (spaceBoxes.some(({ value }) => codes.includes(value))) for (const box of spaceBoxes) box.checked = codes.includes(box.value);
  gapClosed = given("gap") === "closed";
}
