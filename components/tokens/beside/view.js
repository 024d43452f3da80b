// Side by side: one text in many tokenizers, as chips in columns; and what one sentence costs in twelve languages, as
// bars. Both are one drawing; which tokenizers take part is chosen by switches, and stands in the link.
//
//   switches, shared text ─► renew() ─► ask("compare" | "tax") ─► take() ─► draw() ─► the drawing, the table

const box = find(".beside-picture");
const told = find(".told");
const sayHere = sayIn(".beside-says");
const fetchButton = find(".fetch");
const priceBox = find("#beside-price");
const lessonBox = find("#beside-lesson");
const entriesBox = find("#beside-entries");
const known = props.known;

let view = "compare";
const chosen = { compare: [], tax: [] }; // names of switches, and of shipped tokenizers
let states = {}; // of those that may be missing: {ready, reason, fetchable, fetching}
let lesson = ""; // what those that are trained right here learn from; "" is this project's words
let entries = known.entries[2];
let wanted = ""; // the switch whose reason is on the screen
const shown = { compare: null, tax: null }; // the answers
let units = []; // what can be touched: {column, place, start, end, node, …}
let touched = null;

// -- who takes part -------------------------------------------------------------------------------

const isReady = (id) => states[id]?.ready ?? true;

/** The usual choice: OpenAI's where they are on this machine, else what can stand for them. */
function usual(of) {
  const openai = isReady("gpt2") && isReady("o200k_base");
  if (of === "tax") return openai ? ["each", "gpt2", "o200k_base", "bytes"] : ["each", "indic", "here:english", "bytes"];
  return openai ? ["tab", "gpt2", "o200k_base", "here:bpe"] : ["tab", "here:ours", "here:bpe", "here:gpt2"];
}

/** A switch -> what the server calls it; null if there is no such tokenizer now. */
function resolved(id) {
  if (id === "tab") return lab.tokenizer();
  if (id === "own") return lab.own()?.key ?? null;
  if (id !== "fewest") return id;
  const name = `${lab.language()}-fewest`;
  return name in known.shipped ? name : null;
}

const resolvedAll = () => [...new Set(chosen[view].map(resolved).filter(Boolean))];

/** Why a switch cannot be chosen, or "". */
function hindrance(id) {
  if (id === "own" && !lab.own()) return "You have none yet: train one in “Train your own”, or load its file there.";
  if (id === "fewest" && !resolved(id)) return "This language has no tokenizer with the fewest tokens.";
  if (!isReady(id)) return states[id].reason;
  return "";
}

function drawSwitches() {
  for (const button of element.querySelectorAll("[data-id]")) {
    const id = button.dataset.id;
    button.hidden = id === "each" && view !== "tax";
    button.ariaPressed = String(chosen[view].includes(id));
    const why = hindrance(id);
    button.classList.toggle("out", Boolean(why)); // it can be pressed all the same: then it says why
    button.ariaLabel = why ? `${button.textContent}, not here: ${why}` : button.textContent;
    button.classList.toggle("fetching", Boolean(states[id]?.fetching));
    button.title = why || known.contestants[id]?.why || "";
  }
  drawShipped();
  for (const each of element.querySelectorAll("[data-view]")) each.ariaPressed = String(each.dataset.view === view);
  find(".price").hidden = view !== "tax";
  find(".beside-figures").hidden = view !== "compare";
  find(".unreviewed").hidden = view !== "tax";
  find(".beside-sub").textContent = view === "tax" ? "one meaning, twelve languages" : "one text, many tokenizers";
}

/** Shipped ones that were added from the menu get switches of their own. */
function drawShipped() {
  const row = find(".group.ours .switches");
  const added = chosen[view].filter((id) => id in known.shipped);
  for (const each of row.querySelectorAll(".added")) if (!added.includes(each.dataset.id)) each.remove();
  for (const id of added) {
    if (row.querySelector(`[data-id="${id}"]`)) continue;
    const button = make("button", "added", known.shipped[id]);
    button.type = "button";
    button.dataset.id = id;
    button.ariaPressed = "true";
    row.append(button);
  }
  roving(row);
}

function choose(id) {
  const names = chosen[view];
  wanted = "";
  if (names.includes(id)) {
    if (names.length === 1) return sayHere("One has to stay.");
    chosen[view] = names.filter((each) => each !== id);
  } else if (hindrance(id)) {
    return explain(id);
  } else if (names.length >= known.most[view]) {
    return sayHere(`At most ${known.most[view]} at once: take one away first.`);
  } else {
    chosen[view] = [...names, id];
  }
  renew();
}

/** Why it is grey, and what can be done about it. */
function explain(id) {
  wanted = id;
  const state = states[id];
  sayHere(`${known.contestants[id]?.name ?? id}: ${hindrance(id)}`);
  fetchButton.hidden = !(state?.fetchable || id === "own");
  fetchButton.textContent = id === "own" ? "Train your own" : "Fetch it";
}

find(".choosers").addEventListener("click", (event) => {
  const id = event.target.closest("[data-id]")?.dataset.id;
  if (!id) return;
  fetchButton.hidden = true;
  choose(id);
});

find(".shipped").addEventListener("change", (event) => {
  const id = event.target.value;
  event.target.value = "";
  if (id && !chosen[view].includes(id)) choose(id);
});

find(".choice").addEventListener("click", (event) => {
  const next = event.target.closest("[data-view]")?.dataset.view;
  if (!next || next === view) return;
  view = next;
  told.textContent = known.first[view];
  fetchButton.hidden = true;
  renew();
});

for (const row of element.querySelectorAll(".switches")) {
  roving(row);
  cue(row);
}
roving(find(".choice"));

// -- fetching -------------------------------------------------------------------------------------

const POLL = 1500; // ms between two looks at what is being fetched
let polling = 0;

async function fetchOne() {
  const id = wanted;
  if (id === "own") return lab.openSection("train", {});
  fetchButton.hidden = true;
  try {
    await takeStates(await ask("fetch", { id }), id);
  } catch {
    sayHere(DOWN, true);
  }
}
fetchButton.addEventListener("click", fetchOne);

/** States as the server gave them; looks again while something is on its way, and then takes it in. */
async function takeStates(answer, waitingFor = "") {
  if (answer.error) return sayHere(answer.error, true);
  Object.assign(states, answer);
  drawSwitches();
  const state = states[waitingFor];
  if (waitingFor && state.fetching) {
    sayHere(`${known.contestants[waitingFor].name} is being fetched; the page goes on meanwhile.`);
    clearTimeout(polling);
    polling = setTimeout(async () => {
      try {
        await takeStates(await ask("states"), waitingFor);
      } catch {
        later("states", () => ask("states").then((found) => takeStates(found, waitingFor)));
      }
    }, POLL);
  } else if (waitingFor && state.ready) {
    sayHere("");
    if (!chosen[view].includes(waitingFor)) choose(waitingFor);
    else renew();
  } else if (waitingFor) {
    explain(waitingFor);
  }
}

// -- asking ---------------------------------------------------------------------------------------

const question = () => ({ contestants: resolvedAll(), lesson, entries, language: lab.language() });

const askers = {
  compare: asker({
    name: "compare",
    says: ".beside-says",
    slow: "The tokenizers are being loaded or trained.",
    send: (asked) => ask("compare", asked),
    take: (answer) => take("compare", answer),
  }),
  tax: asker({
    name: "tax",
    says: ".beside-says",
    slow: "The tokenizers are being loaded or trained.",
    send: (asked) => ask("tax", asked),
    take: (answer) => take("tax", answer),
  }),
};

function renew() {
  drawSwitches();
  if (!resolvedAll().length) chosen[view] = usual(view);
  if (view === "tax") return askers.tax(question());
  const text = lab.text();
  if (text) return askers.compare({ text, ...question() });
  shown.compare = null;
  box.replaceChildren();
  find(".beside-table").replaceChildren();
  sayHere("Write or paste something.");
}

function take(of, answer) {
  shown[of] = answer;
  if (of !== view) return;
  tellLesson(answer.lesson);
  draw();
  if (of === "compare") drawTable();
}
