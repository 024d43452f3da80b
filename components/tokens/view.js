// The Tokens tab in the browser. gr.HTML runs this file as the body of a function of `element`, `props` and `server`.
//
//   typing ─► ask() ─► server.answer ─► draw(): figures, checks, chips, ids
//   pointer or key on a chip or an id ─► pick() ─► server.describe ─► the card
//
// Whatever comes from a visitor is written with textContent, never as markup.

const { menu, presets, invisible, limit } = props.known;
const find = (selector) => element.querySelector(selector);
const language = find(".language");
const text = find(".text");
const chips = find(".chips");
const ids = find(".ids");
const card = find(".card");
const says = find(".says");

const PAUSE = 60; // ms of silence before a short text is sent
const LONG_PAUSE = 180; // … and one of more than LONG characters
const LONG = 2000;
const LINK_LIMIT = 6000; // characters of an address: servers on the way refuse longer ones
const DRAWN = 12000; // tokens that are drawn; the figures count all

let chosen = ""; // who chose the language: "student", "example" (until its text is changed), or "" for the text itself
let shown = null; // the answer on the screen
let shownText = "";
let picked = -1; // the token in the card, by its place in the text
let number = 0; // of the newest question; older answers are dropped
let timer = 0;
let mine = true; // the address speaks of this tab; false until the first question when it opened another one

// -- small things ---------------------------------------------------------------------------------

/** make("p", "note", "text") -> <p class="note">text</p>, the text escaped by the DOM. */
function make(name, className, content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (content !== undefined) made.textContent = content;
  return made;
}

const SPACES = { " ": "·", "\t": "⇥", "\r": "␍", "\n": "↵" };

/** Appends text to a node so that spaces, line breaks and joiners can be seen. */
function write(node, content) {
  let plain = "";
  const flush = () => {
    if (plain) node.append(plain);
    plain = "";
  };
  for (const character of content) {
    if (SPACES[character]) {
      flush();
      node.append(make("span", "space", SPACES[character]));
    } else if (invisible[character]) {
      plain += character; // a joiner still shapes the letter before it
      flush();
      node.append(make("span", "invisible", invisible[character]));
    } else if (character < " " || character === "\x7f") {
      flush();
      node.append(make("span", "invisible", "U+" + character.codePointAt(0).toString(16).padStart(4, "0").toUpperCase()));
    } else {
      plain += character;
    }
  }
  flush();
}

// Arabic letters keep the shape they have in the word when a token ends between them: a joiner stands in for the
// neighbour that went into another chip. These letters never join the letter after them.
const NEVER_JOINS_ON = /[\u0621-\u0625\u0627\u0629\u062F-\u0632\u0648\u0671-\u0677\u0688-\u0699\u06C0\u06C3-\u06CB\u06CD\u06CF\u06D2\u06D3\u06D5\u06EE\u06EF]$/;
const ARABIC_LETTER = /^[\u0620-\u064A\u066E-\u06D3\u06D5\u06EE\u06EF\u06FA-\u06FF]/;
const MARKS = /\p{M}+/gu;

function joins(before, after) {
  if (!before || !ARABIC_LETTER.test(after)) return false;
  const bare = before.replace(MARKS, "");
  return ARABIC_LETTER.test(bare.slice(-1)) && !NEVER_JOINS_ON.test(bare) && after[0] !== "\u0621";
}

const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;
const LEFT_TO_RIGHT = /[\p{L}\p{N}]/u;
const DIGIT = /^[^\p{L}]*\p{N}[^\p{L}]*$/u;

/** "rtl", "ltr" or "" for signs and spaces; numbers read left to right in every script. */
function directionOf(content) {
  if (DIGIT.test(content)) return "ltr";
  if (RIGHT_TO_LEFT.test(content)) return "rtl";
  return LEFT_TO_RIGHT.test(content) ? "ltr" : "";
}

// -- asking ---------------------------------------------------------------------------------------

/** Asks about the text after a pause; the last question wins. */
function ask(pause) {
  clearTimeout(timer);
  count();
  timer = setTimeout(answerNow, pause ?? (text.value.length > LONG ? LONG_PAUSE : PAUSE));
}

async function answerNow() {
  const asked = { text: text.value, language: language.value, chosen: Boolean(chosen) };
  const turn = ++number;
  mine = true;
  if (!asked.text) {
    clear();
    return say("Write or paste something: the tokens appear as you type.");
  }
  if ([...asked.text].length > limit) return say(tooLong(asked.text), true);
  try {
    const answer = await server.answer(asked);
    if (turn !== number) return;
    if (answer.error) return say(answer.error, true);
    say("");
    draw(answer, asked.text);
  } catch {
    if (turn === number) say("The server did not answer. Your text is still here: try again in a moment.", true);
  }
}

function say(sentence, problem = false) {
  says.textContent = sentence;
  says.classList.toggle("problem", problem);
  element.querySelector(".right").classList.toggle("stale", problem);
}

function tooLong(content) {
  const length = [...content].length;
  return (
    `This text has ${length.toLocaleString("en")} characters and the limit is ${limit.toLocaleString("en")}: ` +
    `leave out ${(length - limit).toLocaleString("en")}. Nothing of it is lost.`
  );
}

function count() {
  const length = [...text.value].length;
  find(".count").textContent = `${length.toLocaleString("en")} / ${limit.toLocaleString("en")}`;
}

// -- drawing --------------------------------------------------------------------------------------

function clear() {
  shown = null;
  picked = -1;
  chips.replaceChildren();
  ids.replaceChildren();
  [blocks, chipOf, idOf] = [[], [], []];
  card.replaceChildren(make("p", "hint", "Point at a token, tap it or walk with the arrow keys."));
  for (const figure of element.querySelectorAll("[data-figure]")) figure.textContent = "–";
  find(".checks").replaceChildren();
  find(".made").textContent = "";
  address();
}

function draw(answer, content) {
  const same = shown && shown.tokenizer === answer.tokenizer;
  shown = answer;
  shownText = content;
  language.value = answer.language;
  drawLanguage();
  drawFigures();
  drawTokens();
  find(".made").textContent = answer.made;
  const last = answer.tokens.length - 1;
  pick(same && picked >= 0 ? Math.min(picked, last) : longest(answer.tokens), false);
  address();
}

/** The token to begin with: the longest one teaches most. */
function longest(tokens) {
  let best = 0;
  tokens.forEach((token, place) => {
    if (token[1].length > tokens[best][1].length) best = place;
  });
  return best;
}

function drawLanguage() {
  const entry = menu[language.value];
  const why = find(".why-language");
  why.replaceChildren();
  const own = entry.tokenizer === entry.code;
  const note = own ? "served by its own tokenizer" : `served by “${entry.tokenizer}”, for all languages`;
  if (chosen === "student") {
    why.append(`${note} · `);
    const back = make("button", "link", "let the text choose");
    back.type = "button";
    back.addEventListener("click", () => {
      chosen = "";
      ask(0);
    });
    why.append(back);
  } else {
    why.append(chosen ? note : `${note} · picked by your text`);
  }
  text.dir = shown && text.value ? shown.direction : "auto";
  text.lang = chips.lang = entry.code === "indic" ? "" : entry.code;
}

function drawFigures() {
  const places = element.querySelectorAll("[data-figure]");
  shown.figures.forEach((figure, index) => (places[index].textContent = figure));
  find(".checks").replaceChildren(
    ...shown.checks.map(({ passed, number, rule }) => {
      const line = make("li", passed ? "passed" : "failed");
      line.append(make("b", "", passed ? "✓" : "✗"), make("span", "verdict", passed ? "passed" : "not passed"));
      line.append(make("strong", "", number), make("span", "rule", rule));
      return line;
    }),
  );
}

let chipOf = []; // place in the text -> its chip
let idOf = []; // … -> its id in the row below
let blocks = []; // what is drawn: { key, nodes, chips, ids }, in reading order

/**
 * Draws what differs from the answer before: blocks with the same key at both ends keep their nodes, so that a letter
 * typed into 10,000 costs no more than one typed into ten, and nothing flickers.
 */
function drawTokens() {
  mark(picked, false);
  chips.dir = ids.dir = shown.direction;
  const wanted = blocksOf(shown.tokens.slice(0, DRAWN), shown.direction);
  const shorter = Math.min(wanted.length, blocks.length);
  let head = 0;
  while (head < shorter && wanted[head].key === blocks[head].key) head++;
  let tail = 0;
  while (tail < shorter - head && wanted.at(-1 - tail).key === blocks.at(-1 - tail).key) tail++;
  const gone = blocks.slice(head, blocks.length - tail);
  const come = wanted.slice(head, wanted.length - tail).map(build);
  const next = blocks[blocks.length - tail];
  chips.insertBefore(all(come, "nodes"), next ? next.nodes[0] : chips.querySelector(".rest"));
  ids.insertBefore(all(come, "ids"), next ? next.ids[0] : null);
  for (const { nodes, ids } of gone) for (const node of [...nodes, ...ids]) node.remove();
  blocks = [...blocks.slice(0, head), ...come, ...blocks.slice(blocks.length - tail)];
  chipOf = blocks.flatMap((block) => block.chips);
  idOf = blocks.flatMap((block) => block.ids);
  for (const row of [chipOf, idOf]) row.forEach((node, place) => (node.place = place));
  chips.querySelector(".rest")?.remove();
  if (shown.tokens.length > DRAWN) {
    chips.append(make("p", "rest", `The first ${DRAWN.toLocaleString("en")} tokens are drawn; the figures count all.`));
  }
}

function all(some, what) {
  const fragment = document.createDocumentFragment();
  for (const block of some) fragment.append(...block[what]);
  return fragment;
}

/**
 * Tokens -> blocks: { key, run, units }. A unit is a token, or the tokens of one split character; a block is one unit, or
 * a run of units that reads against the line: Latin or a number in Urdu, Urdu in Hindi.
 */
function blocksOf(tokens, base) {
  const made = [];
  let run = null;
  let colour = -1;
  let place = 0;
  while (place < tokens.length) {
    const content = tokens[place][1];
    const before = place ? tokens[place - 1][1] : "";
    const unit = { content, split: tokens[place][2] !== undefined, parts: [] };
    do {
      // a token has its own colour wherever it stands, unless its neighbour has that one
      colour = tokens[place][0] % 4 === colour ? (colour + 1) % 4 : tokens[place][0] % 4;
      unit.parts.push([...tokens[place], colour]);
      place++;
    } while (place < tokens.length && !tokens[place][1] && tokens[place][2] !== undefined);
    const after = place < tokens.length ? tokens[place][1] : "";
    unit.joined = (joins(before, content) ? 1 : 0) + (joins(content, after) ? 2 : 0);
    const direction = directionOf(content) || (run ? directionOf(after) : "");
    if (!direction || direction === base) {
      run = null;
      made.push({ run: "", units: [unit] });
    } else if (run && run.run === direction) {
      run.units.push(unit);
    } else {
      made.push((run = { run: direction, units: [unit] }));
    }
  }
  for (const block of made) block.key = JSON.stringify(block);
  return made;
}

function build(block) {
  const built = { key: block.key, nodes: [], chips: [], ids: [] };
  for (const unit of block.units) {
    const mine = unit.parts.map((part) => chip(unit.split ? part[2] : unit.content, part.at(-1), unit.joined));
    built.chips.push(...mine);
    built.ids.push(...unit.parts.map((part) => selectable(make("span", `id c${part.at(-1)}`, part[0]))));
    built.nodes.push(...(unit.split ? [group(unit.content, mine)] : mine));
    for (const character of unit.content) if (character === "\n") built.nodes.push(document.createElement("br"));
  }
  if (block.run) {
    const run = make("span", "run");
    run.dir = block.run;
    run.append(...built.nodes);
    built.nodes = [run];
  }
  return built;
}

function chip(content, colour, joined) {
  const made = make("bdi", `chip c${colour}`);
  if (joined & 1) made.append("\u200d");
  write(made, content);
  if (joined & 2) made.append("\u200d");
  return selectable(made);
}

/** A character that was split over several tokens: itself, then its bytes. */
function group(content, parts) {
  const made = make("span", "split");
  if (content) write(made.appendChild(make("bdi", "whole")), content);
  made.append(...parts);
  return made;
}

function selectable(made) {
  made.tabIndex = -1;
  made.setAttribute("role", "option");
  return made;
}

// -- one token ------------------------------------------------------------------------------------

/** Marks a token in both rows and shows its card. `reveal` scrolls inside the rows, never the page. */
function pick(place, reveal = true) {
  mark(picked, false);
  picked = place;
  mark(place, true);
  if (reveal) revealIn(chips, chipOf[place]), revealIn(ids, idOf[place]);
  if (shown?.tokens[place]) describe(shown.tokens[place][0], []);
}

function mark(place, on) {
  for (const node of [chipOf[place], idOf[place]]) {
    if (!node) continue;
    node.classList.toggle("on", on);
    node.ariaSelected = String(on);
    node.tabIndex = on ? 0 : -1;
  }
}

function revealIn(box, node) {
  if (node) scrollWithin(box, node);
}

function scrollWithin(box, node) {
  const outer = box.getBoundingClientRect();
  const inner = node.getBoundingClientRect();
  if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top + 8;
  else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom + 8;
}

const described = new Map(); // "hi 300" -> the card's content, so that a second look is at once
let describing = 0;

/** The card of an entry; `way` holds the entries that led here, from a token down to its parents' parents. */
async function describe(id, way) {
  const tokenizer = shown.tokenizer;
  const key = `${tokenizer} ${id}`;
  const turn = ++describing;
  if (!described.has(key)) {
    try {
      const answer = await server.describe({ tokenizer, id });
      if (answer.error) return;
      if (described.size > 20000) described.clear();
      described.set(key, answer);
    } catch {
      return; // the next look asks again
    }
  }
  if (turn === describing) drawCard(described.get(key), way);
}

function drawCard(entry, way) {
  const colour = /c\d/.exec(chipOf[picked]?.className)?.[0] ?? "c0";
  const piece = make("bdi", `piece ${colour}`);
  write(piece, entry.label);
  const facts = make("dl", "facts");
  facts.append(fact("id", entry.id, "big"), fact("rank", entry.rank), fact("kind", entry.kind), fact("bytes", entry.bytes));
  const family = make("div", "family");
  if (way.length) {
    const back = make("button", "link", "← back");
    back.type = "button";
    back.addEventListener("click", () => describe(way[way.length - 1], way.slice(0, -1)));
    family.append(back);
  }
  if (entry.parents.length) {
    family.append(make("span", "made-of", "made of"));
    entry.parents.forEach(([id, label], index) => {
      if (index) family.append("+");
      const parent = make("button", "parent");
      parent.type = "button";
      parent.title = `id ${id}: look at it`;
      const written = make("bdi", "");
      write(written, label);
      parent.append(written, make("small", "", id));
      parent.addEventListener("click", () => describe(id, [...way, entry.id]));
      family.append(parent);
    });
  } else {
    family.append(make("span", "made-of", "made of nothing smaller"));
  }
  const points = make("ul", "points");
  for (const [point, bytes, name] of entry.points) {
    const line = make("li");
    line.append(make("code", "", point), make("code", "hex", bytes), make("span", "", name));
    points.append(line);
  }
  const left = make("div", "about");
  left.append(piece, family);
  card.replaceChildren(left, facts, points);
}

function fact(name, value, className) {
  const line = make("div", className);
  line.append(make("dt", "", name), make("dd", "", value));
  return line;
}

function overToken(event) {
  const place = event.target.closest?.(".chip, .id")?.place;
  if (place === undefined) return;
  card.classList.add("touched");
  if (place === picked) return;
  pick(place, false);
  if (event.currentTarget === chips) revealIn(ids, idOf[place]);
  else revealIn(chips, chipOf[place]);
}

function walk(event) {
  const row = event.currentTarget === chips ? chipOf : idOf;
  const forward = shown?.direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const backward = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
  const steps = { [forward]: picked + 1, [backward]: picked - 1, Home: 0, End: row.length - 1 };
  const place = event.key === "ArrowDown" || event.key === "ArrowUp" ? nextLine(row, event.key) : steps[event.key];
  if (place === undefined) return;
  event.preventDefault();
  pick(Math.max(0, Math.min(row.length - 1, place)));
  row[picked]?.focus({ preventScroll: true });
}

/** The nearest token of the line below or above. */
function nextLine(row, key) {
  const step = key === "ArrowDown" ? 1 : -1;
  const here = row[picked]?.getBoundingClientRect();
  if (!here) return 0;
  let best;
  let distance = Infinity;
  let line;
  for (let place = picked + step; row[place]; place += step) {
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
  box.addEventListener("pointerover", overToken);
  box.addEventListener("click", overToken);
  box.addEventListener("focusin", overToken);
  box.addEventListener("keydown", walk);
}

// -- input ----------------------------------------------------------------------------------------

text.addEventListener("input", () => {
  if (chosen === "example") chosen = "";
  ask();
});
language.addEventListener("change", () => {
  chosen = "student";
  drawLanguage();
  ask(0);
});

find(".input").addEventListener("click", (event) => {
  const { preset, sample } = event.target.closest("button")?.dataset ?? {};
  if (preset !== undefined) fill(presets[preset].text, presets[preset].language);
  if (sample !== undefined) fill(menu[sample].sample, sample);
});

/** An example brings its language with it, until somebody changes its text. */
function fill(content, code) {
  text.value = content;
  language.value = code;
  chosen = "example";
  ask(0);
}

// -- ids to text ----------------------------------------------------------------------------------

const pasted = find("#tokens-ids");
let decodeNumber = 0;

async function decode() {
  const turn = ++decodeNumber;
  const [output, remark] = [find(".decoded"), find(".decoded-says")];
  output.replaceChildren();
  remark.textContent = "";
  remark.classList.remove("problem");
  if (!pasted.value.trim()) return;
  let answer;
  try {
    answer = await server.decode({ ids: pasted.value, tokenizer: menu[language.value].tokenizer });
  } catch {
    answer = { error: "The server did not answer. Your ids are still here: try again in a moment." };
  }
  if (turn !== decodeNumber) return;
  output.textContent = answer.text ?? "";
  remark.textContent = answer.error ?? [answer.count, answer.remark].filter(Boolean).join(". ");
  remark.classList.toggle("problem", Boolean(answer.error));
}

let decodeTimer = 0;
pasted.addEventListener("input", () => {
  clearTimeout(decodeTimer);
  decodeTimer = setTimeout(decode, PAUSE);
});
language.addEventListener("change", decode);

// -- taking it away -------------------------------------------------------------------------------

/** A Python literal: JSON's escapes are Python's, too. */
const literal = (value) => JSON.stringify(value);

const copies = {
  ids: () => `[${shown.tokens.map(([id]) => id).join(", ")}]`,
  pieces: () => `[${shown.tokens.map(([, content, label]) => literal(label ?? content)).join(", ")}]`,
  python: () =>
    [
      "# pip install . (in a clone of Transformer Pathshala)",
      "from tokenizer_indic import load",
      "",
      `tokenizer = load(${literal(shown.tokenizer)})`,
      `text = ${literal(shownText)}`,
      "print(tokenizer.encode(text))",
      "print([token.text for token in tokenizer.tokens(text)])",
      "",
    ].join("\n"),
  link: () => link(true),
};

/** The address of this very view. A text that is too long for an address is left out of it. */
function link(withLanguage) {
  const wanted = new URL(location.href);
  wanted.searchParams.set("tab", "tokens");
  wanted.searchParams.delete("language");
  wanted.searchParams.delete("text");
  if (withLanguage || chosen) wanted.searchParams.set("language", language.value);
  const short = wanted.href;
  if (text.value) wanted.searchParams.set("text", text.value);
  return wanted.href.length > LINK_LIMIT ? short : wanted.href;
}

function address() {
  if (!mine) return;
  try {
    history.replaceState(history.state, "", link(false));
  } catch {
    // a frame that may not change its address
  }
}

element.querySelector(".copies").addEventListener("click", async (event) => {
  const what = event.target.closest("button")?.dataset.copy;
  if (!what) return;
  const told = find(".copied");
  if (!shown && what !== "link") return void (told.textContent = "There is nothing to copy yet.");
  const content = copies[what]();
  const done = await copy(content);
  event.target.focus();
  const cut = what === "link" && text.value && !content.includes("text=");
  told.textContent = !done
    ? "The browser did not allow it."
    : cut
      ? "Copied, without the text: it is too long for a link."
      : "Copied.";
  setTimeout(() => (told.textContent = ""), 4000);
});

/** The clipboard is there on https and localhost only; on a classroom's plain http the old way still works. */
async function copy(content) {
  try {
    await navigator.clipboard.writeText(content);
    return true;
  } catch {
    const holder = make("textarea", "holder");
    holder.value = content;
    element.append(holder);
    holder.select();
    const done = document.execCommand("copy");
    holder.remove();
    return done;
  }
}

// -- the first answer -----------------------------------------------------------------------------

function open() {
  const asked = new URLSearchParams(location.search);
  mine = (asked.get("tab") ?? "tokens") === "tokens";
  const code = mine && Object.hasOwn(menu, asked.get("language") ?? "") ? asked.get("language") : null;
  const content = mine ? asked.get("text") : null;
  if (!content && !code) {
    text.value = props.opening_text;
    count();
    chosen = "example";
    return draw(props.opening, props.opening_text);
  }
  text.value = content || menu[code].sample || props.opening_text;
  language.value = code ?? props.opening.language;
  chosen = code ? "student" : "";
  clear();
  ask(0);
}

open();
