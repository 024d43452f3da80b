// Section 3: two models, one sentence. Who leads is on the right; each is asked for the other's words, too.

const oneBox = find("#masked-one");
const otherBox = find("#masked-other");
let compared = null;
let comparedTurn = 0;
let readyModels = []; // ids of what is here

async function drawCompare() {
  if (!readyModels.length) await listReady();
  const says = find(".compare-says");
  const turn = ++comparedTurn;
  let found;
  try {
    found = await serve("compare", { ...question(), models: [oneBox.value, otherBox.value] });
  } catch {
    if (turn === comparedTurn) later("compare", drawCompare);
    return;
  }
  if (turn !== comparedTurn) return;
  says.textContent = found.error ?? "";
  says.classList.toggle("problem", Boolean(found.error));
  find(".compare-blanks").classList.toggle("stale", Boolean(found.error));
  if (found.error) return;
  compared = found;
  const names = found.models.map(({ id }) => id.replace(/^.*\/(?=\D)/, ""));
  drawBeside(find(".compare-blanks"), found, { names, lead: 1 });
  drawFacts(found);
  find(".compare-note").textContent = found.note;
  address();
}

/** What the two are, and how far apart: a row for each fact. */
function drawFacts({ models, agreement }) {
  const table = make("table");
  const top = table.createTHead().insertRow();
  for (const content of ["", ...models.map(({ id }) => id)]) {
    const heading = make("th", "", content);
    heading.scope = "col";
    top.append(heading);
  }
  const body = table.createTBody();
  const fact = (name, values, title = "") => {
    const row = body.insertRow();
    const heading = make("th", "", name);
    heading.scope = "row";
    heading.title = title;
    row.append(heading, ...values.map((value) => make("td", "", value)));
  };
  fact("parameters", models.map(({ parameters }) => parameters));
  fact("in memory", models.map(({ size }) => size));
  fact("time of one answer", models.map(({ milliseconds }) => milliseconds), "Measured right now, the two in turns");
  find(".facts").replaceChildren(table, ...agreement.map((line) => make("p", "", line)));
}

async function listReady() {
  try {
    const found = await serve("list_models", { again: false });
    readyModels = found.groups?.find(({ kind }) => kind === "ready")?.lines.map(({ id }) => id) ?? [];
  } catch {
    return;
  }
  const [one, other] = [oneBox.value || props.known.pair[0], otherBox.value || props.known.pair[1]];
  for (const [box, chosen] of [[oneBox, one], [otherBox, other]]) {
    box.replaceChildren(...[...new Set([...readyModels, chosen])].map((id) => new Option(id, id, false, id === chosen)));
  }
  for (const button of element.querySelectorAll("[data-pair]")) {
    const missing = button.dataset.pair.split(" ").filter((id) => !readyModels.includes(id));
    button.classList.toggle("absent", missing.length > 0);
    if (missing.length) button.title = `Not on this machine yet: ${missing.join(", ")}. Choose it in the list of models to download it.`;
  }
}

function choosePair(one, other) {
  for (const [box, id] of [[oneBox, one], [otherBox, other]]) {
    if (![...box.options].some(({ value }) => value === id)) box.add(new Option(id, id));
    box.value = id;
  }
  drawCompare();
}

find(".compare-pairs").addEventListener("click", (event) => {
  const pair = event.target.closest("[data-pair]")?.dataset.pair;
  if (pair) choosePair(...pair.split(" "));
});
find(".swap").addEventListener("click", () => choosePair(otherBox.value, oneBox.value));
for (const box of [oneBox, otherBox]) {
  box.addEventListener("change", drawCompare);
  box.addEventListener("focus", listReady);
}
