// One token: pointing, pinning, and its card; continues view.js.
//
// Pointing at a chip shows its card for as long as nothing is pinned. A click, a tap or Enter pins it, so that the
// pointer can travel to the card; a second one, Escape or × lets go.

let picked = -1; // the token in the card, by its place in the text
let pinned = false; // does it stay there?

/** Marks a token in both rows and shows its card. `reveal` scrolls inside the rows, never the page. */
function pick(place, reveal = true) {
  mark(picked, false);
  picked = place;
  name(place);
  mark(place, true);
  if (reveal) revealIn(chips, chipOf[place]), revealIn(ids, idOf[place]);
  if (shown?.tokens[place]) describe(shown.tokens[place][0], []);
}

function pin(place) {
  pinned = true;
  card.classList.add("pinned");
  if (place === picked) mark(place, true);
  else pick(place);
}

function unpin() {
  pinned = false;
  card.classList.remove("pinned");
  mark(picked, true);
  if (wandered && shown?.tokens[picked]) describe(shown.tokens[picked][0], []); // back from its parents
}

function mark(place, on) {
  for (const node of [chipOf[place], idOf[place]]) {
    if (!node) continue;
    node.classList.toggle("on", on);
    node.classList.toggle("pinned", on && pinned);
    node.ariaSelected = String(on && pinned);
    node.tabIndex = on ? 0 : -1;
  }
}

/** After an answer: the place that was shown, or the longest token, which teaches most. */
function show(same) {
  const tokens = shown.tokens;
  if (pinned) unpin();
  if (same && picked >= 0) return pick(Math.min(picked, tokens.length - 1), false);
  let best = 0;
  tokens.forEach((token, place) => {
    if (token[1].length > tokens[best][1].length) best = place;
  });
  pick(best, false);
  lookAtChips();
  lookAtIds();
}

function revealIn(box, node) {
  if (!node) return;
  const outer = box.getBoundingClientRect();
  const inner = node.getBoundingClientRect();
  if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top + 8;
  else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom + 8;
}

// -- the card -------------------------------------------------------------------------------------

const described = new Map(); // "hi 300" -> the card's content, so that a second look is at once
let describing = 0;
let wandered = false; // does the card show a parent of the token that is picked?

/** The card of an entry; `way` holds the entries that led here, from a token down to its parents' parents. */
async function describe(id, way) {
  const tokenizer = shown.tokenizer;
  const key = `${tokenizer} ${id}`;
  const turn = ++describing;
  unanswered.delete("describe");
  if (!described.has(key)) {
    try {
      const answer = await serve("describe", { tokenizer, id });
      if (answer.error) return turn === describing && drawHint(answer.error);
      if (described.size > 20000) described.clear();
      described.set(key, answer);
    } catch {
      if (turn !== describing) return;
      drawHint(DOWN);
      return later("describe", () => shown?.tokenizer === tokenizer && describe(id, way));
    }
  }
  if (turn === describing) drawCard(described.get(key), way);
}

function drawHint(sentence) {
  describing++;
  card.replaceChildren(make("p", "hint", sentence));
}

function drawCard(entry, way) {
  wandered = way.length > 0;
  const held = card.contains(document.activeElement);
  const colour = /c\d/.exec(chipOf[picked]?.className)?.[0] ?? "c0";
  const piece = make("bdi", `piece ${colour}`);
  write(piece, entry.label);
  const about = make("div", "about");
  about.append(piece, family(entry, way));
  const facts = make("dl", "facts");
  facts.append(fact("id", entry.id, "big"), fact("rank", entry.rank), fact("kind", `${entry.kind}, ${entry.bytes}`));
  const points = make("ul", "points");
  for (const [point, bytes, name] of entry.points) {
    const line = make("li");
    line.append(make("code", "", point), make("span", "", name), make("code", "hex", bytes));
    points.append(line);
  }
  const frames = [about, points].map((box) => {
    const frame = make("div", "frame");
    frame.append(box);
    return frame;
  });
  const close = button("close", "×", unpinAndReturn);
  close.ariaLabel = "Let go of this token";
  card.replaceChildren(frames[0], facts, frames[1], close);
  cue(about);
  cue(points);
  if (held) (card.querySelector(".back") ?? card.querySelector(".parent") ?? close).focus();
}

function family(entry, way) {
  const made = make("div", "family");
  const go = (id, steps) => {
    pin(picked);
    describe(id, steps);
  };
  if (way.length) made.append(button("link back", "← back", () => go(way[way.length - 1], way.slice(0, -1))));
  made.append(make("span", "made-of", entry.made));
  entry.parents.forEach(([id, label], index) => {
    if (index) made.append("+");
    const parent = button("parent", "", () => go(id, [...way, entry.id]));
    parent.title = `id ${id}: look at it`;
    const shownAs = make("bdi");
    write(shownAs, label);
    parent.append(shownAs, make("small", "", id));
    made.append(parent);
  });
  return made;
}

function fact(name, value, className) {
  const line = make("div", className);
  line.append(make("dt", "", name), make("dd", "", value));
  return line;
}

function button(className, content, pressed) {
  const made = make("button", className, content);
  made.type = "button";
  made.addEventListener("click", pressed);
  return made;
}

// -- pointer and keys -----------------------------------------------------------------------------

const placeOf = (event) => event.target.closest?.(".chip, .id")?.place;

function preview(event) {
  const place = placeOf(event);
  if (place === undefined || pinned || place === picked) return;
  pick(place, false);
  if (event.currentTarget === chips) revealIn(ids, idOf[place]);
  else revealIn(chips, chipOf[place]);
}

function press(event) {
  const place = placeOf(event);
  if (place === undefined) return;
  if (pinned && place === picked) unpin();
  else pin(place);
}

function unpinAndReturn() {
  const inside = card.contains(document.activeElement);
  unpin();
  if (inside) chipOf[picked]?.focus({ preventScroll: true });
}

function walk(event) {
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    return press(event);
  }
  const row = event.currentTarget === chips ? chipOf : idOf;
  const here = placeOf(event) ?? picked;
  const forward = shown?.direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const backward = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
  const steps = { [forward]: here + 1, [backward]: here - 1, Home: 0, End: row.length - 1 };
  const place = event.key === "ArrowDown" || event.key === "ArrowUp" ? nextLine(row, here, event.key) : steps[event.key];
  if (place === undefined) return;
  event.preventDefault();
  pick(Math.max(0, Math.min(row.length - 1, place))); // what is pinned walks along
  row[picked]?.focus({ preventScroll: true });
}

/** The nearest token of the line below or above. */
function nextLine(row, from, key) {
  const step = key === "ArrowDown" ? 1 : -1;
  const here = row[from]?.getBoundingClientRect();
  if (!here) return 0;
  let best;
  let distance = Infinity;
  let line;
  for (let place = from + step; row[place]; place += step) {
    const there = row[place].getBoundingClientRect();
    if (Math.abs(there.top - here.top) < here.height / 2) continue;
    line ??= there.top;
    if (Math.abs(there.top - line) > here.height / 2) break;
    const away = Math.abs((there.left + there.right - here.left - here.right) / 2);
    if (away < distance) [best, distance] = [place, away];
  }
  return best;
}

for (const box of [chips, ids]) {
  box.addEventListener("pointerover", preview);
  box.addEventListener("focusin", preview);
  box.addEventListener("click", press);
  box.addEventListener("keydown", walk);
}
find(".tokens").addEventListener("keydown", (event) => {
  if (event.key === "Escape" && pinned) unpinAndReturn();
});
const lookAtChips = cue(chips);
const lookAtIds = cue(ids);
