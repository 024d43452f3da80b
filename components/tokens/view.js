// The Tokens tab in the browser. gr.HTML runs this file, and those after it, as the body of one function of
// `element`, `props` and `server`.
//
//   typing ─► ask() ─► server.answer ─► draw(): figures, checks, notes and, in chips.js, chips and ids
//   pointer or key on a chip or an id ─► pick(), pin() ─► server.describe ─► the card, in card.js
//   the other sections are opened by frame.js; links, the clipboard and the first answer are in address.js
//
// Whatever comes from a visitor is written with textContent, never as markup.

const { menu, presets, invisible, limit } = props.known;
const find = (selector) => element.querySelector(selector);
const language = find(".language");
const segmentation = find(".segmentation");
const text = find(".text");
const chips = find(".chips");
const ids = find(".ids");
const card = find(".card");
const says = find(".says");

const PAUSE = 60; // ms of silence before a short text is sent
const LONG_PAUSE = 180; // … and one of more than LONG characters
const LONG = 2000;
const RETRY = 3000; // ms until a server that did not answer is asked again

let chosen = ""; // who chose the language: "student", "given" (an example or a link, until its text is changed), or ""
let settled = props.opening.language; // the language last chosen so: it holds where a text gives no evidence
let shown = null; // the answer on the screen
let shownText = "";
let number = 0; // of the newest question; older answers are dropped
let timer = 0;
let mine = true; // the address speaks of this tab; false until the first question when it opened another one
let notice = ""; // a word on the address, until the text is changed

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

/** What a screen reader says for a piece: " हम" -> "space हम". */
function spoken(content) {
  const names = { " ": "space", "\t": "tab", "\r": "carriage return", "\n": "line break" };
  return [...content].map((each) => (names[each] ? ` ${names[each]} ` : (invisible[each] ?? each))).join("").trim();
}

const written = (count) => count.toLocaleString("en");

/** A row of buttons is one stop of the Tab key; the arrow keys walk inside. */
function roving(row) {
  const buttons = [...row.querySelectorAll("button")];
  const stop = (button) => buttons.forEach((each) => (each.tabIndex = each === button ? 0 : -1));
  stop(buttons[0]);
  row.addEventListener("focusin", (event) => stop(event.target));
  row.addEventListener("keydown", (event) => {
    const last = buttons.length - 1;
    const here = buttons.indexOf(event.target);
    const steps = { ArrowRight: here + 1, ArrowDown: here + 1, ArrowLeft: here - 1, ArrowUp: here - 1, Home: 0, End: last };
    if (here < 0 || steps[event.key] === undefined) return;
    event.preventDefault();
    buttons[Math.max(0, Math.min(last, steps[event.key]))].focus();
  });
}

/** Shows on its frame whether a box has more below or to the right; call what it gives when the content changed. */
function cue(box) {
  const frame = box.parentElement;
  const look = () => {
    frame.classList.toggle("more-right", box.scrollWidth - box.clientWidth - Math.abs(box.scrollLeft) > 4);
    frame.classList.toggle("more-below", box.scrollHeight - box.clientHeight - box.scrollTop > 4);
  };
  box.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(box);
  return () => requestAnimationFrame(look);
}

// -- the server -----------------------------------------------------------------------------------

const DOWN = "The server does not answer. Nothing of yours is lost, and this page goes on asking.";
const unanswered = new Map(); // what to ask again: name -> function
let again = 0;

/** server[name](asked), or an exception: when the server is down Gradio gives nothing, or a message of its own. */
async function serve(name, asked) {
  let answer = await server[name](asked);
  if (answer?.gone && own) {
    // the server has forgotten the visitor's tokenizer
    await server.keep_own({ json: own.json });
    answer = await server[name](asked);
  }
  if (typeof answer !== "object" || answer === null || answer.detail !== undefined) throw new Error("no answer");
  return answer;
}

/** Asks again in a while, and not before somebody looks at the page. */
function later(name, question) {
  unanswered.set(name, question);
  clearTimeout(again);
  again = setTimeout(askAgain, RETRY);
}

function askAgain() {
  if (document.hidden) return document.addEventListener("visibilitychange", askAgain, { once: true });
  const questions = [...unanswered.values()];
  unanswered.clear();
  for (const question of questions) question();
}

// -- asking ---------------------------------------------------------------------------------------

/** Asks about the text after a pause; the last question wins. */
function ask(pause) {
  clearTimeout(timer);
  count();
  timer = setTimeout(answerNow, pause ?? (text.value.length > LONG ? LONG_PAUSE : PAUSE));
}

async function answerNow() {
  const asked = {
    text: text.value,
    language: chosen ? language.value : settled,
    chosen: Boolean(chosen),
    segmentation: segmentation.value,
  };
  const turn = ++number;
  mine = true;
  unanswered.delete("answer");
  if (!asked.text) {
    clear();
    return say("Write or paste something: the tokens appear as you type.");
  }
  if ([...asked.text].length > limit) {
    address(); // so that a reload brings it back
    return say(tooLong(asked.text), true);
  }
  try {
    const answer = await serve("answer", asked);
    if (turn !== number) return;
    if (answer.error) return say(answer.error, true);
    say("");
    draw(answer, asked.text);
  } catch {
    if (turn !== number) return;
    say(DOWN, true);
    address();
    later("answer", answerNow);
  }
}

function say(sentence, problem = false) {
  says.textContent = sentence;
  says.classList.toggle("problem", problem);
  for (const side of [".right", ".laboratory"]) find(side).classList.toggle("stale", problem);
}

function tooLong(content) {
  const length = [...content].length;
  return (
    `This text has ${written(length)} characters and the limit is ${written(limit)}: ` +
    `leave out ${written(length - limit)}. Nothing of it is lost.`
  );
}

function count() {
  find(".count").textContent = `${written([...text.value].length)} / ${written(limit)} characters`;
}

// -- drawing --------------------------------------------------------------------------------------

function clear() {
  shown = null;
  clearTokens();
  for (const figure of find(".right").querySelectorAll("[data-figure]")) figure.textContent = "–";
  for (const place of [".checks", ".made", ".breaks"]) find(place).replaceChildren();
  drawNotes([]);
  drawLanguage();
  renewSection();
  address();
}

let fresh = false; // is the text on its way an example, not a change of the one before?

function draw(answer, content) {
  const same = !fresh && shown?.tokenizer === answer.tokenizer;
  fresh = false;
  shown = answer;
  shownText = content;
  language.value = answer.language;
  drawLanguage();
  drawFigures();
  drawNotes(answer.notes);
  drawTokens();
  find(".made").textContent = answer.made;
  show(same);
  renewSection();
  address();
}

function drawLanguage() {
  const entry = menu[language.value];
  const why = find(".why-language");
  const ofItsOwn = entry.tokenizer === entry.code;
  const tokenizer = tokenizerOf(entry);
  why.textContent = ofItsOwn ? "served by its own tokenizer" : `served by “${entry.tokenizer}”, for all languages`;
  if (isOwn(tokenizer)) {
    why.textContent = `your own, ${written(own.entries)} entries, in this browser tab`;
  } else if (segmentation.value === "fewest") {
    why.textContent = entry.fewest
      ? "of all ways to spell the text, the one with the fewest tokens"
      : `${entry.english} has merges alone`;
  }
  if (chosen === "student") {
    why.append(" · ", button("link", "let the text choose", letTheTextChoose));
  } else if (!chosen && /\p{L}/u.test(text.value)) {
    why.append(" · picked by your text");
  }
  text.dir = shown && text.value ? shown.direction : "auto";
  text.lang = chips.lang = entry.code === "indic" ? "" : isOwn(entry.code) ? own.language : entry.code;
  find(".whose").textContent = tokenizer === entry.code && ofItsOwn && entry.code !== "indic" ? `${entry.english}'s ids` : `ids of “${tokenizer}”`;
  const how = tokenizer === entry.fewest ? "fewest" : "merges";
  for (const steps of element.querySelectorAll("[data-how]")) steps.hidden = steps.dataset.how !== how;
  if (tokenizer !== decodedWith) decode();
}

/** The tokenizer that answers for a line of the menu. */
const tokenizerOf = (entry) => (segmentation.value === "fewest" && entry.fewest) || entry.tokenizer;

/** Nobody has chosen any more: what holds without evidence is again the language that the page opens with. */
function letTheTextChoose() {
  chosen = "";
  settled = props.opening.language;
  language.focus();
  ask(0);
}

function drawFigures() {
  const places = find(".right").querySelectorAll("[data-figure]");
  shown.figures.forEach((figure, index) => (places[index].textContent = figure));
  const breaks = find(".breaks");
  breaks.textContent = shown.breaks && `+ ${shown.breaks.split(" ")[0]} ↵`; // short: the card must not grow
  breaks.title = breaks.ariaLabel = shown.breaks && `and ${shown.breaks}`;
  find(".checks").replaceChildren(
    ...shown.checks.map(({ state, verdict, number, rule }) => {
      const line = make("li", state);
      line.append(make("b", "", { passed: "✓", failed: "✗", neutral: "·" }[state]), make("strong", "", number));
      line.append(make("span", "rule", rule), make("span", "verdict", verdict));
      return line;
    }),
  );
}

function drawNotes(notes) {
  find(".notes").replaceChildren(...[notice, ...notes].filter(Boolean).map((note) => make("li", "", note)));
}

/** The figure that is pointed at, tapped or walked to says in the line below what it counts. */
function explain(event) {
  const figure = event.target.closest?.(".figures > div")?.querySelector("[data-explain]");
  if (figure) find(".explains").textContent = figure.dataset.explain;
}

for (const what of ["pointerover", "click", "focusin"]) find(".figures").addEventListener(what, explain);
roving(find(".figures"));

// -- input ----------------------------------------------------------------------------------------

text.addEventListener("input", () => {
  if (chosen === "given") chosen = "";
  find(".why").textContent = notice = "";
  ask();
});
text.addEventListener("focus", () => unpin());

language.addEventListener("change", () => {
  chosen = "student";
  settled = language.value;
  notice = "";
  drawLanguage();
  ask(0);
});

segmentation.addEventListener("change", () => {
  fresh = true; // another tokenizer: no chip is the same one any more
  notice = "";
  drawLanguage();
  ask(0);
});

find(".input").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const { preset, sample } = button?.dataset ?? {};
  if (preset !== undefined) fill(presets[preset].text, presets[preset].language, presets[preset].why);
  if (sample !== undefined) fill(menu[sample].sample, sample, `${button.title}.`);
});

/** An example brings its language with it, until somebody changes its text. */
function fill(content, code, why) {
  text.value = content;
  language.value = settled = code;
  chosen = "given";
  fresh = true;
  notice = "";
  find(".why").textContent = why;
  ask(0);
}

for (const row of element.querySelectorAll(".presets")) {
  roving(row);
  cue(row);
}

// -- ids to text ----------------------------------------------------------------------------------

const pasted = find("#tokens-ids");
let decodeNumber = 0;
let decodedWith = ""; // the tokenizer whose ids they were taken for

async function decode() {
  const turn = ++decodeNumber;
  const asked = { ids: pasted.value, tokenizer: tokenizerOf(menu[language.value]) };
  decodedWith = asked.tokenizer;
  unanswered.delete("decode");
  if (!asked.ids.trim()) return drawDecoded({});
  try {
    const answer = await serve("decode", asked);
    if (turn === decodeNumber) drawDecoded(answer);
  } catch {
    if (turn !== decodeNumber) return;
    drawDecoded({ error: DOWN });
    later("decode", decode);
  }
}

function drawDecoded(answer) {
  const [output, remark] = [find(".decoded"), find(".decoded-says")];
  output.replaceChildren();
  (answer.text ?? "").split("\n").forEach((line, place, lines) => {
    const ends = place < lines.length - 1;
    write(output, ends ? line + "\n" : line);
    if (ends) output.append(document.createElement("br"));
  });
  remark.textContent = answer.error ?? [answer.count, answer.remark].filter(Boolean).join(". ");
  remark.classList.toggle("problem", Boolean(answer.error));
}

let decodeTimer = 0;
pasted.addEventListener("input", () => {
  clearTimeout(decodeTimer);
  decodeTimer = setTimeout(decode, PAUSE);
});
