// Drawing: what both pictures share, and chips in columns; continues the section's script.

// -- drawing: what both pictures share --------

const cueBox = cue(box);
const cueTable = cue(find(".beside-table"));

function draw() {
  const answer = shown[view];
  const width = box.clientWidth;
  if (!answer || width < 60) return;
  const em = parseFloat(getComputedStyle(box).fontSize);
  const at = { place: touched?.place, column: touched?.column, view: touched?.view };
  box.lang = lab.language();
  box.classList.toggle("tax", view === "tax");
  units = [];
  touched = null;
  box.replaceChildren(view === "tax" ? taxPicture(answer, width, em) : comparePicture(answer, width, em));
  told.textContent = known.first[view];
  const again = at.view === view && units.find((each) => each.place === at.place && each.column === at.column);
  if (again) touch(again);
  else if (units.length) units[0].node.setAttribute("tabindex", 0);
  cueBox();
}

const fontOf = (size, weight = 400) => `${weight} ${size}px ${getComputedStyle(box).fontFamily}`;
const words = (x, y, size, content, className = "", attributes = {}) =>
  svg("text", { x, y, "font-size": size, class: className, ...attributes }, content);

/** A text cut into lines that fit. */
function wrapped(content, size, room) {
  const lines = [""];
  for (const word of content.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (textWidth(longer, fontOf(size)) <= room || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** The name of a column, shortened where it would not fit. */
function fitting(content, size, room, best = false) {
  const star = best ? " ★" : "";
  const fits = (name) => textWidth(name + star, fontOf(size, 650)) <= room;
  if (fits(content)) return content + star;
  let short = content.replace("SentencePiece", "SP"); // or two names would be cut to the same one
  if (fits(short)) return short + star;
  while (short.length > 1 && !fits(`${short}…`)) short = short.slice(0, -1);
  return `${short}…${star}`;
}

/** How many columns of at least `least` pixels, evenly over as many rows as it takes. */
function columnsFor(count, width, least, gap) {
  const fit = Math.max(1, Math.min(count, Math.floor((width + gap) / (least + gap))));
  const columns = Math.ceil(count / Math.ceil(count / fit));
  return { columns, each: (width - gap * (columns - 1)) / columns };
}

// -- drawing: chips in columns --------

function comparePicture(answer, width, em) {
  const gap = 0.9 * em;
  const { columns, each } = columnsFor(answer.results.length, width, 8 * em, gap);
  const most = Math.max(1, ...answer.results.map(({ tokens }) => tokens));
  const picture = svg("svg", { width, role: "presentation" });
  let top = 0;
  for (let first = 0; first < answer.results.length; first += columns) {
    const row = answer.results.slice(first, first + columns);
    const heights = row.map((result, place) => {
      const column = svg("g", { class: "column" });
      const x = place * (each + gap);
      picture.append(column);
      return drawColumn(column, result, first + place, { x, top, width: each, em, most, rtl: answer.direction === "rtl" });
    });
    top += Math.max(...heights) + 0.8 * em;
  }
  if (answer.cut_short) {
    picture.append(words(0, top + em, 0.85 * em, `The first ${answer.cut_short} characters are drawn; the figures count all.`, "soft"));
    top += 1.8 * em;
  }
  picture.setAttribute("height", top);
  picture.setAttribute("viewBox", `0 0 ${width} ${top}`);
  return picture;
}

/** One tokenizer: its name, how many tokens, a bar, the chips. Gives how high it became. */
function drawColumn(group, result, column, { x, top, width, em, most, rtl }) {
  group.append(words(x, top + 1.05 * em, em, fitting(result.name, em, width, result.best), result.best ? "name best" : "name"));
  if (result.error) {
    const lines = wrapped(result.error, 0.9 * em, width);
    lines.forEach((line, number) => group.append(words(x, top + (2.5 + 1.3 * number) * em, 0.9 * em, line, "error")));
    return (2.6 + 1.3 * lines.length) * em;
  }
  const count = result.tokens.toLocaleString("en");
  group.append(words(x, top + 2.5 * em, 1.3 * em, count, "count-of"));
  const after = x + textWidth(count, fontOf(1.3 * em, 700)) + 0.4 * em;
  group.append(words(after, top + 2.5 * em, 0.85 * em, result.tokens === 1 ? "token" : "tokens", "soft"));
  group.append(svg("rect", { class: "track", x, y: top + 2.85 * em, width, height: 0.4 * em, rx: 2 }));
  const bar = Math.max(2, (width * result.tokens) / most);
  group.append(svg("rect", { class: result.best ? "bar best" : "bar", x, y: top + 2.85 * em, width: bar, height: 0.4 * em, rx: 2 }));
  const here = result.id.startsWith("here:") ? ", learned here" : "";
  const entriesOf = `of ${result.entries.toLocaleString("en")} entries`;
  const roomy = textWidth(entriesOf + here, fontOf(0.8 * em)) <= width;
  group.append(words(x, top + 4.15 * em, 0.8 * em, roomy ? entriesOf + here : entriesOf, "soft"));
  let below = 4.6 * em;
  if (result.lost) {
    const lines = wrapped(`✗ ${result.lost}`, 0.82 * em, width);
    lines.forEach((line, number) => group.append(words(x, top + below + (0.75 + 1.2 * number) * em, 0.82 * em, line, "error")));
    below += (0.2 + 1.2 * lines.length) * em;
  }
  return below + drawChips(group, result, column, { x, top: top + below, width, em, rtl });
}

const CHIP = 1.85; // em from line to line

function drawChips(group, result, column, { x, top, width, em, rtl }) {
  const size = 1.12 * em;
  let colour = 0;
  const chips = result.units.map(([start, end, content, kind, tokens], place) => {
    const inner = textWidth(content, fontOf(size));
    const wide = Math.min(width, Math.max(inner + 0.42 * em, tokens.length * 0.5 * em, 0.6 * em));
    const colours = tokens.map(() => (kind ? kind : `c${colour++ % 4}`));
    return { start, end, content, kind, tokens, place, inner, wide, colours };
  });
  const lines = inLines(chips, width);
  lines.forEach((line, number) => {
    let cursor = 0;
    for (const chip of rtl ? fromRight(line) : line) {
      const left = rtl ? x + width - cursor - chip.wide : x + cursor;
      const node = drawChip(chip, { left, y: top + number * CHIP * em, em, size, rtl });
      const parts = chip.tokens.length === 1 ? "1 token" : `${chip.tokens.length} tokens`;
      node.setAttribute("aria-label", `${spoken(chip.content)}, ${chip.kind === "dropped" ? "left out" : parts}, ${result.name}`);
      chip.node = node;
      cursor += chip.wide + 1;
    }
  });
  for (const chip of chips) {
    group.append(chip.node); // in reading order
    note({ view: "compare", column, result, ...chip });
  }
  return lines.length * CHIP * em;
}

/** Chips cut into lines that fit; a line break in the text begins a new one. */
function inLines(chips, width) {
  const lines = [];
  let room = -1;
  for (const chip of chips) {
    if (room < chip.wide) {
      lines.push([]);
      room = width + 0.5;
    }
    lines.at(-1).push(chip);
    room = chip.content.includes("↵") ? -1 : room - chip.wide - 1;
  }
  return lines;
}

const ARABIC = /[\u0620-\u064a\u066e-\u06d3\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f]/;
const fromLeft = ({ content }) => !ARABIC.test(content) && /[\p{L}\p{N}]/u.test(content);

/** A line as it is read from the right; what reads from the left, such as AI and ۱۲, keeps its order. */
function fromRight(line) {
  const runs = [];
  for (const chip of line) {
    const joins = runs.length && fromLeft(chip) && fromLeft(runs.at(-1)[0]);
    if (joins) runs.at(-1).unshift(chip);
    else runs.push([chip]);
  }
  return runs.flat();
}

/** One token; or the letters that several tokens share, and below them a box for each token. */
function drawChip({ content, kind, tokens, wide, inner, colours }, { left, y, em, size, rtl }) {
  const node = svg("g", { class: `unit ${kind}`, tabindex: -1, role: "button" });
  const split = tokens.length > 1;
  const part = (wide - 1.2) / tokens.length;
  const high = (CHIP - 0.18) * em;
  if (split) node.append(svg("rect", { class: "split", x: left + 0.6, y: y + 1, width: wide - 1.2, height: high, rx: 3 }));
  colours.forEach((name, number) => {
    const at = left + 0.6 + (rtl ? tokens.length - 1 - number : number) * part;
    const shape = split ? { y: y + 1 + high - 0.5 * em, height: 0.5 * em } : { y: y + 1, height: high, rx: 4 };
    node.append(svg("rect", { class: name, x: at, width: Math.max(1, part), ...shape }));
  });
  const scale = Math.min(split ? 0.85 : 1, inner > wide - 4 ? Math.max(0.3, (wide - 4) / inner) : 1);
  node.append(words(left + wide / 2, y + (split ? 0.95 : 1.2) * em, size * scale, content, "letters"));
  return node;
}

function note(unit) {
  unit.node.unit = unit;
  units.push(unit);
}
