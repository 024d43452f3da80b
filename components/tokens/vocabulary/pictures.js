// The pictures: ranks, lengths, scripts, topics, two vocabularies; continues the section's script.

const PICTURES = { search: drawSearch, lengths: drawLengths, scripts: drawScripts, topics: drawTopics, compare: drawCompare };

let em = 16;
let wide = 0;
let picture = null;

function drawPicture() {
  if (!shown || !box.clientWidth) return;
  em = parseFloat(getComputedStyle(box).fontSize);
  wide = box.clientWidth;
  const held = box.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  picture = svg("svg", { role: "group", "aria-label": shown.title });
  const { height, width = wide } = PICTURES[shown.view]();
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) picture.setAttribute(name, value);
  box.replaceChildren(picture);
  const pressable = picture.querySelectorAll("[role=button]");
  if (pressable.length) roving(picture, "[role=button]");
  if (held) [...pressable].find((each) => each.dataset.key === held)?.focus({ preventScroll: true });
  moreRight();
}

const moreRight = cue(box);
const size = (times) => Math.round(times * em * 10) / 10;
const measure = (content, times, weight = "") => textWidth(content, `${weight} ${size(times)}px ${FONT}`);
const plainly = (label) => label.replaceAll(" ", "·").replaceAll("\n", "↵").replaceAll("\t", "⇥");
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;
const MARK_FIRST = /^[\p{M}\u200c\u200d]/u;

/** A text of the drawing; an entry that begins with a mark gets a circle to carry it, joiners alone their names. */
function words(content, x, y, times, { anchor = "middle", class: name = "", room = Infinity } = {}) {
  const rtl = RIGHT_TO_LEFT.test(content);
  const fits = Math.min(1, room / Math.max(1, measure(content, times)));
  const anchored = rtl && anchor !== "middle" ? { start: "end", end: "start" }[anchor] : anchor;
  const made = svg("text", { x, y, class: name, "font-size": size(times * Math.max(0.5, fits)), direction: rtl ? "rtl" : "ltr" }, content);
  made.style.textAnchor = anchored;
  made.style.direction = rtl ? "rtl" : "ltr";
  return made;
}

const JOINERS = { "\u200c": "ZWNJ", "\u200d": "ZWJ" };
const readable = (label) => JOINERS[label] ?? (MARK_FIRST.test(label) && !label.startsWith("<") ? `◌${label}` : plainly(label));

/** A part of the drawing that can be pressed. */
function pressable(key, name, pressed, on, ...children) {
  const made = svg("g", { role: "button", class: `press${on ? " on" : ""}`, "aria-label": name, "data-key": key, tabindex: -1 }, ...children);
  if (on) made.setAttribute("aria-pressed", "true");
  made.addEventListener("click", pressed);
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    pressed();
  });
  return made;
}

const written = (number) => number.toLocaleString("en");

// search: the line of learning, and the tree of the entry that is picked

function drawSearch() {
  const top = drawLine();
  const { width, height } = carded?.tokenizer === state.tokenizer ? drawTree(top) : { width: wide, height: 0 };
  return { width: Math.max(wide, width), height: Math.max(top + height, TALL * em) };
}

function drawLine() {
  const [left, right, y] = [1.2 * em, wide - 1.2 * em, 6 * em];
  const at = (rank) => left + ((right - left) * (rank - 1)) / Math.max(1, shown.learned - 1);
  if (shown.building) {
    picture.append(svg("rect", { class: "building", x: left, y: y - 0.5 * em, width: Math.max(2, at(shown.building) - left), height: em }));
  }
  picture.append(svg("line", { class: "axis", x1: left, x2: right, y1: y, y2: y }));
  const steps = [250, 500, 1000, 2000, 5000, 10000, 20000, 50000];
  const step = steps.find((each) => shown.learned / each <= (wide < 500 ? 4 : 10)) ?? 100000;
  for (let rank = step; rank <= shown.learned; rank += step) {
    picture.append(svg("line", { class: "axis", x1: at(rank), x2: at(rank), y1: y, y2: y + 0.4 * em }));
    const half = measure(written(rank), 0.85) / 2 + 0.6 * em;
    if (at(rank) - half < left + measure(shown.ends[0], 0.85) || at(rank) + half > right - measure(shown.ends[1], 0.85)) continue;
    picture.append(words(written(rank), at(rank), y + 1.1 * em, 0.85, { class: "soft" }));
  }
  picture.append(words(shown.ends[0], left, y + 1.1 * em, 0.85, { anchor: "start", class: "soft" }));
  picture.append(words(shown.ends[1], right, y + 1.1 * em, 0.85, { anchor: "end", class: "soft" }));
  const dots = drawDots(at, y);
  drawPicked(at, y);
  const ground = svg("rect", { class: "ground", x: 0, y: 0, width: wide, height: y + 0.6 * em });
  ground.addEventListener("click", (event) => pickNearest(event, dots));
  picture.append(ground);
  return y + 1.9 * em;
}

/** A dot for each entry that was found, in columns; where they are too many, a bar for each column. */
function drawDots(at, y) {
  const column = 0.62 * em;
  const columns = new Map();
  for (const rank of shown.ranks) {
    const place = Math.round(at(rank) / column);
    columns.set(place, [...(columns.get(place) ?? []), rank]);
  }
  const highest = Math.max(1, ...[...columns.values()].map((each) => each.length));
  const step = Math.min(column, (3.3 * em) / highest);
  const dots = [];
  for (const [place, ranks] of columns) {
    const x = place * column;
    if (step < 3) {
      const height = Math.max(1, ranks.length * step);
      picture.append(svg("rect", { class: "dot", x: x - column / 2 + 0.5, y: y - height, width: column - 1, height }));
    }
    ranks.forEach((rank, order) => {
      const dot = { rank, x, y: y - (order + 0.5) * step };
      dots.push(dot);
      if (step >= 3) picture.append(svg("circle", { class: "dot", cx: x, cy: dot.y, r: Math.max(2, Math.min(column, step) / 2 - 0.4) }));
    });
  }
  return dots;
}

/** The picked entry on the line: a pin with its text and its rank. */
function drawPicked(at, y) {
  const row = shown.rows.find(([id]) => id === state.entry) ?? (carded?.tree[0][0] === state.entry ? carded.tree[0] : null);
  const rank = row?.[2];
  if (!rank || state.of !== state.tokenizer) return;
  const x = at(rank);
  const label = `${readable(row[1])}`;
  const half = (measure(label, 1.5, "600") + measure(` ${written(rank)}`, 1)) / 2 + 0.4 * em;
  const middle = Math.max(half + 2, Math.min(wide - half - 2, x));
  picture.append(svg("line", { class: "pin", x1: x, x2: x, y1: 2.1 * em, y2: y + 0.4 * em }));
  picture.append(svg("circle", { class: "picked", cx: x, cy: y, r: 0.42 * em }));
  const text = words(label, middle - measure(` ${written(rank)}`, 1) / 2, 1.2 * em, 1.5, { class: "pin-name" });
  picture.append(text, words(written(rank), middle + half - 0.3 * em, 1.3 * em, 1, { anchor: "end", class: "soft" }));
}

function pickNearest(event, dots) {
  if (!dots.length) return;
  const { left, top, width } = picture.getBoundingClientRect();
  const scale = picture.viewBox.baseVal.width / width;
  const [x, y] = [(event.clientX - left) * scale, (event.clientY - top) * scale];
  const away = (dot) => Math.abs(dot.x - x) * 3 + Math.abs(dot.y - y);
  const nearest = dots.reduce((best, dot) => (away(dot) < away(best) ? dot : best));
  const known = shown.rows.find((each) => each[2] !== null);
  pick(state.tokenizer, known[0] - known[2] + nearest.rank); // ids and ranks go in step
}

/** The tree of the card's entry, below the line: the whole above, characters below. */
function drawTree(top) {
  const nodes = carded.tree.map(([id, label, rank, above, hides]) => ({ id, label: readable(label), raw: label, rank, above, hides, parts: [] }));
  nodes.forEach((node, place) => {
    node.depth = place ? nodes[node.above].depth + 1 : 0;
    if (place) nodes[node.above].parts.push(node);
  });
  const levels = Math.max(...nodes.map((node) => node.depth)) + 1;
  const rise = Math.max(2.2, Math.min(3.8, 11.4 / levels)) * em;
  const tall = rise - 0.5 * em;
  const low = rise < 2.7 * em; // no room for two lines in a node: its rank stands beside its text
  const times = low ? 1.1 : 1.4;
  for (const node of nodes) {
    node.number = node.rank ? written(node.rank) + (node.hides ? " …" : "") : "";
    const beside = low && node.number ? measure(node.number, 0.75) + 0.35 * em : 0;
    [node.beside, node.wide] = [beside, Math.max(2.2 * em, measure(node.label, times) + beside + 0.8 * em)];
  }
  const place = (node, from) => {
    if (!node.parts.length) node.x = from + node.wide / 2;
    let here = from;
    for (const part of node.parts) here = place(part, here);
    if (node.parts.length) node.x = (node.parts[0].x + node.parts.at(-1).x) / 2;
    return Math.max(here, node.parts.length ? node.x + node.wide / 2 + 0.35 * em : node.x + node.wide / 2 + 0.35 * em);
  };
  const needed = place(nodes[0], 0);
  const least = Math.min(0, ...nodes.map((node) => node.x - node.wide / 2));
  const across = needed - least;
  const scale = across > wide ? Math.max(0.75, wide / across) : 1;
  const width = across * scale;
  const begin = Math.max(0, (wide - width) / 2);
  const rtl = RIGHT_TO_LEFT.test(carded.label) && ["merge", "entry"].includes(carded.kind); // bytes read from the left
  const x = (node) => begin + scale * (rtl ? needed - node.x : node.x - least);
  const y = (node) => top + node.depth * rise + tall / 2;
  for (const node of nodes) {
    for (const part of node.parts) {
      picture.append(svg("line", { class: "branch", x1: x(node), y1: y(node) + tall / 2, x2: x(part), y2: y(part) - tall / 2 }));
    }
  }
  nodes.forEach((node, place) => {
    const kind = node.parts.length ? (place ? "between" : "root") : "leaf";
    const half = (node.wide * scale) / 2;
    const drawn = svg("g", { class: `node ${kind}` });
    drawn.append(svg("rect", { x: x(node) - half, y: y(node) - tall / 2, width: 2 * half, height: tall, rx: 0.35 * em }));
    const shift = (node.beside * scale) / 2;
    drawn.append(words(node.label, x(node) - shift, y(node) - (low || !node.number ? 0 : tall * 0.14), times * scale));
    if (node.number && low) drawn.append(words(node.number, x(node) + half - 0.35 * em, y(node), 0.75 * scale, { anchor: "end", class: "soft" }));
    else if (node.number) drawn.append(words(node.number, x(node), y(node) + tall * 0.33, 0.75, { class: "soft" }));
    drawn.addEventListener("click", () => place && pick(state.tokenizer, node.id, true));
    picture.append(drawn);
  });
  return { width, height: levels * rise };
}

// lengths and scripts: bars

function drawLengths() {
  const { bars, unit, chosen } = shown;
  const height = TALL * em;
  const [base, top] = [height - 3.2 * em, 1.6 * em];
  const column = (wide - 0.6 * em) / bars.length;
  const highest = Math.max(...bars.map(([, number]) => number), 1);
  const tight = column < 3.2 * em;
  bars.forEach(([name, number], place) => {
    const x = 0.3 * em + place * column;
    const tall = ((base - top) * number) / highest;
    const parts = [
      svg("rect", { class: "ground", x, y: 0, width: column, height }),
      svg("rect", { class: "bar", x: x + column * 0.09, y: base - tall, width: column * 0.82, height: Math.max(1, tall) }),
      words(written(number), x + column / 2, base - tall - 0.65 * em, tight ? 0.7 : 0.95, { class: "strong", room: column * 0.98 }),
      words(tight ? name.split("–").at(-1) : name, x + column / 2, base + 0.9 * em, tight ? 0.8 : 1, { class: "soft", room: column * 0.98 }),
    ];
    picture.append(
      pressable(`bar-${place}`, `${number} entries of ${name} ${unit}`, () => change({ bar: place }), place === chosen, ...parts),
    );
  });
  picture.append(words(`${unit} of an entry`, wide / 2, height - 1 * em, 0.95, { class: "soft" }));
  return { height };
}

function drawScripts() {
  const { bars, chosen } = shown;
  const tall = Math.max(1.45 * em, Math.min(3.4 * em, (19 * em) / bars.length));
  const margin = Math.min(0.36 * wide, Math.max(...bars.map(([, name]) => measure(name, 1))) + 0.8 * em);
  const highest = Math.max(...bars.map(([, , number]) => number));
  const room = wide - margin - measure(written(highest), 1.05) - 1.6 * em;
  bars.forEach(([code, name, number], place) => {
    const y = 0.4 * em + place * tall;
    const long = Math.max(2, (room * number) / highest);
    const parts = [
      svg("rect", { class: "ground", x: 0, y, width: wide, height: tall }),
      svg("rect", { class: "bar", x: margin, y: y + tall * 0.14, width: long, height: tall * 0.72 }),
      words(name, margin - 0.5 * em, y + tall / 2, 1, { anchor: "end", class: "name", room: margin - 0.6 * em }),
      words(written(number), margin + long + 0.5 * em, y + tall / 2, 1.05, { anchor: "start", class: "strong" }),
    ];
    picture.append(pressable(`script-${code}`, `${name}: ${number} entries`, () => change({ script: code }), code === chosen, ...parts));
  });
  return { height: Math.max(TALL * em, bars.length * tall + em) };
}

// topics: words in lines, the larger the earlier

function drawTopics() {
  const ranks = shown.words.map(([, , rank]) => rank);
  const [first, last] = [Math.log(ranks[0] ?? 1), Math.log((ranks.at(-1) ?? 2) + 1)];
  const biggest = wide < 500 ? 1.9 : 2.7;
  const rtl = shown.direction === "rtl";
  const lines = [[]];
  let used = 0;
  for (const [id, label, rank, , more] of shown.words.slice(0, wide < 500 ? 40 : undefined)) {
    const times = biggest - (biggest - 0.95) * ((Math.log(rank) - first) / (last - first || 1));
    const text = label.trim();
    const across = measure(text, times, "600") + (more ? measure("…", times) : 0) + 0.9 * em;
    if (used + across > wide && lines.at(-1).length) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1).push({ id, text, rank, more, times, across });
    used += across;
  }
  let y = 0.2 * em;
  for (const line of lines) {
    const tall = Math.max(0, ...line.map((each) => each.times)) * 1.62 * em;
    if (wide >= 500 && y + tall > (TALL + 1) * em) break; // the list beside has them all
    let x = Math.max(0, (wide - line.reduce((sum, each) => sum + each.across, 0)) / 2);
    for (const each of rtl ? line.reverse() : line) {
      const parts = [
        svg("rect", { class: "ground word", x, y, width: each.across, height: tall, rx: 6 }),
        words(each.text + (each.more ? "…" : ""), x + each.across / 2, y + tall / 2, each.times, { class: "topic", room: each.across }),
      ];
      const name = `${each.text}, rank ${each.rank}${each.more ? `, ${each.more} longer entries go on from it` : ""}`;
      picture.append(pressable(`word-${each.id}`, name, () => pickWord(each.id), each.id === state.entry, ...parts));
      x += each.across;
    }
    y += tall;
  }
  return { height: Math.max(TALL * em, y) };
}

function pickWord(id) {
  pick(state.tokenizer, id);
  drawPicture();
}

// two vocabularies: two bars that overlap where they share, and the first entries of each part

function drawCompare() {
  const { counts, names, examples, part } = shown;
  const all = counts.one + counts.shared + counts.other || 1;
  const room = wide - 0.4 * em;
  const share = (number) => (number ? Math.max(0.5 * em, (room * number) / all) : 0);
  const scale = room / (share(counts.one) + share(counts.shared) + share(counts.other) || 1);
  const [a, s, b] = [counts.one, counts.shared, counts.other].map((number) => share(number) * scale);
  const left = 0.2 * em;
  const tall = 1.9 * em;
  const segment = (name, x, y, width, label) => {
    const text = label && measure(label, 1.05) < width - 0.6 * em ? words(label, x + width / 2, y + tall / 2, 1.05, { class: "strong" }) : null;
    return [svg("rect", { class: `part ${name}`, x, y, width: Math.max(0, width), height: tall }), text];
  };
  const [upper, lower] = [1.8 * em, 1.8 * em + tall + 0.25 * em];
  const press = (name, ...parts) =>
    picture.append(pressable(`part-${name}`, `${counts[name]} entries ${names[name]}`, () => change({ part: name }), part === name, ...parts));
  picture.append(words(`${shown.one}: ${written(counts.one + counts.shared)}`, left, 0.9 * em, 1.05, { anchor: "start", class: "name" }));
  const bottom = lower + tall;
  picture.append(words(`${shown.other}: ${written(counts.other + counts.shared)}`, left + room, bottom + 0.95 * em, 1.05, { anchor: "end", class: "name" }));
  press("one", ...segment("one", left, upper, a, written(counts.one)));
  press("shared", ...segment("shared", left + a, upper, s, written(counts.shared)), ...segment("shared", left + a, lower, s, ""));
  press("other", ...segment("other", left + a + s, lower, b, written(counts.other)));
  const column = room / 3;
  const start = bottom + 2.7 * em;
  const step = 1.42 * em;
  ["one", "shared", "other"].forEach((name, place) => {
    const x = left + place * column;
    const heading = `${names[name]}`.replace("only in", wide < 500 ? "only" : "only in");
    const parts = [svg("rect", { class: `ground column ${name}`, x: x + 2, y: start - 0.9 * em, width: column - 4, height: 8.9 * step + 0.6 * em, rx: 8 })];
    parts.push(words(`${heading}: ${written(counts[name])}`, x + column / 2, start, 0.95, { class: "name", room: column - 0.8 * em }));
    press(name, ...parts);
    examples[name].forEach(([, label, rank], order) => {
      const y = start + (order + 1.1) * step;
      const number = rank === null ? "" : written(rank);
      const beside = wide < 500 ? 0 : measure(number, 0.8) + 0.6 * em;
      picture.append(words(readable(label), x + column / 2 - beside / 2, y, 1.12, { class: "example", room: column - beside - em }));
      const end = x + column / 2 - beside / 2 + measure(readable(label), 1.15) / 2 + 0.5 * em;
      if (beside && end + beside < x + column) picture.append(words(number, end, y, 0.8, { anchor: "start", class: "soft example" }));
    });
  });
  return { height: Math.max(TALL * em, start + 9.1 * step) };
}
