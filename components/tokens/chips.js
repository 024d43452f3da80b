// Tokens as chips, and their ids in the row below; continues view.js.

const DRAWN = 12000; // tokens that are drawn; the figures count all
const NAMED = 1500; // of so many each chip has its name at once; in a longer text it gets it when it is picked

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

// -- what is drawn, and what stays ----------------------------------------------------------------

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
  if (shown.tokens.length <= NAMED) chipOf.forEach((_, place) => name(place));
  chips.querySelector(".rest")?.remove();
  if (shown.tokens.length > DRAWN) {
    chips.append(make("p", "rest", `The first ${written(DRAWN)} tokens are drawn; the figures count all.`));
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
    const unit = { content, parts: [] };
    do {
      // a token has its own colour wherever it stands, unless its neighbour has that one
      colour = tokens[place][0] % 4 === colour ? (colour + 1) % 4 : tokens[place][0] % 4;
      unit.parts.push([...tokens[place], colour]);
      place++;
    } while (place < tokens.length && !tokens[place][1] && tokens[place][2] !== undefined);
    unit.split = unit.parts.length > 1;
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
  made.ariaSelected = "false";
  return made;
}

/** "space विद्यार्थी, id 4920, token 12 of 57": what a screen reader says. */
function name(place) {
  const token = shown?.tokens[place];
  if (!token || !chipOf[place]) return;
  const [id, content, piece] = token;
  const said = `${spoken(piece ?? content)}, id ${id}, token ${place + 1} of ${shown.tokens.length}`;
  for (const node of [chipOf[place], idOf[place]]) if (node.ariaLabel !== said) node.ariaLabel = said;
}

function clearTokens() {
  picked = -1;
  unpin();
  chips.replaceChildren();
  ids.replaceChildren();
  [blocks, chipOf, idOf] = [[], [], []];
  drawHint("Point at a token, tap it or walk with the arrow keys.");
}
