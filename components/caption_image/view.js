// The Caption and image tab in the browser. gr.HTML runs page.js, model_menu.js, asking.js, the sections' scripts and this
// file as the body of one function of `element`, `props` and `server`.
//
//   a picture more or less, typing ─► ask() ─► server.compare ─► draw(): the table
//   a section ─► its draw function, which asks for what it shows

const { examples } = props.known;
const captionsBox = find(".text");

const PAUSE = 250; // ms of silence before captions are sent

let model = ""; // what the visitor chose; "" for the best that is here
let shown = null; // the table on the screen
let section = "table";
let notice = "";

const DRAW = { table: drawTable, zero: drawZero, search: drawSearch, languages: drawLanguages, where: drawWhere, trained: drawTrained, map: drawSpace };

const menu = modelMenu({ choose: chooseModel });

const captionsNow = () => linesOf(captionsBox);
const stale = () => JSON.stringify([shown?.pictures, shown?.captions]) !== JSON.stringify([names(), captionsNow()]);

const sendSoon = questions({
  pause: PAUSE,
  working: find(".guesses"),
  question: () => ({ pictures: names(), captions: captionsNow(), model }),
  refuse,
  send: (asked) => serveWithPictures("compare", asked),
  take: draw,
  fail,
  say: sayUnderText,
});

function ask(pause) {
  find("#pictures-count").textContent = `${captionsNow().length} / ${limits.captions}`;
  sendSoon(pause);
}

function refuse({ pictures: chosen, captions }) {
  const problem = refusal(chosen, captions);
  if (!problem) return false;
  sayUnderText(problem, chosen.length > 0 && captions.length > 0);
  find(".right").classList.toggle("stale", Boolean(shown));
  return true;
}

/** Why there is nothing to ask: a sentence, or "". */
function refusal(chosen, captions) {
  if (!chosen.length) return "Choose a picture: a sample, a file, the camera, or an emoji.";
  if (!captions.length) return "Write a caption, one a line, in any language.";
  if (captions.length > limits.captions) return `There are ${captions.length} captions and the limit is ${limits.captions}: leave out ${captions.length - limits.captions}.`;
  const long = captions.findIndex((each) => [...each].length > limits.caption);
  if (long >= 0) return `Caption ${long + 1} has ${[...captions[long]].length} characters and the limit is ${limits.caption}: leave out ${[...captions[long]].length - limits.caption}.`;
  return "";
}

/** A model that was chosen and does not answer: the page goes on with the one it had. */
function fail(words, asked) {
  const before = shown?.chosen ?? "";
  if (!asked.model || asked.model === before) return sayUnderText(words, true);
  model = before;
  menu.set(model);
  menu.say(words, true);
  ask(0);
}

function chooseModel(id) {
  model = id;
  notice = "";
  ask(0);
  if (section !== "table") DRAW[section]();
}

function draw(answer, asked) {
  shown = { ...answer, chosen: asked.model };
  menu.show(answer.model, answer.made, answer.reason);
  menu.set(asked.model);
  find(".right").classList.remove("stale");
  find(".made").textContent = `${answer.model} · ${answer.made}`;
  find(".notes").replaceChildren(...[notice, ...answer.notes].filter(Boolean).map((note) => make("li", "", note)));
  if (section === "table") drawTable();
  address();
}

/** The tray or the captions are others now. */
function changed() {
  notice = find(".why").textContent = "";
  ask(0);
  if (section === "zero") drawChoice();
  if (section === "where") drawWhere();
  if (section === "trained") drawTrained();
  if (section === "map") drawSpace();
}

// -- sections -------------------------------------------------------------------------------------

function show() {
  for (const panel of element.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== section;
  for (const button of element.querySelectorAll("[data-section]")) {
    button.ariaSelected = String(button.dataset.section === section);
    if (button.dataset.section === section) {
      const row = button.parentElement; // alone: the page itself stays where it is
      row.scrollLeft = button.offsetLeft - (row.clientWidth - button.offsetWidth) / 2;
    }
  }
  DRAW[section]();
  address();
}

find(".sections").addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-section]")?.dataset.section;
  if (!chosen || chosen === section) return;
  section = chosen;
  show();
});
roving(find(".sections"));
cue(find(".sections"));

// -- input ----------------------------------------------------------------------------------------

captionsBox.addEventListener("input", () => {
  notice = find(".why").textContent = "";
  ask();
});

find(".input").addEventListener("click", (event) => {
  const example = event.target.closest("[data-example]")?.dataset.example;
  if (example === undefined) return;
  remember();
  fill(examples[example]);
});

async function fill({ pictures: wanted, captions, why }) {
  captionsBox.value = captions.join("\n");
  notice = "";
  await put(wanted);
  find(".why").textContent = why;
}

/** These pictures in the tray; what cannot be had is said, and the others are taken. */
async function put(wanted) {
  pictures = [];
  for (const name of wanted) if (!name.startsWith("emoji:") && seen.has(name)) pictures.push(seen.get(name));
  try {
    pictures = await known(wanted);
    sayOfTray("");
  } catch (problem) {
    pictures = await some(wanted);
    sayOfTray(problem.sentence ?? DOWN, true);
    if (!problem.sentence) later("pictures", () => put(wanted));
  }
  drawTray();
  ask(0);
  if (section === "zero") drawChoice();
  if (section === "where") drawWhere();
  if (section === "trained") drawTrained();
  if (section === "map") drawSpace();
}

/** A step of the lesson. */
async function openStep(step) {
  section = step.section;
  mode = step.shown;
  if (step.query) [searchBox.value, otherBox.value, searchPicture] = [step.query, "", ""];
  if (step.meaning) sampleOf.value = step.meaning;
  if (step.picture) [wherePicture, whereWords] = [step.picture, step.caption];
  if (step.section === "zero") fillLabels(props.known.labels[step.example]);
  const { pictures: wanted, captions } = examples[step.section === "table" ? step.example : props.opening];
  captionsBox.value = captions.join("\n");
  find(".why").textContent = "";
  await put(wanted);
  show();
}

async function some(wanted) {
  const found = await Promise.all(wanted.map((name) => known([name]).catch(() => [])));
  return found.flat();
}

for (const row of element.querySelectorAll(".presets")) {
  roving(row);
  cue(row);
}

// -- the address ----------------------------------------------------------------------------------

/** The address of this very view; pictures that the visitor brought stay on the visitor's machine. */
function link() {
  const wanted = new URL(location.href);
  wanted.hash = "";
  for (const key of ["tab", "pictures", "captions", "model", "section", "show", "labels", "templates", "picture", "meaning", "query", "other", "sign", "caption", "square", "scale", "language", "pairs", "languages", "gap"]) wanted.searchParams.delete(key);
  wanted.searchParams.set("tab", "caption-image");
  wanted.searchParams.set("pictures", names().filter((name) => !name.startsWith("file:")).join(","));
  if (model) wanted.searchParams.set("model", model);
  if (section !== "table") wanted.searchParams.set("section", section);
  if (section === "table" && mode !== "cosine") wanted.searchParams.set("show", mode);
  if (section === "search" && searchPicture && !searchPicture.startsWith("file:")) wanted.searchParams.set("picture", searchPicture);
  if (section === "search" && Number(signBox.value) < 0) wanted.searchParams.set("sign", "-");
  if (section === "languages") wanted.searchParams.set("meaning", sampleOf.value);
  const texts = { captions: captionsNow().join("\n") };
  if (section === "zero") {
    if (!zeroPicture.startsWith("file:")) wanted.searchParams.set("picture", zeroPicture);
    texts.labels = linesOf(labelsBox).join("\n");
    texts.templates = linesOf(templatesBox).join("\n");
  }
  if (section === "where") linkWhere(wanted.searchParams);
  if (section === "trained") {
    wanted.searchParams.set("language", pairsIn.value);
    if (scaleNow !== null) wanted.searchParams.set("scale", scaleNow.toPrecision(4));
    if (saidOf.size || linesBeyond.length) texts.pairs = pairsBox.value;
  }
  if (section === "map") {
    wanted.searchParams.set("languages", chosenLanguages().join(","));
    if (gapClosed) wanted.searchParams.set("gap", "closed");
  }
  if (section === "search") [texts.query, texts.other] = [searchPicture ? "" : searchBox.value, otherBox.value];
  return withTexts(wanted, texts);
}

const address = () => writeAddress(link());

// Back from another tab: the address speaks of this one again.
new IntersectionObserver(([seenNow]) => seenNow.isIntersecting && shown && address()).observe(find(".picturing"));

function open() {
  const asked = new URLSearchParams(location.search);
  const mine = asked.get("tab") === "caption-image";
  const given = (name) => (mine ? (asked.get(name) ?? behind(name) ?? "") : "");
  model = given("model");
  menu.set(model);
  menu.show(model || "the best that is here", "", "");
  if (VALUES[given("show")]) mode = given("show");
  if ([...sampleOf.options].some(({ value }) => value === given("meaning"))) sampleOf.value = given("meaning");
  if (given("labels")) {
    zeroPicture = given("picture");
    labelsBox.value = given("labels");
    templatesBox.value = given("templates") || "{}";
  }
  searchBox.value = given("query");
  otherBox.value = given("other");
  if (given("sign")) signBox.value = "-1";
  if (given("section") === "search" && given("picture")) searchPicture = given("picture");
  drawSearchPicture();
  openWhere(given);
  openTrained(given);
  openMap(given);
  if (DRAW[given("section")]) section = given("section");
  show();
  const [wanted, captions] = [given("pictures"), given("captions")];
  if (!wanted && !captions) return fill(examples[props.opening]);
  captionsBox.value = captions.split("\n").slice(0, limits.captions).join("\n");
  put(wanted.split(",").filter(Boolean).slice(0, limits.pictures));
}

open();
