// The pattern decides: one sentence under five split patterns, one row each, and the rule that took each piece. The last
// row is the student's own pattern, tried as it is typed.

const box = find(".cuts");
const told = find(".told");
const rulesRow = find(".rules");
const own = find(".own");
const verdict = find(".verdict");
const FONT = 'system-ui, "Noto Sans", "Noto Sans Tamil", sans-serif';
const PAUSE = 350; // ms of silence before a pattern is sent
const { starters, titles } = props.known;
let answer = null; // the one on the screen
let sentence = 0;
let chosenRow = "gpt2"; // whose rules are told
let firm = { row: "gpt2", place: null }; // what was clicked, tapped or walked to: it comes back when the mouse has left
let items = []; // row by row: { row, place, start, end, taker, node } of each piece; place -1 is the row's name
let pinned = false; // what is told is of a pattern to start from, and stays
let reserved = { key: "", lines: 0 }; // lines of the own row: what is below does not move while one types
let drawnWidth = 0;
let timer = 0;

const send = asker({
  name: "pattern",
  says: ".pattern-says",
  slow: "The pattern is being tried.",
  send: (asked) => ask("cut", asked),
  take: draw,
});

function renew() {
  clearTimeout(timer);
  const text = lab.text();
  if (text) return send({ text, language: lab.language(), own: own.value, sentence });
  answer = null;
  box.replaceChildren();
  find(".pattern-says").textContent = "Write or paste something.";
}

const rowsNow = () => (answer ? [...answer.rows, answer.own ?? { name: "own", rules: [], pieces: [], text: null }] : []);
const rowOf = (name) => rowsNow().find((row) => row.name === name);

function draw(found) {
  answer = found;
  sentence = found.sentence;
  find(".which").textContent = `sentence ${found.sentence + 1} of ${found.sentences}`;
  find(".earlier").disabled = found.sentence === 0;
  find(".next").disabled = found.sentence + 1 >= found.sentences;
  find(".sample").textContent = found.sample.text;
  find(".sampled summary").textContent = `The sample text: ${found.sample.source}, ${found.sample.words} words`;
  sayVerdict();
  drawRules();
  drawPicture();
  if (firm.place === null) rest();
}

/** Nothing is touched. */
function rest() {
  light(() => [""]);
  if (!pinned) told.replaceChildren(make("p", "", props.known.first), ...rowTold(chosenRow));
}

function sayVerdict() {
  verdict.textContent = answer.refused || answer.verdict || "Write one rule a line.";
  verdict.classList.toggle("problem", Boolean(answer.refused));
  own.ariaInvalid = String(Boolean(answer.refused));
  find(".train").disabled = !answer.own;
}

// -- the picture ----------------------------------------------------------------------------------

function drawPicture() {
  const em = parseFloat(getComputedStyle(box).fontSize);
  const width = Math.floor(box.clientWidth);
  if (width < 50 || !answer) return;
  const focused = box.contains(document.activeElement);
  const wide = width >= 34 * em;
  const column = wide ? 5.2 * em : (width - 6.6 * em) / 4;
  const ends = [3, 2, 1, 0].map((left) => width - left * column - 0.2 * em); // of the columns of figures
  const picture = svg("svg", { width, role: "presentation" });
  items = [];
  const small = { "font-size": 0.85 * em, class: "heading-text" };
  const put = (x, y, content) => picture.append(svg("text", { ...small, x, y, "text-anchor": "end" }, content));
  put(ends[1], 0.8 * em, "this sentence");
  put(ends[3], 0.8 * em, "least fertility");
  ["pieces", "torn", wide ? "whole text" : "text", "sample"].forEach((name, n) => put(ends[n], 1.85 * em, name));
  let y = 2.15 * em;
  for (const row of rowsNow()) y = drawRow(picture, row, { y, em, width, ends, wide });
  picture.setAttribute("height", Math.ceil(y));
  picture.setAttribute("viewBox", `0 0 ${width} ${Math.ceil(y)}`);
  box.replaceChildren(picture);
  drawnWidth = width;
  stopAt(items[0]);
  back(focused);
}

/** A line of figures, below it the pieces; gives where the next row begins. */
function drawRow(picture, row, { y, em, width, ends, wide }) {
  picture.append(svg("line", { class: "between", x1: 0, x2: width, y1: y, y2: y }));
  const head = svg("g", { class: "name", role: "button", tabindex: -1, "aria-label": spokenRow(row) });
  const base = y + 1.25 * em;
  const size = (wide ? 1.1 : 0.92) * em;
  const nameWidth = Math.min(textWidth(titles[row.name], `700 ${size}px ${FONT}`) + 0.6 * em, ends[0] - 3 * em);
  head.append(
    svg("rect", { x: 0, y: y + 0.15 * em, width: nameWidth, height: 1.55 * em, rx: 4 }),
    svg("text", { x: 0.3 * em, y: base, "font-size": size, "font-weight": 700 }, titles[row.name]),
  );
  picture.append(head);
  items.push({ row: row.name, place: -1, start: 0, end: 0, node: head });
  head.item = items.at(-1);
  const large = { "font-size": 1.2 * em, "text-anchor": "end" };
  const figure = (n, content, name = "") =>
    picture.append(svg("text", { ...large, class: `figure ${name}`, x: ends[n], y: base }, content));
  if (row.text) {
    figure(0, row.shown.pieces);
    figure(1, row.shown.torn, row.shown.torn ? "bad" : "");
    figure(2, row.text.fertility, "floor-text");
    figure(3, row.sample.fertility, "floor-text");
  }
  const top = y + 1.85 * em;
  const lineHeight = 2.2 * em;
  const lines = linesOf(row, em, width);
  const height = lineHeight - 0.25 * em;
  lines.forEach((line, number) => drawLine(picture, row, line, { y: top + number * lineHeight, em, width, height }));
  if (!row.text) {
    const instead = answer.refused ? "refused: the reason is below" : "no rule yet";
    picture.append(svg("text", { class: "refused", x: 0.3 * em, y: top + 1.3 * em, "font-size": em }, instead));
  }
  const count = row.name === "own" ? ownLines(lines.length, em, width) : lines.length;
  return top + Math.max(1, count) * lineHeight + 0.25 * em;
}

/** As many lines as the longest of the others, or as the own row once had for this sentence. */
function ownLines(count, em, width) {
  const key = JSON.stringify([answer.rows[0].pieces, width]);
  const most = Math.max(...answer.rows.map((row) => linesOf(row, em, width).length));
  reserved = { key, lines: Math.max(count, most, reserved.key === key ? reserved.lines : 0) };
  return reserved.lines;
}

const spokenRow = (row) =>
  row.text
    ? `${titles[row.name]}: ${row.shown.pieces} pieces, ${row.shown.torn} marks torn off;` +
      ` least fertility ${row.text.fertility} on the text, ${row.sample.fertility} on the sample`
    : `${titles[row.name]}: no pattern that works`;

/** The pieces with their widths, as many a line as fit. */
function linesOf(row, em, width) {
  const size = 1.2 * em;
  const lines = [[]];
  let used = 0;
  row.pieces.forEach(([start, lead, rest, taker, broken, why], place) => {
    const widths = [textWidth(lead, `700 ${size}px ${FONT}`), textWidth(rest, `${size}px ${FONT}`)];
    const natural = widths[0] + widths[1];
    const scale = natural > width - em ? (width - em) / natural : 1; // one piece that is wider than the picture
    const chip = { place, start, lead, rest, taker, broken, why, scale, widths: widths.map((each) => each * scale) };
    chip.width = Math.max(1.1 * em, natural * scale + 0.56 * em);
    if (used + chip.width > width && lines.at(-1).length) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1).push(chip);
    used += chip.width + 0.16 * em;
  });
  return lines;
}

const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;
const STRONG = /\p{L}/u;

/** "rtl", "ltr" or "" for signs and spaces; numbers read left to right in every script. */
function directionOf(content) {
  if (/\p{N}/u.test(content) && !STRONG.test(content)) return "ltr";
  if (RIGHT_TO_LEFT.test(content)) return "rtl";
  return STRONG.test(content) || /\p{M}/u.test(content) ? "ltr" : "";
}

/** A line in the order in which it is drawn from its beginning: what reads against the line is turned round. */
function visual(line, base) {
  const ways = line.map(({ lead, rest }) => directionOf(lead + rest));
  const resolved = ways.map((way, n) => {
    if (way) return way;
    const before = ways.slice(0, n).findLast(Boolean) ?? base;
    const after = ways.slice(n + 1).find(Boolean) ?? base;
    return before === after ? before : base;
  });
  const order = [];
  for (let n = 0; n < line.length; ) {
    let end = n + 1;
    while (end < line.length && resolved[end] === resolved[n]) end++;
    const run = line.slice(n, end).map((chip, place) => ({ ...chip, way: resolved[n + place] }));
    order.push(...(resolved[n] === base ? run : run.reverse()));
    n = end;
  }
  return order;
}

function drawLine(picture, row, line, { y, em, width, height }) {
  const base = answer.direction;
  const size = 1.2 * em;
  const made = [];
  let along = 0;
  for (const chip of visual(line, base)) {
    const left = base === "rtl" ? width - along - chip.width : along;
    const kind = `${chip.lead ? "torn" : chip.broken ? "broken" : ""} ${chip.taker === -1 ? "left-over" : ""}`;
    const node = svg("g", { class: `piece c${chip.place % 4} ${kind}`, role: "button", tabindex: -1 });
    node.append(svg("rect", { x: left + 1, y: y + 1, width: chip.width - 2, height: height - 2, rx: 5 }));
    const [lead, rest] = chip.widths;
    const first = left + (chip.width - lead - rest) / 2;
    const middle = chip.way === "rtl" ? [first + rest + lead / 2, first + rest / 2] : [first + lead / 2, first + lead + rest / 2];
    const look = { y: y + height / 2, "font-size": size * chip.scale, direction: chip.way, "text-anchor": "middle" };
    if (chip.lead) node.append(svg("text", { ...look, class: "mark", x: middle[0] }, chip.lead));
    if (chip.rest) node.append(svg("text", { ...look, x: middle[1] }, chip.rest));
    const said = `${spoken(chip.lead + chip.rest)}, piece ${chip.place + 1} of ${row.pieces.length} by ${titles[row.name]}`;
    node.setAttribute("aria-label", chip.why ? `${said}. ${chip.why}` : said);
    const end = row.pieces[chip.place + 1]?.[0] ?? Infinity;
    node.item = { row: row.name, place: chip.place, start: chip.start, end, taker: chip.taker, node, chip };
    made.push(node.item);
    picture.append(node);
    along += chip.width + 0.16 * em;
  }
  items.push(...made.sort((one, other) => one.place - other.place));
}
