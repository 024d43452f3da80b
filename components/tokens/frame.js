// The laboratory: sections beside the tokens, whose panels, scripts and styles are fetched when they are opened;
// continues view.js.
//
//   a section's name, the lesson or a link ─► openSection() ─► server.open_section, scripts, styles ─► its show()
//   an answer about the shared text        ─► renewSection() ─► its show()

const sections = new Map(props.known.sections.map((each) => [each.id, each]));
const bench = find(".laboratory");
const opened = new Map(); // id -> a promise of the section: what its script gave
let section = "tokens"; // the one on the screen
let here = null; // what its script gave
let waiting = null; // what the address said of the section that is being fetched

// -- the visitor's own tokenizer ------------------------------------------------------------------

const OWN_KEY = "pathshala-own-tokenizer";
let own = null; // {key, name, entries, language, json}
const isOwn = (name) => name.startsWith("own:");

/** Takes the text of a tokenizer's file for the visitor's own; gives it, or {error}. */
async function setOwn(json) {
  const answer = await serve("keep_own", { json });
  if (answer.error) return answer;
  own = { ...answer, json };
  try {
    sessionStorage.setItem(OWN_KEY, json);
  } catch {
    // no room, or not allowed: it lives as long as this page
  }
  offerOwn();
  for (const each of opened.values()) each.then((made) => made.ownChanged?.(), () => null);
  return own;
}

/** A line of the language menu for it. */
function offerOwn() {
  const inUse = isOwn(language.value);
  for (const code of Object.keys(menu)) if (isOwn(code)) delete menu[code];
  language.querySelector("[data-own]")?.remove();
  const option = new Option(`mine · ${own.name}`, own.key);
  option.dataset.own = "";
  language.prepend(option);
  menu[own.key] = { ...(menu[own.language] ?? {}), code: own.key, name: own.name, english: own.name, tokenizer: own.key, fewest: "" };
  if (!inUse) return;
  language.value = settled = own.key;
  fresh = true; // another tokenizer: no chip is the same one any more
  ask(0);
}

/** After a reload: the one that this browser tab had. */
async function restoreOwn() {
  let json = null;
  try {
    json = sessionStorage.getItem(OWN_KEY);
  } catch {
    // not allowed
  }
  if (json) await setOwn(json);
}

// -- opening --------------------------------------------------------------------------------------

const tellSection = (sentence, problem = false) => {
  find(".laboratory-says").textContent = sentence;
  find(".laboratory-says").classList.toggle("problem", problem);
};

async function openSection(id, asked = null) {
  if (!sections.has(id)) return;
  const given = asked && new URLSearchParams(asked);
  section = id;
  here = null;
  waiting = given;
  arrange();
  if (id === "tokens") return arrived();
  const slow = setTimeout(() => section === id && tellSection("This section is being fetched."), 400);
  try {
    const found = await fetchSection(id);
    clearTimeout(slow);
    if (section !== id) return;
    tellSection("");
    here = found;
    for (const panel of bench.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== id;
    find(".takes").hidden = false;
    find(".takes [data-take=csv]").hidden = !here.rows;
    await here.show(given);
    arrived();
  } catch (problem) {
    if (section !== id) return;
    console.warn(problem);
    opened.delete(id);
    tellSection(DOWN, true);
    later("section", () => section === id && openSection(id, given));
  } finally {
    clearTimeout(slow);
  }
}

function arrived() {
  waiting = null;
  address();
}

/** Which columns there are, and which name is marked. */
function arrange() {
  const { text: usesText } = sections.get(section);
  const tokens = section === "tokens";
  find(".right").hidden = !tokens;
  find(".decoder").hidden = !tokens;
  find(".left").hidden = !usesText;
  bench.hidden = tokens;
  bench.dataset.section = section;
  if (!tokens) {
    for (const panel of bench.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== section;
    find(".takes").hidden = !bench.querySelector(`[data-panel=${section}]`);
  }
  for (const button of element.querySelectorAll("[data-section]")) {
    if (!button.closest(".sections")) continue;
    button.ariaSelected = String(button.dataset.section === section);
    if (button.dataset.section === section) {
      const row = button.parentElement; // alone: the page itself stays where it is
      row.scrollLeft = button.offsetLeft - (row.clientWidth - button.offsetWidth) / 2;
    }
  }
}

function fetchSection(id) {
  if (!opened.has(id)) opened.set(id, buildSection(id));
  return opened.get(id);
}

async function buildSection(id) {
  const answer = await serve("open_section", { section: id });
  if (answer.error) throw new Error(answer.error);
  const [prelude, scripts, styles] = await Promise.all([answer.prelude, answer.scripts, answer.styles].map(fetchAll));
  const style = make("style");
  style.textContent = `#${element.id || "pathshala-tokens"} .laboratory [data-panel="${id}"] {\n${styles.join("\n")}\n}`;
  const panel = make("section", "panel");
  panel.id = `tokens-${id}`;
  panel.dataset.panel = id;
  panel.setAttribute("role", "tabpanel");
  panel.append(document.createRange().createContextualFragment(answer.html)); // the same for every visitor
  bench.querySelector(`[data-panel="${id}"]`)?.remove();
  bench.insertBefore(panel, find(".takes"));
  bench.append(style);
  const body = `${prelude.join("\n")}\nconst made = (() => {\n${scripts.join("\n")}\n})();\nreturn { ...made, take: (what) => take(made, what) };`;
  return new Function("element", "props", "lab", body)(panel, { id, known: answer.known }, lab);
}

const fetchAll = (files) =>
  Promise.all(
    files.map(async (file) => {
      const answer = await fetch(new URL(file, document.baseURI));
      if (!answer.ok) throw new Error(answer.statusText);
      return answer.text();
    }),
  );

/** The shared text, its language or its tokenizer has changed. */
function renewSection() {
  if (here && sections.get(section).text) here.show(null);
}

// -- what a section may use -----------------------------------------------------------------------

const lab = {
  write,
  spoken,
  text: () => (shown ? shownText : ""),
  language: () => (isOwn(language.value) ? own.language : language.value),
  tokenizer: () => tokenizerOf(menu[language.value]),
  fill: (content, code, why = "") => fill(content, code, why),
  own: () => own,
  setOwn,
  openSection: (id, asked = {}) => openSection(id, asked),
  ask: (of, question, asked) => serve("laboratory", { section: of, question, asked }),
  address: () => address(),
};

find(".sections").addEventListener("click", (event) => {
  const id = event.target.closest("[data-section]")?.dataset.section;
  if (!id || id === section) return;
  endLesson();
  openSection(id);
});
roving(find(".sections"));
cue(find(".sections"));

find(".takes").addEventListener("click", async (event) => {
  const what = event.target.closest("button")?.dataset.take;
  if (!what || !here) return;
  const told = find(".takes .taken");
  try {
    if (what === "link") told.textContent = (await copy(link(true))) ? "Copied." : "The browser did not allow it.";
    else told.textContent = await here.take(what);
  } catch (problem) {
    told.textContent = problem.sentence ?? DOWN;
  }
  event.target.focus();
  setTimeout(() => (told.textContent = ""), 4000);
});

// -- the guided lesson ----------------------------------------------------------------------------

let beforeLesson = null; // the text and the language that the lesson took the place of

function openStep(step) {
  beforeLesson ??= { content: text.value, code: language.value, who: chosen, last: settled };
  if (step.text) fill(step.text, step.language, "");
  openSection(step.section, step.parameters);
}

function leaveLesson() {
  if (beforeLesson) {
    const { content, code, who, last } = beforeLesson;
    fill(content, code, "");
    [chosen, settled, beforeLesson] = [who, last, null];
  }
  address();
}

/** Somebody goes a way of their own: the lesson is over, and what is on the screen stays. */
function endLesson() {
  if (lessonStep < 0) return;
  lessonStep = -1;
  beforeLesson = null;
  lessonBar.hidden = true;
  find(".lesson-begin").ariaPressed = "false";
}
