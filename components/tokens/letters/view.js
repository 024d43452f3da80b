// From letters to numbers: five rows over one line of bytes, like the staves of a score; the text wraps into several
// systems. The finest unit is the byte: every other one is as wide as the bytes it stands for.

const box = find(".ladder");
const told = find(".told");
const lookBelow = cue(box);
const SIZES = { tokens: 1.15, aksharas: 1.3, graphemes: 1.15, points: 1.05, bytes: 0.72 }; // of the letters, in em
let drawn = null; // the answer on the screen
let units = []; // of all rows: { row, place, start, end, shown, name, mark, node, line }
let touchedUnit = null;

const send = asker({
  name: "letters",
  says: ".letters-says",
  slow: "The text is being cut.",
  send: (asked) => ask("ladder", asked),
  take: draw,
});

function draw(answer) {
  drawn = answer;
  find(".letters-says").textContent = answer.says;
  for (const [row] of props.known.rows) find(`[data-count=${row}]`).textContent = answer.rows[row].length;
  drawChanges(answer.changes);
  drawLadder();
}

// -- what NFC changed -----------------------------------------------------------------------------

function drawChanges(changes) {
  const place = find(".nfc");
  place.hidden = !changes.length;
  if (!changes.length) return place.replaceChildren();
  const list = make("ol");
  for (const change of changes.slice(0, 50)) {
    const line = make("li");
    line.append(side(change.before, change.names_before), make("span", "", "→"), side(change.after, change.names_after));
    list.append(line);
  }
  const places = changes.length === 1 ? "1 place" : `${changes.length} places`;
  place.replaceChildren(make("h3", "", `Before it was cut, NFC rewrote ${places}: before → after`), list);
}

function side(content, names) {
  const made = make("div");
  made.append(make("bdi", "", content), make("small", "", names.join(" + ")));
  return made;
}

// -- the score ------------------------------------------------------------------------------------

function drawLadder() {
  const em = parseFloat(getComputedStyle(box).fontSize);
  const width = box.clientWidth - 2;
  if (width < 50 || !drawn) return;
  const cell = Math.max(1.28 * em * 0.95, 19); // one byte
  const margin = width < 500 ? 0 : 7.2 * em; // for the rows' names; on a phone they stand above their row
  const rowHeight = 2.05 * em;
  const gap = 1.1 * em;
  const fit = Math.max(4, Math.floor((width - margin) / cell));
  const lines = systems(fit);
  const names = props.known.rows;
  const height = lines.length * (names.length * rowHeight + gap);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "presentation" });
  units = [];
  const rtl = drawn.direction === "rtl";
  lines.forEach(([from, to], line) => {
    const top = line * (names.length * rowHeight + gap);
    names.forEach(([row, name], order) => {
      const y = top + order * rowHeight;
      if (margin) {
        const x = rtl ? width - margin + 0.4 * em : margin - 0.4 * em;
        const label = svg("text", { class: "label", x, y: y + rowHeight / 2, "font-size": 0.74 * em }, name);
        label.style.textAnchor = rtl ? "start" : "end";
        picture.append(label);
      }
      drawn.rows[row].forEach((unit, place) => {
        const [start, end, shown, told, mark] = unit;
        if (end <= from || start >= to) return;
        const [first, last] = [Math.max(start, from), Math.min(end, to)];
        const left = rtl ? width - margin - (last - from) * cell : margin + (first - from) * cell;
        const wide = (last - first) * cell;
        const node = svg("g", { class: `unit ${row} ${place % 2 ? "odd" : "even"} ${mark}`, tabindex: -1, role: "gridcell" });
        node.append(svg("rect", { x: left + 1, y: y + 1, width: wide - 2, height: rowHeight - 2, rx: 4 }));
        node.append(fitted(shown, left + wide / 2, y + rowHeight / 2, (told.includes("bytes of") ? SIZES.bytes : SIZES[row]) * em, wide - 4));
        node.setAttribute("aria-label", `${row === "points" ? "" : spoken(shown)} ${told}, ${name}`);
        picture.append(node);
        const made = { row, place, start, end, shown, name: told, mark, node, line };
        node.unit = made;
        units.push(made);
      });
    });
  });
  box.replaceChildren(picture);
  lookBelow();
  touchedUnit = null;
  told.textContent = props.known.first;
  if (units.length) units[0].node.setAttribute("tabindex", 0);
}

/** A text in the middle of its unit, smaller where it would not fit. */
function fitted(shown, x, y, size, room) {
  const wide = textWidth(shown, `${size}px system-ui, "Noto Sans", sans-serif`);
  const scale = wide > room ? Math.max(0.45, room / wide) : 1;
  return svg("text", { x, y, "font-size": size * scale, direction: drawn.direction }, shown);
}

/** Lines of at most `fit` bytes, which end before a space where there is one, else between two aksharas: [[0, 30], …] */
function systems(fit) {
  const end = drawn.rows.bytes.length;
  const words = new Set(drawn.breaks); // a token begins with the space before it
  const whole = new Set(drawn.rows.aksharas.map(([, last]) => last));
  const lines = [];
  let from = 0;
  while (from < end) {
    let to = Math.min(end, from + fit);
    if (to < end) {
      const back = (borders) => {
        for (let place = to; place > from + fit / 3; place--) if (borders.has(place)) return place;
        return 0;
      };
      to = back(words) || back(whole) || to;
    }
    lines.push([from, to]);
    from = to;
  }
  return lines;
}

// -- touching -------------------------------------------------------------------------------------

function touch(unit, focus = false) {
  if (!unit) return;
  for (const each of units) {
    const related = each.start < unit.end && unit.start < each.end;
    each.node.classList.toggle("related", related);
    each.node.classList.toggle("touched", each.row === unit.row && each.place === unit.place);
    each.node.setAttribute("tabindex", each === unit ? 0 : -1);
  }
  touchedUnit = unit;
  tell(unit);
  if (focus) unit.node.focus({ preventScroll: true });
  if (focus) unit.node.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function tell(unit) {
  const bytes = drawn.rows.bytes.slice(unit.start, unit.end).map(([, , shown]) => shown).join(" ");
  told.replaceChildren();
  const row = props.known.rows.find(([id]) => id === unit.row)[1].replace(/s$/, "");
  told.append(`One ${row}: `, make("bdi", "", unit.shown), ` ${unit.name}`);
  if (unit.row !== "bytes") told.append(` · ${bytes}`);
  if (unit.mark === "broken") told.append(" · it begins or ends inside an akshara");
  for (const row of ["aksharas", "tokens"]) {
    if (row === unit.row) continue;
    const over = drawn.rows[row].filter(([start, end]) => start < unit.end && unit.start < end);
    if (!over.length) continue;
    told.append(` · ${row === "tokens" ? "token" : "akshara"}${over.length > 1 ? "s" : ""} `);
    over.slice(0, 8).forEach(([, , shown, name], place) => {
      if (place) told.append(", ");
      told.append(make("bdi", "", shown), row === "tokens" ? ` (${name})` : "");
    });
  }
}

const unitOf = (event) => event.target.closest?.(".unit")?.unit;
box.addEventListener("pointerover", (event) => event.pointerType === "mouse" && touch(unitOf(event)));
box.addEventListener("click", (event) => touch(unitOf(event), true));
box.addEventListener("focusin", (event) => unitOf(event) !== touchedUnit && touch(unitOf(event)));
box.addEventListener("keydown", (event) => {
  const unit = unitOf(event);
  if (!unit) return;
  const forward = drawn.direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const order = props.known.rows.map(([row]) => row);
  const row = units.filter((each) => each.row === unit.row);
  let next = null;
  if (event.key === "ArrowRight" || event.key === "ArrowLeft") next = row[row.indexOf(unit) + (event.key === forward ? 1 : -1)];
  else if (event.key === "Home") next = row[0];
  else if (event.key === "End") next = row.at(-1);
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const other = order[order.indexOf(unit.row) + (event.key === "ArrowDown" ? 1 : -1)];
    next = units.find((each) => each.row === other && each.start < unit.end && unit.start < each.end);
  } else return;
  event.preventDefault();
  touch(next, true);
});

const explain = (event) => {
  const why = event.target.closest("[data-explain]")?.dataset.explain;
  if (why) told.textContent = why;
};
for (const what of ["click", "focusin", "pointerover"]) find(".units-of-text").addEventListener(what, explain);
roving(find(".units-of-text"));
new ResizeObserver(() => drawLadder()).observe(box.parentElement);

return {
  show() {
    const text = lab.text();
    if (!text) {
      drawn = null;
      box.replaceChildren();
      find(".letters-says").textContent = "Write or paste something.";
      return;
    }
    send({ text, tokenizer: lab.tokenizer(), language: lab.language() });
  },
  parameters: () => ({}),
  python: () => drawn?.python ?? { sentence: "There is nothing yet." },
  picture: () => box.querySelector("svg"),
  rows: () =>
    drawn
      ? [
          ["unit", "from byte", "to byte", "shown", "what it is"],
          ...props.known.rows.flatMap(([row, name]) => drawn.rows[row].map(([start, end, shown, what]) => [name, start, end, shown, what])),
        ]
      : [],
};
