// Section: where does it look? Occlusion and gradient x attention over one picture, a cost for each word of one caption,
// and beside them the same from a copy of the model whose weights were shuffled.
//
//   askWhere() ─► server.look: words, patches ─► server.cover, some rows of the square's places a time ─► drawHeat()

const captionList = find(".where-caption");
const strength = find("#where-strength");
const MAPS = ["occlusion", "gradient", "occlusion-shuffled", "gradient-shuffled"];
let wherePicture = ""; // its name
let whereWords = ""; // the caption
let square = "medium"; // how large the one is that covers
let maps = {}; // of MAPS: { values: rows of numbers, or null before they come; columns; strongest, at: places }
let looked = {}; // "plain", "shuffled": what server.look gave
let whereTurn = 0;
let whereTimer = 0;

const mapOf = (name) => find(`[data-map=${name}]`);
const sayOfWhere = sayIn(".where-says");

/** The pictures of the tray and the captions beside it; what was chosen stays as long as it is there. */
function drawWhere() {
  const [all, captions] = [names(), linesOf(find(".text"))];
  const worked = props.known.lesson.find(({ section: of }) => of === "where");
  if (!wherePicture && !whereWords && all.includes(worked?.picture) && captions.includes(worked?.caption)) {
    [wherePicture, whereWords] = [worked.picture, worked.caption];
  }
  if (all.length && !all.includes(wherePicture)) wherePicture = all[0]; // an empty tray may be on its way to be filled
  if (captions.length && !captions.includes(whereWords)) whereWords = captions[0];
  captionList.replaceChildren(...[...new Set(captions)].map((caption) => make("option", "", caption)));
  captionList.value = whereWords;
  choice(find(".where-pictures"), pictures, wherePicture, (name) => {
    wherePicture = name;
    askWhere(0);
  });
  for (const button of element.querySelectorAll("[data-square]")) button.ariaPressed = String(button.dataset.square === square);
  askWhere(0);
}

// -- asking ---------------------------------------------------------------------------------------

function askWhere(pause = 300) {
  clearTimeout(whereTimer);
  whereTurn++; // what is on its way belongs to another question
  whereTimer = setTimeout(askWhereNow, pause);
}

async function askWhereNow() {
  const turn = ++whereTurn;
  const current = () => turn === whereTurn && section === "where";
  const asked = { picture: wherePicture, caption: whereWords, model, square };
  const kinds = find(".where-check").checked ? ["plain", "shuffled"] : ["plain"];
  [maps, looked] = [{}, {}];
  for (const name of MAPS) mapOf(name).hidden = name.endsWith("shuffled") && kinds.length === 1;
  find(".where-right").hidden = kinds.length === 1;
  if (!names().includes(wherePicture) || !linesOf(find(".text")).includes(whereWords)) return sayOfWhere("Choose a picture and write a caption: then the page can ask where the model looks.");
  const slow = setTimeout(() => turn === whereTurn && sayOfWhere("The model is at work: this takes some seconds, once."), SLOW);
  find(".where-maps").ariaBusy = "true";
  try {
    for (const [place, kind] of kinds.entries()) {
      const problem = await lookAndCover({ ...asked, shuffled: kind === "shuffled" }, kind, current, [place, kinds.length]);
      if (!current()) return;
      clearTimeout(slow);
      if (problem && kind === "plain") return sayOfWhere(problem, true);
      sayOfWhere("");
      if (problem) for (const name of MAPS.slice(2)) noMap(name, problem);
    }
    tellWhere();
    drawNumbers();
  } catch (problem) {
    if (!current()) return;
    sayOfWhere(problem.sentence ?? DOWN, true);
    if (!problem.sentence) later("where", askWhereNow);
  } finally {
    clearTimeout(slow);
    if (turn === whereTurn) {
      progressOfWhere(0, 0);
      find(".where-maps").ariaBusy = "false";
    }
  }
  address();
}

/** One model, whole: "" or the sentence that says why not. Rows are drawn as they come. */
async function lookAndCover(asked, kind, current, [before, kinds]) {
  const answer = await serveWithPictures("look", asked);
  if (!current() || answer.error) return answer.error ?? "";
  looked[kind] = answer;
  const suffix = kind === "shuffled" ? "-shuffled" : "";
  if (kind === "plain") find(".where-made").textContent = `${answer.model} · ${answer.made}`;
  for (const name of [`occlusion${suffix}`, `gradient${suffix}`]) drawGround(name, answer);
  drawHeat(`gradient${suffix}`, answer.relevance, answer.lacking);
  drawWords(kind, answer);
  find(".where-told").textContent = answer.note;
  const rows = Array(answer.rows).fill(null);
  for (let row = 0; row < answer.rows; row += answer.step) {
    progressOfWhere(before * answer.rows + row, kinds * answer.rows);
    const part = await serveWithPictures("cover", { ...asked, row });
    if (!current() || part.error) return part.error ?? "";
    part.costs.forEach((costs, place) => (rows[part.row + place] = costs));
    drawHeat(`occlusion${suffix}`, rows);
  }
  return "";
}

function progressOfWhere(done, all) {
  find(".where-progress").style.visibility = all ? "visible" : "hidden"; // its line stays, so that nothing below it jumps
  find(".where-progress progress").max = all || 1;
  find(".where-progress progress").value = done;
  find(".where-progress span").textContent = all ? `Covering places: ${done} of ${all} rows` : "";
}

// -- maps -----------------------------------------------------------------------------------------

/** The picture as the model sees it, without a map. */
function drawGround(name, { seen: url }) {
  const picture = mapOf(name).querySelector("img");
  picture.src = url;
  picture.alt = seen.get(wherePicture)?.title ?? "the picture";
  mapOf(name).querySelector(".where-cells").replaceChildren();
  mapOf(name).querySelector("output").textContent = "…";
}

/** There is none, and why. */
function noMap(name, why) {
  mapOf(name).querySelector(".where-cells").replaceChildren();
  mapOf(name).querySelector("output").textContent = why;
  delete maps[name];
}

/** `values`: rows of numbers; a row that has not come yet is null. Each map is shaded up to its own largest number. */
function drawHeat(name, values, lacking = "") {
  if (!values) return noMap(name, lacking);
  const flat = values.filter(Boolean).flat();
  const most = Math.max(...flat.map(Math.abs)) || 1;
  const columns = values.find(Boolean).length;
  const strongest = flat.indexOf(Math.max(...flat));
  maps[name] = { values, columns, strongest, at: null };
  const box = mapOf(name).querySelector(".where-cells");
  box.style.setProperty("--columns", columns);
  box.style.setProperty("--rows", values.length);
  const cells = values.flatMap((row) => row ?? Array(columns).fill(null)).map((value, place) => {
    const cell = make("span", value === null ? "waiting" : value < 0 ? "rises" : "");
    cell.style.setProperty("--heat", value === null ? 0 : (Math.abs(value) / most).toFixed(3));
    if (value !== null && place === strongest && value > 0) cell.classList.add("strongest");
    return cell;
  });
  box.replaceChildren(...cells);
  pointAt(name, null);
}

const isGradient = (name) => name.startsWith("gradient");
const cost = (value) => `${value < 0 ? "−" : value > 0 ? "+" : ""}${Math.abs(value).toFixed(3)}`;

/** 0.12 -> "−0.120": what happens to the cosine; or the share of the strongest patch */
const valueOf = (name, value) => (isGradient(name) ? share(value) : cost(-value));

/** "row 2 of 12, column 7, at the top" */
function placeInWords({ values, columns }, place) {
  const [row, column] = [Math.floor(place / columns), place % columns];
  const third = (at, all, words) => words[Math.min(2, Math.floor((3 * (at + 0.5)) / all))];
  const [high, wide] = [third(row, values.length, ["upper", "middle", "lower"]), third(column, columns, ["left", "centre", "right"])];
  return `row ${row + 1} of ${values.length}, column ${column + 1}: ${high === "middle" && wide === "centre" ? "the centre" : `${high} ${wide}`}`;
}

/** Below a map: the place that is pointed at, or the strongest one. */
function pointAt(name, at) {
  const map = maps[name];
  if (!map) return;
  map.at = at;
  const place = at ?? map.strongest;
  const value = map.values.flatMap((row) => row ?? Array(map.columns).fill(null))[place];
  const words = value === null || value === undefined ? "not yet" : valueOf(name, value);
  const told = at === null ? `Strongest ${words}, ${placeInWords(map, place)}` : `${words}, ${placeInWords(map, place)}`;
  mapOf(name).querySelector("output").textContent = told;
  const cells = mapOf(name).querySelector(".where-cells");
  [...cells.children].forEach((cell, each) => cell.classList.toggle("pointed", each === at));
  cells.ariaLabel = `${mapOf(name).querySelector("figcaption").textContent}. ${told}. The arrow keys walk over the map.`;
}

for (const name of MAPS) {
  const box = mapOf(name).querySelector(".where-cells");
  const under = (event) => {
    const place = [...box.children].indexOf(event.target.closest("span"));
    if (place >= 0 && place !== maps[name]?.at) pointAt(name, place);
  };
  box.addEventListener("pointermove", under);
  box.addEventListener("pointerdown", under);
  box.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && pointAt(name, null));
  box.addEventListener("blur", () => pointAt(name, null));
  box.addEventListener("keydown", (event) => {
    const map = maps[name];
    const steps = map && { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
    if (event.key === "Escape") return pointAt(name, null);
    if (!steps?.[event.key]) return;
    event.preventDefault();
    const here = map.at ?? map.strongest;
    const [down, across] = steps[event.key];
    const row = Math.max(0, Math.min(map.values.length - 1, Math.floor(here / map.columns) + down));
    const column = Math.max(0, Math.min(map.columns - 1, (here % map.columns) + across));
    pointAt(name, row * map.columns + column);
  });
}

// -- words ----------------------------------------------------------------------------------------

/** The caption, each word shaded by what the cosine loses without it. */
function drawWords(kind, { words, costs, cosine }) {
  const line = find(`.where-words[data-kind=${kind}]`);
  const most = Math.max(...costs.map(Math.abs)) || 1;
  const whole = line.parentElement.querySelector(".where-cosine");
  whole.textContent = `${kind === "shuffled" ? "Weights shuffled: " : ""}cosine ${cosine.toFixed(3)}${costs.length ? "; without the word:" : ". It is one word: without it nothing is left to compare."}`;
  line.replaceChildren(
    ...words.map((word, place) => {
      const made = make("span", "where-word");
      if (!costs.length) return made.append(make("b", "", word)), made;
      made.classList.toggle("rises", costs[place] < 0);
      made.style.setProperty("--heat", `${Math.round((60 * Math.abs(costs[place])) / most)}%`);
      made.append(make("b", "", word), make("small", "", cost(-costs[place])));
      return made;
    }),
  );
}

// -- what it comes to -----------------------------------------------------------------------------

/** The strongest places in words, and how alike a map and its shuffled twin are. */
function tellWhere() {
  const told = [];
  const { plain } = looked;
  const said = { occlusion: "Occlusion", gradient: "Gradient × attention" };
  for (const [name, title] of Object.entries(said)) {
    const map = maps[name];
    const twin = maps[`${name}-shuffled`];
    if (!map) continue;
    const value = map.values.flat()[map.strongest];
    const falls = value > 0 ? `${placeInWords(map, map.strongest)}${isGradient(name) ? "" : `: the cosine ${plain.cosine.toFixed(3)} falls by ${value.toFixed(3)}`}` : "nowhere does the cosine fall";
    const alike = twin ? `; rank correlation with the shuffled map ${rankCorrelation(map.values.flat(), twin.values.flat()).toFixed(2)}` : "";
    told.push(`${title}, strongest: ${falls}${alike}.`);
  }
  if (plain.costs.length) {
    const dearest = plain.costs.indexOf(Math.max(...plain.costs));
    if (plain.costs[dearest] > 0) told.push(`The caption loses most without “\u2068${plain.words[dearest]}\u2069”.`);
  }
  if (plain.note) told.push(plain.note);
  find(".where-told").textContent = told.join(" ");
}

/** Spearman's: the correlation of the ranks; equal numbers share their rank. 0 where one list is all the same. */
function rankCorrelation(one, other) {
  const ranks = (values) => {
    const order = values.map((_, place) => place).sort((a, b) => values[a] - values[b]);
    const found = Array(values.length);
    for (let first = 0; first < order.length; ) {
      let last = first;
      while (last + 1 < order.length && values[order[last + 1]] === values[order[first]]) last++;
      for (let each = first; each <= last; each++) found[order[each]] = (first + last) / 2;
      first = last + 1;
    }
    return found.map((rank) => rank - (values.length - 1) / 2);
  };
  const [a, b] = [ranks(one), ranks(other)];
  const product = (x, y) => x.reduce((sum, value, place) => sum + value * y[place], 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b)) || 0;
}

/** Every number, for readers of tables and for “Copy table”. */
function drawNumbers() {
  const tables = MAPS.filter((name) => maps[name]).map((name) => {
    const table = make("table");
    table.append(make("caption", "", mapOf(name).querySelector("figcaption").textContent));
    for (const row of maps[name].values) {
      const line = table.insertRow();
      for (const value of row) line.append(make("td", "number", value.toFixed(isGradient(name) ? 3 : 4)));
    }
    return table;
  });
  for (const [kind, { words, costs }] of Object.entries(looked)) {
    const table = make("table");
    table.append(make("caption", "", kind === "plain" ? "Each word left out" : "Each word left out, weights shuffled"));
    costs.forEach((value, place) => table.insertRow().append(make("td", "", words[place]), make("td", "number", value.toFixed(4))));
    tables.push(table);
  }
  find(".where-numbers div").replaceChildren(...tables);
}

// -- controls -------------------------------------------------------------------------------------

captionList.addEventListener("change", () => {
  whereWords = captionList.value;
  askWhere(0);
});
find(".text").addEventListener("input", () => section === "where" && drawWhereSoon());
let whereSoon = 0;
function drawWhereSoon() {
  clearTimeout(whereSoon);
  whereSoon = setTimeout(drawWhere, 600);
}
const shade = () => find(".where-maps").style.setProperty("--strength", strength.value / 100);
strength.addEventListener("input", shade);
shade();
find(".where-check").addEventListener("change", () => askWhere(0));
find(".where-squares").addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-square]")?.dataset.square;
  if (!chosen || chosen === square) return;
  square = chosen;
  for (const button of element.querySelectorAll("[data-square]")) button.ariaPressed = String(button.dataset.square === square);
  askWhere(0);
});

// -- the address ----------------------------------------------------------------------------------

/** ?picture=sample:dog&caption=2&square=small: the caption by its number in the list. */
function linkWhere(wanted) {
  if (wherePicture && !wherePicture.startsWith("file:")) wanted.set("picture", wherePicture);
  const number = linesOf(find(".text")).indexOf(whereWords) + 1;
  if (number) wanted.set("caption", number);
  if (square !== "medium") wanted.set("square", square);
}

function openWhere(given) {
  if (given("section") !== "where") return;
  if (given("picture")) wherePicture = given("picture");
  const captions = (given("captions") || props.known.examples[props.opening].captions.join("\n")).split("\n");
  whereWords = captions.map((each) => each.trim()).filter(Boolean)[Number(given("caption")) - 1] ?? "";
  if (find(`[data-square="${CSS.escape(given("square"))}"]`)) square = given("square");
}
