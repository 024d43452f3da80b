// Inside the vocabulary: search, lengths, scripts, topics, and two vocabularies beside each other. Each view is one
// picture, the list of entries that it speaks of, and the card of one entry.
//
//   a control ─► state ─► look() ─► the view's question ─► draw(): picture, list ─► pick() ─► "entry" ─► the card
//
// Whatever comes from a visitor is written with textContent.

const { looks, pairs, mine, views, kinds, units, limit, textLimit } = props.known;
const box = find(".drawing");
const list = find(".entries");
const about = find(".voc-about");
const whose = find(".voc-whose");
const other = find(".other");
const query = find(".query");
const useText = find(".use-text");

const TALL = 19.5; // em: the least height of a picture, so that what stands below stays there
const PAUSE = 150; // ms of silence before a search
const FONT = 'system-ui, "Noto Sans", "Noto Sans Tamil", sans-serif';

const state = {
  view: "search",
  tokenizer: "",
  other: "",
  query: "",
  kind: "ends",
  unit: "aksharas",
  bar: -1, // the last one: the longest entries
  script: "",
  topicScript: "",
  least: "3",
  part: "shared",
  entry: null, // the id in the card
  of: "", // the vocabulary it is of
};
let typed = false; // has somebody written the query, or is it an example?
let chosen = false; // has somebody chosen the vocabulary, or is it still the tab's own?
let pairChosen = false; // … and the one beside it?
let awaited = false; // a link speaks of the visitor's own tokenizer, which is not there yet
let shown = null; // the answer on the screen
let carded = null; // the card on the screen
let way = []; // the entries that led to the card: [{tokenizer, id}]
let why = ""; // what is said of an example
let problem = ""; // what is said of a link

const menuNames = () => [...whose.options].map((each) => each.value);

// -- asking ---------------------------------------------------------------------------------------

const QUESTIONS = {
  search: () => ({ tokenizer: state.tokenizer, query: state.query, kind: state.kind }),
  lengths: () => ({ tokenizer: state.tokenizer, unit: state.unit, bar: state.bar }),
  scripts: () => ({ tokenizer: state.tokenizer, script: state.script }),
  topics: () => ({ tokenizer: state.tokenizer, script: state.topicScript, least: Number(state.least) }),
  compare: () => ({ tokenizer: state.tokenizer, other: state.other, part: state.part }),
};

const send = asker({
  name: "vocabulary",
  says: ".vocabulary-says",
  slow: "The vocabulary is being read.",
  send: async (view, asked) => ({ ...(await ask(view, asked)), view }),
  take: draw,
});

/** Asks for what the state says. */
function look() {
  drawControls();
  return send(state.view, QUESTIONS[state.view]());
}

const askCard = asker({
  name: "vocabulary-entry",
  says: ".use-says",
  slow: "",
  send: (tokenizer, id) => ask("entry", { tokenizer, id }),
  take: (answer) => {
    carded = answer;
    drawCard();
    if (state.view === "search") drawPicture();
    count();
  },
});

const askUse = asker({
  name: "vocabulary-use",
  says: ".use-says",
  slow: "It is being counted.",
  send: (asked) => ask("use", asked),
  take: (answer) => (find(".use-says").textContent = answer.says),
});

/** The entry of the card in the visitor's text. */
function count() {
  const says = find(".use-says");
  if (!find(".use").open || !carded?.usable) return (says.textContent = "");
  const length = [...useText.value].length;
  if (!length) return (says.textContent = "Paste a text.");
  if (length > textLimit) return (says.textContent = `This text has ${length.toLocaleString("en")} characters: too many.`);
  askUse({ tokenizer: carded.tokenizer, id: carded.id, text: useText.value });
}

// -- drawing an answer ----------------------------------------------------------------------------

function draw(answer) {
  shown = answer;
  const says = find(".vocabulary-says");
  says.replaceChildren(make("bdi", "", answer.title));
  if (answer.cut?.length) {
    says.append(": ");
    for (const [id, label] of answer.cut.slice(0, 40)) says.append(entryButton(state.tokenizer, id, label), " ");
    if (why) says.append("·");
  } else if (answer.view === "search") says.append(".");
  for (const more of [problem, why]) if (more) says.append(` ${more}`);
  problem = "";
  if (answer.view === "topics") drawScriptMenu();
  drawList();
  if (answer.view === "search") query.classList.toggle("none", !answer.rows.length);
  const of = answer.view === "compare" && state.part === "other" ? state.other : state.tokenizer;
  const wanted = state.entry !== null && state.of ? { tokenizer: state.of, id: state.entry } : null;
  const first = firstOf(answer);
  drawPicture();
  if (wanted) pick(wanted.tokenizer, wanted.id);
  else if (first) pick(of, first[0]);
  else clearCard();
}

/** The entry to begin with: what was learned, rather than a character that was there from the start. */
function firstOf(answer) {
  const learned = answer.rows.find(([, , , kind]) => kind === "merge" || kind === "entry");
  return (answer.view === "search" ? null : learned) ?? answer.rows[0] ?? answer.cut?.[0];
}

function drawControls() {
  for (const each of element.querySelectorAll("[data-controls]")) each.hidden = each.dataset.controls !== state.view;
  for (const name of ["view", "kind", "unit", "least"]) {
    for (const button of element.querySelectorAll(`button[data-${name}]`)) {
      button.ariaPressed = String(button.dataset[name] === state[name]);
    }
  }
  whose.value = state.tokenizer;
  other.value = state.other;
  if (query.value !== state.query) query.value = state.query;
  query.placeholder = state.kind === "rank" ? "400 or 400-450" : "in any script";
  query.inputMode = state.kind === "rank" ? "numeric" : "text";
}

function drawScriptMenu() {
  const menu = find(".topic-script");
  menu.replaceChildren(...shown.scripts.map(([code, name, number]) => new Option(`${name}, ${number.toLocaleString("en")}`, code)));
  menu.value = shown.script;
  menu.disabled = shown.scripts.length < 2;
}

/** A text as it is shown on a button: spaces and joiners can be seen. */
function piece(label) {
  const made = make("bdi");
  made.dir = "auto";
  write(made, label);
  return made;
}

function drawList() {
  find(".total").textContent = shown.count;
  const of = shown.view === "compare" && state.part === "other" ? state.other : state.tokenizer;
  list.replaceChildren(
    ...(shown.view === "compare" && state.part === "shared" ? [listHead(shown.one, shown.other)] : []),
    ...shown.rows.map(([id, label, rank, kind, like]) => {
      const line = make("li");
      const button = make("button");
      button.type = "button";
      Object.assign(button.dataset, { id, of });
      button.append(piece(label), make("span", "rank", rank === null ? kind : rank.toLocaleString("en")));
      if (like) button.append(make("span", "rank like", like.toLocaleString("en")));
      button.ariaLabel = `${spoken(label)}, ${rank === null ? kind : `rank ${rank}`}${like ? `, there rank ${like}` : ""}`;
      line.append(button);
      return line;
    }),
  );
  list.scrollTop = 0;
  roving(list);
  moreBelow();
}

/** Whose ranks stand below. */
function listHead(one, there) {
  const line = make("li", "list-head");
  line.append(make("span", "", "rank in"), make("span", "rank", one), make("span", "rank like", there));
  return line;
}

const moreBelow = cue(list);
