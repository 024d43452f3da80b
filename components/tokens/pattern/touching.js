// The rules, what lights up, and the pattern that is typed; continues the section's script.

// -- rules ----------------------------------------------------------------------------------------

function drawRules() {
  const row = rowOf(chosenRow);
  const focused = [...rulesRow.querySelectorAll("button")].indexOf(document.activeElement);
  const name = make("span", "whose", `Rules of ${titles[chosenRow]}, in order:`);
  const buttons = row.rules.map((rule, number) => {
    const made = make("button", "rule");
    made.type = "button";
    made.dataset.rule = number;
    made.append(make("b", "", `${number + 1} `), make("bdi", "", chosenRow === "own" ? rule.regex : rule.name));
    const taken = row.pieces.filter((piece) => piece[3] === number).length;
    made.append(make("small", "", ` ×${taken}`));
    made.ariaLabel = `Rule ${number + 1}, ${chosenRow === "own" ? rule.regex : rule.name}: took ${taken} pieces of this sentence`;
    return made;
  });
  rulesRow.replaceChildren(name, ...buttons);
  if (buttons.length) {
    roving(rulesRow);
    if (focused >= 0) buttons[Math.min(focused, buttons.length - 1)].focus();
  }
}

function chooseRow(name) {
  if (name === chosenRow) return;
  chosenRow = name;
  drawRules();
}

function settle(row, place = null) {
  firm = { row, place };
  chooseRow(row);
  address();
}

/** What is firm is lit and told again. */
function back(focus = false) {
  chooseRow(firm.row);
  const item = firm.place === null ? null : items.find((each) => each.row === firm.row && each.place === firm.place);
  if (item) touch(item, focus);
  else rest();
}

/** The rule as a line: its name, its expression, what its signs mean. */
function ruleTold(row, number) {
  const rule = row.rules[number];
  const lines = make("div", "rule-told");
  const line = make("p");
  const code = make("code", "", rule.regex);
  code.dir = "ltr";
  line.append(make("b", "", `Rule ${number + 1}${row.name === "own" ? "" : `, ${rule.name}`}: `), code);
  lines.append(line);
  if (rule.reason) lines.append(make("p", "", rule.reason));
  const signs = make("p", "signs");
  rule.signs.forEach(([sign, meaning], n) => {
    const each = make("span");
    each.append(n ? " · " : "", make("code", "", sign), ` ${meaning}`);
    signs.append(each);
  });
  lines.append(signs);
  return lines;
}

// -- touching -------------------------------------------------------------------------------------

const stopAt = (item) => items.forEach((each) => each.node.setAttribute("tabindex", each === item ? 0 : -1));

function light(decide) {
  for (const item of items) {
    const [name, dim] = decide(item);
    for (const each of ["touched", "same", "related"]) item.node.classList.toggle(each, each === name);
    item.node.classList.toggle("dim", Boolean(dim));
  }
  for (const button of rulesRow.querySelectorAll("button")) button.ariaPressed = "false";
}

function touch(item, focus = false) {
  if (!item) return;
  pinned = false;
  stopAt(item);
  chooseRow(item.row);
  const overlap = (each) => each.place >= 0 && item.place >= 0 && each.start < item.end && item.start < each.end;
  light((each) => [each === item ? "touched" : each.row !== item.row && overlap(each) ? "related" : ""]);
  if (item.taker >= 0) rulesRow.querySelectorAll("button")[item.taker].ariaPressed = "true";
  told.replaceChildren(...(item.place < 0 ? rowTold(item.row) : pieceTold(item)));
  if (focus) item.node.focus({ preventScroll: true });
  if (focus) item.node.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function rowTold(name) {
  const row = rowOf(name);
  if (!row.text) return [make("p", "", answer.refused || "Write one rule a line.")];
  const { pieces, words, torn, broken, fertility } = row.text;
  const said =
    `${titles[name]}, the whole text: ${pieces} pieces for ${words} words, so at least ${fertility} tokens a word;` +
    ` on the sample at least ${row.sample.fertility}.`;
  const cut = broken
    ? ` ${broken} cuts go through an akshara; at ${torn} of them a mark is torn from its letter.`
    : " No cut goes through an akshara.";
  const feeds = lab.text().includes("\n") ? " Line feeds are not counted." : "";
  return [make("p", "", said + cut + feeds)];
}

function pieceTold({ row: name, place, taker, chip }) {
  const row = rowOf(name);
  const line = make("p");
  const bdi = make("bdi", "shown", chip.lead + chip.rest);
  line.append(bdi, ` piece ${place + 1} of ${row.pieces.length} by ${titles[name]}. `);
  if (chip.why) line.append(make("strong", chip.lead || chip.broken || taker === -1 ? "problem" : "", chip.why));
  if (taker >= 0) return [line, ruleTold(row, taker)];
  if (taker === -2) line.append(" Its rule cannot be told: the rules do not stand alone.");
  return [line];
}

function touchRule(number) {
  const row = rowOf(chosenRow);
  if (!row?.rules[number]) return;
  light((each) => (each.row !== chosenRow || each.place < 0 ? [""] : each.taker === number ? ["same"] : ["", true]));
  rulesRow.querySelectorAll("button")[number].ariaPressed = "true";
  told.replaceChildren(ruleTold(row, number));
}

const itemOf = (event) => event.target.closest?.(".piece, .name")?.item;
box.addEventListener("pointerover", (event) => event.pointerType === "mouse" && touch(itemOf(event)));
box.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && answer && !pinned && back());
box.addEventListener("click", (event) => itemOf(event) && hold(itemOf(event)));
box.addEventListener("focusin", (event) => {
  const item = itemOf(event);
  if (item && (item.row !== firm.row || item.place !== firm.place)) hold(item, false);
});
box.addEventListener("keydown", (event) => {
  const item = itemOf(event);
  const next = item && neighbour(item, event.key);
  if (next === undefined || next === null) return;
  event.preventDefault();
  hold(next || item);
});

function hold(item, focus = true) {
  settle(item.row, item.place);
  touch(item, focus);
}

/** Where an arrow key goes: along the row, or to the piece above or below that begins at the same letter. */
function neighbour(item, key) {
  const row = items.filter((each) => each.row === item.row);
  const forward = answer.direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  if (key === "ArrowRight" || key === "ArrowLeft") return row[row.indexOf(item) + (key === forward ? 1 : -1)] ?? false;
  if (key === "Home") return row[0];
  if (key === "End") return row.at(-1);
  if (key !== "ArrowUp" && key !== "ArrowDown") return null;
  const other = props.known.order[props.known.order.indexOf(item.row) + (key === "ArrowDown" ? 1 : -1)];
  const there = items.filter((each) => each.row === other);
  return there.find((each) => (item.place < 0 ? each.place < 0 : each.place >= 0 && each.end > item.start)) ?? there[0] ?? false;
}

const ruleOf = (event) => event.target.closest("[data-rule]")?.dataset.rule;
for (const what of ["click", "focusin", "pointerover"]) {
  rulesRow.addEventListener(what, (event) => ruleOf(event) !== undefined && touchRule(Number(ruleOf(event))));
}

// -- the student's pattern ------------------------------------------------------------------------

function typed(pause = PAUSE) {
  const [written, limit] = [own.value.length, props.known.limit].map((number) => number.toLocaleString("en"));
  find("#pattern-count").textContent = `${written} / ${limit} characters`;
  for (const button of element.querySelectorAll("[data-starter]")) {
    button.ariaPressed = String(starters[button.dataset.starter].own === own.value);
  }
  clearTimeout(timer);
  timer = setTimeout(renew, pause);
}

own.addEventListener("input", () => {
  pinned = false;
  settle("own");
  typed();
});
find(".starters").addEventListener("click", (event) => {
  const number = event.target.closest("[data-starter]")?.dataset.starter;
  if (number === undefined) return;
  own.value = starters[number].own;
  pinned = true;
  settle("own");
  typed(0);
  told.replaceChildren(make("p", "", starters[number].why));
});
roving(find(".starters"));
cue(find(".starters"));

find(".train").addEventListener("click", () => answer?.own && lab.openSection("train", { pattern: answer.pattern, for: lab.language() }));

const turn = (by) => {
  sentence += by;
  settle(firm.row);
  renew();
};
find(".earlier").addEventListener("click", () => turn(-1));
find(".next").addEventListener("click", () => turn(1));

new ResizeObserver(() => {
  if (Math.floor(box.clientWidth) !== drawnWidth) drawPicture(); // its height is our own doing
}).observe(box);

const COLUMNS = [
  ...["pattern", "pieces of the text", "words", "torn marks", "cuts inside an akshara"],
  ...["least fertility, text", "least fertility, sample", "pieces of the sentence"],
];

function cells({ name, text, sample, pieces }) {
  const written = pieces.map(([, lead, rest]) => lead + rest).join("|");
  const floors = [text, sample].map(({ fertility }) => (fertility === "–" ? fertility : Number(fertility)));
  return [titles[name], text.pieces, text.words, text.torn, text.broken, ...floors, written];
}

let before = null; // the text and language that were drawn
const LINKED = 4000; // characters of a pattern in an address, as it is written there

return {
  show(asked) {
    if (asked?.has("own")) own.value = asked.get("own");
    else if (before === null) own.value = starters[0].own;
    if (asked && props.known.order.includes(asked.get("row"))) firm = { row: (chosenRow = asked.get("row")), place: null };
    const now = JSON.stringify([lab.text(), lab.language()]);
    if (now !== before) sentence = 0;
    if (asked?.has("sentence")) sentence = Math.max(0, Math.trunc(Number(asked.get("sentence"))) - 1 || 0);
    if (now !== before) firm.place = null;
    before = now;
    typed(0);
    clearTimeout(timer);
    return renew();
  },
  parameters: () => ({
    row: firm.row === "gpt2" ? "" : firm.row,
    sentence: sentence ? String(sentence + 1) : "",
    own: own.value === starters[0].own || encodeURIComponent(own.value).length > LINKED ? "" : own.value,
  }),
  python: () => answer?.python ?? { sentence: "There is nothing yet." },
  picture: () => box.querySelector("svg"),
  rows: () => (answer ? [COLUMNS, ...rowsNow().filter(({ text }) => text).map(cells)] : []),
};
