// Section 7: one step of training as a game. Some words of the sentence are hidden; what does the model make of it, and
// what is the loss? Covered, the class sees what the model sees, and clicks the words that it takes for swapped.

const shareSlider = find("#masked-share");
const seedBox = find("#masked-seed");
const MANY_DRAWS = 40; // bars that fit
let gameFound = null; // the answer on the screen
let gameTurn = 0;
let gameTimer = 0;
let gameCovered = false;
let suspects = new Set(); // parts that the class takes for swapped
let draws = []; // { seed, loss } of this sentence, the newest last
let drawsOf = ""; // what they belong to

const gameQuestion = () => ({
  text: wholeSentence(),
  model,
  language: language || shown?.language || "",
  seed: seedBox.value.trim() === "" ? -1 : Number(seedBox.value),
  share: Number(shareSlider.value) / 100,
  whole,
});

async function drawGame() {
  find(".share-shows").textContent = `${shareSlider.value}%`;
  const asked = gameQuestion();
  const turn = ++gameTurn;
  if (!asked.text.trim()) {
    find("#masked-game").classList.add("stale");
    return sayUnderText("Write a sentence.");
  }
  let found;
  const slow = setTimeout(() => (find("#masked-game").ariaBusy = "true"), SLOW);
  try {
    found = await serve("play", asked);
  } catch {
    if (turn === gameTurn) later("game", drawGame);
    return;
  } finally {
    clearTimeout(slow);
    if (turn === gameTurn) find("#masked-game").ariaBusy = "false";
  }
  if (turn !== gameTurn) return;
  const says = find(".game-says");
  says.textContent = found.error ?? "";
  says.classList.toggle("problem", Boolean(found.error));
  find("#masked-game").classList.toggle("stale", Boolean(found.error)); // what is below is of another draw
  if (found.error) return;
  sayUnderText("");
  gameFound = found;
  suspects = new Set();
  noteDraw(asked, found);
  if (!shown) menu.show(found.model, found.made, "");
  showGame();
  address();
  earlier(asked, turn);
}

/** The loss of the same draw in the model's early states. */
async function earlier(asked, turn) {
  const box = find(".game-early");
  if (!gameFound.early) return box.replaceChildren();
  try {
    const found = await serve("play_early", asked);
    if (turn !== gameTurn) return;
    box.hidden = gameCovered;
    box.replaceChildren(...(found.error ? [] : [lossTable(found.losses)]));
  } catch {
    box.replaceChildren(); // the draw itself is there
  }
}

function lossTable(losses) {
  const table = make("table");
  table.createCaption().textContent = "The loss of this very draw while the model learned";
  const names = table.createTHead().insertRow();
  const values = table.createTBody().insertRow();
  for (const { steps, loss } of losses) {
    const heading = make("th", "", steps);
    heading.scope = "col";
    names.append(heading);
    values.append(make("td", "", loss));
  }
  return table;
}

function noteDraw(asked, { loss, model: by }) {
  const about = JSON.stringify([asked.text, by, asked.share, asked.whole]);
  if (about !== drawsOf) draws = [];
  drawsOf = about;
  if (!draws.some(({ seed }) => seed === asked.seed)) draws = [...draws, { seed: asked.seed, loss }].slice(-MANY_DRAWS);
}

// -- on the screen --------------------------------------------------------------------------------

function showGame() {
  find(".cover-game").ariaPressed = String(gameCovered);
  find(".uncover-game").hidden = !gameCovered;
  if (!gameFound) return;
  drawGameLine();
  for (const name of [".game-table", ".game-loss", ".game-draws", ".game-early"]) find(name).hidden = gameCovered;
  find(".game-table").replaceChildren(gameTable());
  find(".game-loss").replaceChildren(...gameFound.sums.map((each) => make("p", "", each)));
  drawDraws();
  find(".game-hint").textContent = gameCovered ? gameFound.riddle : gameFound.legend;
}

function drawGameLine() {
  const line = find(".game-line");
  const focused = [...line.children].indexOf(document.activeElement);
  line.dir = direction(gameFound.parts.map((part) => part.text).join(""));
  line.lang = gameFound.language;
  line.replaceChildren(...gameFound.parts.map((part, number) => (part.unit ? gameUnit(part, number) : part.text)));
  roving(line, ".played");
  if (focused >= 0) line.children[Math.min(focused, line.children.length - 1)]?.focus();
}

function gameUnit(part, number) {
  const drawn = part.drawn === null ? null : gameFound.drawn[part.drawn];
  const made = make("span", "played");
  made.setAttribute("role", "button");
  made.append(make("bdi", drawn?.fate === "masked" ? "gap" : "", drawn ? drawn.seen : part.text));
  made.ariaPressed = String(suspects.has(number));
  const suspected = suspects.has(number) ? ", suspected" : "";
  made.ariaLabel = `${drawn ? drawn.seen : part.text}${suspected}`;
  if (!gameCovered && drawn) {
    made.classList.add(drawn.fate);
    made.append(make("small", "", drawn.fate === "masked" || drawn.fate === "swapped" ? part.text : "kept"));
    made.ariaLabel += `, ${drawn.says}`;
    made.title = drawn.says;
  }
  return made;
}

function suspect(event) {
  const chosen = event.target.closest(".played");
  if (!chosen || !gameCovered) return;
  event.preventDefault();
  const number = [...find(".game-line").childNodes].indexOf(chosen);
  if (!suspects.delete(number)) suspects.add(number);
  drawGameLine();
}
find(".game-line").addEventListener("click", suspect);
find(".game-line").addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === " ") suspect(event);
});

/** How well the class did, once it is uncovered. */
function judged() {
  if (!suspects.size) return "";
  const swapped = gameFound.parts.flatMap(({ drawn }, number) => (drawn !== null && gameFound.drawn[drawn].fate === "swapped" ? [number] : []));
  const found = swapped.filter((number) => suspects.has(number)).length;
  const words = swapped.length === 1 ? "1 swapped word" : `${swapped.length} swapped words`;
  return `You found ${found} of ${words}, and suspected ${suspects.size - found} that nobody touched.`;
}

function gameTable() {
  const table = make("table", "beside");
  const top = table.createTHead().insertRow();
  for (const name of ["token", "the model saw", "P", "−ln P", "its best guess"]) top.append(besideHeading(name));
  const body = table.createTBody();
  for (const { fate, tokens } of gameFound.drawn) for (const each of tokens) body.append(gameRow(each, fate));
  return table;
}

function gameRow(token, fate) {
  const row = make("tr", fate);
  const heading = make("th", "guess");
  heading.scope = "row";
  const named = (content) => {
    const made = make("bdi", "", visible(content));
    made.lang = gameFound.language;
    return made;
  };
  heading.append(named(token.text));
  const seen = make("td", "saw");
  seen.append(named(token.seen));
  const loss = make("td", "lead");
  const cell = make("span", "cell");
  const track = make("span", "track");
  track.append(make("span", "bar"));
  track.firstChild.style.inlineSize = `${Math.min(100, (100 * token.loss) / gameFound.chance).toFixed(2)}%`;
  cell.append(track, make("span", "percent", token.nats));
  loss.append(cell);
  const best = make("td", token.right ? "hit" : "");
  best.append(named(token.guess), ` ${token.guess_percent}${token.right ? " ✓" : ""}`);
  row.append(heading, seen, make("td", "", token.percent), loss, best);
  return row;
}

/** A bar for each draw of this sentence, and their mean: what training steps down along. */
function drawDraws() {
  const box = find(".game-draws");
  const most = Math.max(gameFound.chance, ...draws.map(({ loss }) => loss));
  const bars = make("div", "draws");
  bars.setAttribute("role", "toolbar");
  bars.ariaLabel = "Draws of this sentence";
  for (const { seed, loss } of draws) {
    const made = make("button");
    made.type = "button";
    made.append(make("span", "bar"));
    made.firstChild.style.blockSize = `${((100 * loss) / most).toFixed(1)}%`;
    made.ariaLabel = made.title = `Seed ${seed}: loss ${loss.toFixed(2)}`;
    made.ariaPressed = String(seed === Number(seedBox.value));
    made.addEventListener("click", () => {
      seedBox.value = seed;
      drawGame();
    });
    bars.append(made);
  }
  roving(bars);
  const mean = draws.reduce((sum, { loss }) => sum + loss, 0) / draws.length;
  const told = draws.length === 1 ? "1 draw" : `${draws.length} draws, mean loss ${mean.toFixed(2)}`;
  box.replaceChildren(bars, make("p", "hint", `${told}. Each time round, training draws anew: other words are hidden.`));
}

// -- controls -------------------------------------------------------------------------------------

function playSoon() {
  find(".share-shows").textContent = `${shareSlider.value}%`;
  clearTimeout(gameTimer);
  gameTimer = setTimeout(drawGame, 200);
}
shareSlider.addEventListener("input", playSoon);
seedBox.addEventListener("input", playSoon);

find(".redraw").addEventListener("click", () => {
  seedBox.value = (Math.max(0, Math.trunc(Number(seedBox.value)) || 0) + 1) % Number(seedBox.max);
  drawGame();
});

find(".cover-game").addEventListener("click", () => coverGame(!gameCovered));
find(".uncover-game").addEventListener("click", () => coverGame(false));

function coverGame(covered) {
  gameCovered = covered;
  if (covered) suspects = new Set();
  showGame();
  find(".game-says").textContent = covered || !gameFound ? "" : judged();
  address();
}

find(".passages").addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-passage]")?.dataset.passage;
  if (chosen !== undefined) fill(props.known.passages[chosen]);
});
