// The Masked word tab in the browser. gr.HTML runs page.js, model_menu.js, asking.js, the sections' scripts and this
// file as the body of one function of `element`, `props` and `server`.
//
//   typing, or a click on a word ─► ask() ─► server.answer ─► draw(): the sentence with its blanks, a row for each guess
//   a click on a guess ─► the blank shows it; another click ─► the blank is empty again
//   a section ─► its draw function, which asks for what it shows once the guesses are there

const { examples, mask, limit, masks } = props.known;
const text = find(".text");
const sentence = find(".sentence");

const PAUSE = 120; // ms of silence before a text is sent
const MASK = /\[MASK\]|<mask>/i;
const PIECES = /\[MASK\]|<mask>|[\p{L}\p{M}\p{N}\u200c\u200d]+(?:['’][\p{L}\p{M}]+)*|\s+|[^\p{L}\p{M}\p{N}\s]/giu;

let language = ""; // of the example, until its text is changed; "" when the text tells
let model = ""; // what the visitor chose; "" for the best that is here
let shown = null; // the answer on the screen
let shownText = "";
let filled = []; // for each blank of it, the number of the row that stands in the sentence, or undefined
let hidden = []; // for each mask of the text, the word that was clicked away, or undefined
let notice = ""; // a word on the address, until the text is changed
let whole = true; // whole words, or single pieces
let section = "guess";

const DRAW = {
  guess: () => null, // drawn with each answer
  learned: () => drawLearned(),
  compare: () => drawCompare(),
  heat: () => drawHeat(),
  layers: () => drawLayers(),
  surprise: () => drawSurprise(),
  game: () => drawGame(),
  contrast: () => drawContrast(),
};

const UNGAPPED = ["surprise", "game"]; // sections of the sentence without gaps, which ask for themselves

const menu = modelMenu({ choose: chooseModel });

// -- asking ---------------------------------------------------------------------------------------

const sendSoon = questions({
  pause: PAUSE,
  working: find(".guesses"),
  question: () => ({ text: text.value, model, language, whole }),
  refuse,
  send: (asked) => serve("answer", asked),
  take: draw,
  fail,
  say: sayUnderText,
});

function ask(pause) {
  count();
  drawSentence();
  sendSoon(pause);
}

function refuse({ text: content }) {
  const problem = refusal(content);
  if (!problem) return false;
  clear();
  if (UNGAPPED.includes(section) && !masksIn(content)) {
    DRAW[section](); // which says itself what is wrong
    return true;
  }
  sayUnderText(problem, Boolean(content.trim()) && masksIn(content) > masks);
  return true;
}

/** Why there is nothing to ask: a sentence, or "". */
function refusal(content) {
  const [length, found] = [[...content].length, masksIn(content)];
  if (!content.trim()) return `Write a sentence, with ${mask} in the place of a word.`;
  if (length > limit) return `This text has ${length} characters and the limit is ${limit}: leave out ${length - limit}.`;
  if (!found) return `Hide a word: click it in the sentence, or write ${mask} in its place.`;
  if (found > masks) return `${found} words are hidden and the limit is ${masks}: bring back ${found - masks}.`;
  return "";
}

const masksIn = (content) => content.split(new RegExp(MASK, "gi")).length - 1;

/** A model that was chosen and does not answer: the page goes on with the one it had. */
function fail(sentence, asked) {
  const before = shown?.chosen ?? "";
  if (!asked.model || asked.model === before) return sayUnderText(sentence, true);
  model = before;
  menu.set(model);
  menu.say(sentence, true);
  if (shown && shownText === text.value) return find(".right").classList.remove("stale");
  notice = "";
  ask(0);
}

function count() {
  const hiddenNow = masksIn(text.value);
  find(".count").textContent = `${[...text.value].length} / ${limit} characters, ${hiddenNow} / ${masks} hidden`;
}

function chooseModel(id) {
  model = id;
  notice = "";
  if (refusal(text.value)) {
    menu.show(id || "the best that is here", "", "");
    if (UNGAPPED.includes(section)) DRAW[section]();
    return address();
  }
  ask(0);
}

// -- the sentence ---------------------------------------------------------------------------------

/** "rtl" where the first letter outside the masks is of a script that runs so. */
function direction(content) {
  const letter = content.replace(new RegExp(MASK, "gi"), "").match(/\p{L}/u)?.[0] ?? "";
  return /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thaana}]/u.test(letter) ? "rtl" : "ltr";
}

let places = []; // where each word on the screen stands in the text: [start, end, the number of its mask or -1]

function drawSentence() {
  const content = text.value;
  const focused = [...sentence.children].indexOf(document.activeElement);
  const fresh = shown && content === shownText;
  const nodes = [];
  let start = 0;
  let blank = 0;
  places = [];
  for (const [piece] of content.matchAll(PIECES)) {
    const end = start + piece.length;
    if (MASK.test(piece)) {
      const row = fresh ? shown.blanks[blank]?.rows[filled[blank]] : undefined;
      if (row && typeof nodes.at(-1) === "string") {
        nodes.push(nodes.pop().replace(/ +$/, "") + row.fill.match(/^ */)[0]);
      }
      places.push([start, end, blank]);
      nodes.push(slot(blank++, row, masksIn(content) > 1));
    } else if (/[\p{L}\p{N}]/u.test(piece)) {
      places.push([start, end, -1]);
      nodes.push(word(piece));
    } else if (typeof nodes.at(-1) === "string") {
      nodes.push(nodes.pop() + piece);
    } else {
      nodes.push(piece);
    }
    start = end;
  }
  sentence.replaceChildren(...nodes);
  sentence.dir = text.dir = direction(content);
  sentence.lang = text.lang = (fresh && shown.language) || language;
  renewWords();
  if (focused >= 0) sentence.children[Math.min(focused, sentence.children.length - 1)]?.focus();
}

/** Spans, not buttons: a button is a box of its own, and boxes in a line of two directions stand in the wrong order. */
function word(content) {
  const made = make("span", "word", content);
  made.setAttribute("role", "button");
  made.ariaPressed = "false";
  made.title = "Hide this word";
  return made;
}

function slot(blank, row, several) {
  const made = make("span", "word slot");
  made.setAttribute("role", "button");
  made.ariaPressed = "true";
  if (row) made.append(make("bdi", "", row.fill.trim() || visible(row.fill)));
  else made.append(make("span", "gap", several ? String(blank + 1) : "?"));
  made.classList.toggle("filled", Boolean(row));
  made.ariaLabel = `hidden word ${blank + 1}${row ? `, filled with ${row.word}` : ""}`;
  made.title = "Bring the word back";
  return made;
}

const visible = (content) => content.replaceAll(" ", "·").replaceAll("\n", "↵");
const renewWords = roving(sentence, ".word");

/** A click hides a word, or brings back the one that was hidden: the guess in its place, or what stood there. */
function toggle(place) {
  const [start, end, blank] = places[place];
  const content = text.value;
  const known = hiddenWords();
  let put = mask;
  if (blank < 0) {
    known.splice(places.slice(0, place).filter(([, , each]) => each >= 0).length, 0, content.slice(start, end));
  } else {
    const row = shownText === content ? shown?.blanks[blank]?.rows[filled[blank]] : undefined;
    put = row?.fill.trim() || known[blank] || shown?.blanks[blank]?.rows[0].fill.trim() || "";
    known.splice(blank, 1);
  }
  language = shownText === content && shown ? shown.language : language;
  text.value = content.slice(0, start) + put + content.slice(end);
  hidden = known;
  hiddenIn = text.value;
  notice = find(".why").textContent = "";
  ask(0);
}

let hiddenIn = ""; // the text that `hidden` belongs to
const hiddenWords = () => (hiddenIn === text.value ? [...hidden] : Array(masksIn(text.value)).fill(undefined));

function onWord(event) {
  const chosen = event.target.closest(".word");
  if (!chosen) return;
  event.preventDefault();
  toggle([...sentence.querySelectorAll(".word")].indexOf(chosen));
}
sentence.addEventListener("click", onWord);
sentence.addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === " ") onWord(event);
});

// -- the guesses ----------------------------------------------------------------------------------

function draw(answer, asked) {
  shown = { ...answer, chosen: asked.model };
  shownText = asked.text;
  filled = [];
  menu.show(answer.model, answer.made, answer.reason);
  menu.set(asked.model);
  drawWhole();
  find(".made").textContent = `${answer.model} · ${answer.made}`;
  find(".notes").replaceChildren(...[notice, ...answer.notes].filter(Boolean).map((note) => make("li", "", note)));
  find(".blanks").replaceChildren(...answer.blanks.map((blank, place) => drawBlank(blank, place, answer.blanks.length)));
  find(".blanks").classList.toggle("several", answer.blanks.length > 1);
  drawMethod(answer);
  drawSentence();
  scoreOwn();
  show();
}

/** What the sections ask: the sentence on the screen. */
const question = () => ({ text: shownText, model: shown.model, language: shown.language, whole });

/** The section that is open. */
function show() {
  for (const panel of element.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== section;
  for (const button of element.querySelectorAll("[data-section]")) {
    button.ariaSelected = String(button.dataset.section === section);
    if (button.dataset.section === section) {
      const row = button.parentElement; // alone: the page itself stays where it is
      row.scrollLeft = button.offsetLeft - (row.clientWidth - button.offsetWidth) / 2;
    }
  }
  find(".the-sentence").hidden = UNGAPPED.includes(section);
  if (UNGAPPED.includes(section) || (shown && shownText === text.value)) DRAW[section]();
  address();
}

find(".sections").addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-section]")?.dataset.section;
  if (!chosen || chosen === section) return;
  section = chosen;
  if (!shown) ask(0); // one section needs a gap in the sentence, another does not
  show();
});
roving(find(".sections"));
cue(find(".sections"));

/** How many pieces the words have. How that is told stands below, folded. */
function drawMethod({ blanks, whole: words, counted }) {
  const told = blanks.map(({ lengths }, place) => {
    const shares = lengths.map(([length, share]) => `${length}: ${share}`).join(", ");
    return `${blanks.length > 1 ? `Hidden word ${place + 1}, pieces` : "Pieces in the word"} ${shares}`;
  });
  find(".method").hidden = covered || !words || counted;
  find(".method summary").textContent = told.join(" · ");
}

function drawBlank({ rows, others }, place, all) {
  const list = make("ol", "bars");
  list.ariaLabel = all > 1 ? `Guesses for hidden word ${place + 1}` : "Guesses";
  const most = Math.max(...rows.map((row) => row.share), 1e-9);
  rows.forEach((row, index) => {
    const item = make("li");
    item.append(row.word ? guess(row, place, index, most) : remainder(row, others, most));
    list.append(item);
  });
  roving(list);
  if (all === 1) return list;
  const section = make("section", "blank");
  section.append(make("h3", "", `Hidden word ${place + 1}`), list);
  return section;
}

function guess(row, place, index, most) {
  const made = make("button", "row");
  made.type = "button";
  made.ariaPressed = "false";
  const bits = `${row.bits} ${row.bits === "1.0" ? "bit" : "bits"}`;
  made.ariaLabel = `${row.joins ? "ending " : ""}${row.word}, ${row.percent}, surprise ${bits}`;
  made.append(name(row), bar(row, most), make("span", "percent", row.percent), make("span", "bits", bits));
  made.addEventListener("click", () => put(place, index));
  if (row.pieces.length > 1) made.title = `${row.pieces.length} pieces: ${row.pieces.join(" · ")}`;
  return made;
}

function name(row) {
  const made = make("span", "guess");
  const word = make("bdi");
  if (row.joins) word.append(make("span", "joins", "…"));
  word.append(visible(row.word));
  word.lang = shown.language;
  made.append(word);
  if (row.pieces?.length > 1) made.append(make("small", "count-of-pieces", String(row.pieces.length)));
  return made;
}

function bar(row, most) {
  const made = make("span", "track");
  made.append(make("span", "bar"));
  made.firstChild.style.inlineSize = `${((100 * row.share) / most).toFixed(2)}%`;
  return made;
}

/** What is not in the list: no word, so nothing to click. */
function remainder(row, others, most) {
  const made = make("div", "row rest");
  const label = make("span", "guess", "everything else");
  label.title = others;
  made.append(label, bar(row, most), make("span", "percent", row.percent), make("span", "bits", ""));
  made.ariaLabel = `everything else, ${others}: ${row.percent}`;
  made.title = others;
  return made;
}

/** The guess stands in the sentence; the same once more takes it out. */
function put(place, index) {
  if (shownText !== text.value) return;
  filled[place] = filled[place] === index ? undefined : index;
  element.querySelectorAll(".bars").forEach((list, blank) => {
    list.querySelectorAll("button").forEach((row, each) => (row.ariaPressed = String(filled[blank] === each)));
  });
  drawSentence();
}

function clear() {
  shown = null;
  shownText = "";
  filled = [];
  find(".blanks").replaceChildren();
  find(".method").hidden = true;
  find(".made").textContent = "";
  find(".notes").replaceChildren(...(notice ? [make("li", "", notice)] : []));
  drawSentence();
  address();
}

// -- words or pieces ------------------------------------------------------------------------------

function drawWhole() {
  for (const button of element.querySelectorAll("[data-whole]")) {
    button.ariaPressed = String((button.dataset.whole === "true") === whole);
    button.disabled = Boolean(shown?.counted);
  }
}

element.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-whole]")?.dataset.whole;
  if (chosen === undefined || (chosen === "true") === whole) return;
  whole = chosen === "true";
  drawWhole();
  ask(0);
});

// -- input ----------------------------------------------------------------------------------------

text.addEventListener("input", () => {
  language = "";
  notice = find(".why").textContent = "";
  ask();
});

find(".input").addEventListener("click", (event) => {
  const example = event.target.closest("[data-example]")?.dataset.example;
  if (example !== undefined) fill(examples[example]);
});

/** An example brings its language with it, until somebody changes its text. */
function fill(example) {
  text.value = example.text;
  twinBox.value = contrastBox.value = ""; // they belonged to another sentence
  language = example.language;
  notice = "";
  find(".why").textContent = example.why;
  ask(0);
}

function openStep(step) {
  section = step.section;
  whole = step.whole;
  cover(step.covered);
  own = [];
  if (step.temperature) heatSlider.value = heatPlace = temperatures.indexOf(step.temperature);
  drawWhole();
  fill({ ...step, why: "" });
  twinBox.value = contrastBox.value = step.other;
  show();
}

for (const row of element.querySelectorAll(".presets")) {
  roving(row);
  cue(row);
}

// -- the address ----------------------------------------------------------------------------------

/** The address of this very view. */
function link() {
  const wanted = new URL(location.href);
  wanted.hash = "";
  for (const key of ["tab", "text", "model", "language", "pieces", "covered", "section", "step", "one", "other", "beside", "changed", "temperature", "seed", "share", "look"]) wanted.searchParams.delete(key);
  wanted.searchParams.set("tab", "masked-word");
  if (text.value) wanted.searchParams.set("text", [...text.value].slice(0, limit).join(""));
  if (model) wanted.searchParams.set("model", model);
  if (language) wanted.searchParams.set("language", language);
  if (!whole) wanted.searchParams.set("pieces", "1");
  if (covered) wanted.searchParams.set("covered", "1");
  if (section !== "guess") wanted.searchParams.set("section", section);
  if (section === "learned" && stepPlace < early.length - 1) wanted.searchParams.set("step", early[stepPlace].steps);
  if (section === "surprise" && twinBox.value) wanted.searchParams.set("beside", twinBox.value);
  if (section === "game") {
    wanted.searchParams.set("seed", seedBox.value);
    if (shareSlider.value !== shareSlider.defaultValue) wanted.searchParams.set("share", shareSlider.value);
    if (gameCovered) wanted.searchParams.set("look", "1");
  }
  if (section === "heat" && temperatures[heatPlace] !== 1) wanted.searchParams.set("temperature", temperatures[heatPlace]);
  if (section === "contrast" && contrastBox.value) wanted.searchParams.set("changed", contrastBox.value);
  if (section === "compare" && oneBox.value) {
    wanted.searchParams.set("one", oneBox.value);
    wanted.searchParams.set("other", otherBox.value);
  }
  return wanted.href;
}

const address = () => writeAddress(link());

// Back from another tab: the address speaks of this one again.
new IntersectionObserver(([seen]) => seen.isIntersecting && shown && address()).observe(find(".masked"));

// -- the first answer -----------------------------------------------------------------------------

function open() {
  const asked = new URLSearchParams(location.search);
  const mine = asked.get("tab") === "masked-word";
  const content = mine ? asked.get("text") : null;
  model = (mine && asked.get("model")) || "";
  menu.set(model);
  menu.show(model || "the best that is here", "", "");
  if (mine && asked.get("pieces")) whole = false;
  if (mine && asked.get("covered")) cover(true);
  if (mine && DRAW[asked.get("section")]) section = asked.get("section");
  const step = early.findIndex(({ steps }) => mine && String(steps) === asked.get("step"));
  if (step >= 0) stepSlider.value = stepPlace = step;
  for (const [box, name] of [[oneBox, "one"], [otherBox, "other"]]) {
    if (mine && asked.get(name)) box.add(new Option(asked.get(name), asked.get(name), true, true));
  }
  const heat = temperatures.findIndex((T) => mine && String(T) === asked.get("temperature"));
  if (heat >= 0) heatSlider.value = heatPlace = heat;
  if (mine) {
    twinBox.value = asked.get("beside") ?? "";
    contrastBox.value = asked.get("changed") ?? "";
    if (asked.get("seed")) seedBox.value = asked.get("seed");
    if (asked.get("share")) shareSlider.value = asked.get("share");
    if (asked.get("look")) coverGame(true);
  }
  drawWhole();
  show();
  if (!content) return fill(examples[props.opening]);
  text.value = content;
  language = asked.get("language") ?? "";
  ask(0);
}

open();
