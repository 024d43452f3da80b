// Section 1: each picture against each caption. Rows are pictures, columns captions; a click on a cell works it out.

const pairsTable = find(".pairs");
let mode = "cosine"; // what the cells show
let cell = null; // [row, column] that is worked out below

const VALUES = { cosine: "cosine", captions: "given_image", pictures: "given_caption", pairs: "pairs" };

function drawTable() {
  if (!shown) return;
  if (mode === "pairs" && !shown.pairs) mode = "cosine";
  for (const button of element.querySelectorAll("[data-mode]")) {
    button.ariaPressed = String(button.dataset.mode === mode);
    button.disabled = button.dataset.mode === "pairs" && !shown.pairs;
  }
  const values = shown[VALUES[mode]];
  const flat = values.flat();
  const [low, high] = mode === "cosine" ? [Math.min(...flat), Math.max(...flat)] : [0, 1];
  const body = make("tbody");
  values.forEach((row, place) => {
    const line = make("tr");
    const head = make("th");
    head.scope = "row";
    head.append(image(pictures[place] ?? { url: "", title: shown.pictures[place] }));
    line.append(head, ...row.map((value, column) => pair(value, place, column, (value - low) / (high - low || 1))));
    body.append(line);
  });
  pairsTable.replaceChildren(captionRow(), body);
  pairsTable.ariaLabel = `${shown.pictures.length} pictures and ${shown.captions.length} captions: ${mode}`;
  if (cell && (cell[0] >= values.length || cell[1] >= values[0].length)) cell = null;
  workOut();
}

function captionRow() {
  const head = make("thead");
  const row = make("tr");
  const corner = make("td", "corner");
  row.append(corner);
  shown.captions.forEach((caption, column) => {
    const made = make("th");
    made.scope = "col";
    const words = make("bdi", "caption", caption);
    words.dir = "auto";
    made.append(words, make("small", "", `${shown.tokens[column]} tokens`));
    made.title = caption;
    row.append(made);
  });
  head.append(row);
  return head;
}

function pair(value, row, column, share) {
  const made = make("td", "pair", written(value));
  made.setAttribute("role", "gridcell");
  made.tabIndex = row || column ? -1 : 0;
  made.style.setProperty("--share", `${Math.round(100 * share)}%`);
  made.classList.toggle("strong", share > 0.55);
  const marks = [shown.best_caption[row] === column ? "▬" : "", shown.best_picture[column] === row ? "▮" : ""].join("");
  if (marks) made.append(make("i", "marks", marks));
  const best = [marks.includes("▬") && "best caption of the picture", marks.includes("▮") && "best picture of the caption"];
  made.ariaLabel = [`picture ${row + 1}, ${shown.captions[column]}: ${written(value)}`, ...best.filter(Boolean)].join(", ");
  made.addEventListener("click", () => choose(row, column));
  return made;
}

/** 0.42, or 87% */
const written = (value) => (mode === "cosine" ? value.toFixed(2) : share(value));
const share = (value) => (value > 0 && value < 0.001 ? "<0.1%" : `${(100 * value).toFixed(value < 0.0995 ? 1 : 0)}%`);

function choose(row, column) {
  const same = cell && cell[0] === row && cell[1] === column;
  cell = same ? null : [row, column];
  workOut();
}

/** The cell that was clicked: from the cosine to the probability, with the model's own numbers. */
function workOut() {
  const cells = [...pairsTable.querySelectorAll(".pair")];
  const columns = shown.captions.length;
  cells.forEach((each, place) => each.classList.toggle("chosen", Boolean(cell) && place === cell[0] * columns + cell[1]));
  find(".worked").replaceChildren();
  if (!cell) return void (find(".worked").textContent = "Click a cell to see how its number comes about.");
  const [row, column] = cell;
  const cosine = shown.cosine[row][column];
  const logit = shown.scale * cosine + shown.bias;
  const bias = shown.bias ? ` ${shown.bias < 0 ? "−" : "+"} ${Math.abs(shown.bias).toFixed(1)}` : "";
  const steps = [`cosine ${cosine.toFixed(3)} × scale ${shown.scale.toFixed(1)}${bias} = logit ${logit.toFixed(2)}`];
  if (shown.pairs) steps.push(`sigmoid 1 / (1 + e^−logit) = ${share(shown.pairs[row][column])}`);
  steps.push(`among this row's captions ${share(shown.given_image[row][column])}`);
  steps.push(`among this column's pictures ${share(shown.given_caption[row][column])}`);
  const caption = make("bdi", "", shown.captions[column]);
  caption.dir = "auto";
  find(".worked").append(`Picture ${row + 1} and “`, caption, `”: ${steps.join(" · ")}`);
}

pairsTable.addEventListener("keydown", (event) => {
  const cells = [...pairsTable.querySelectorAll(".pair")];
  const here = cells.indexOf(event.target);
  const columns = shown?.captions.length;
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  if (here < 0) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    return choose(Math.floor(here / columns), here % columns);
  }
  const next = cells[here + steps[event.key]];
  if (!next) return;
  event.preventDefault();
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});

element.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-mode]")?.dataset.mode;
  if (!chosen || chosen === mode) return;
  mode = chosen;
  drawTable();
  address();
});
