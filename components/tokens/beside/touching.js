// What lights up, the table, and what is learned right here; continues the section's script.

// -- touching --------

function touch(unit, focus = false) {
  if (!unit) return;
  for (const each of units) {
    each.node.classList.toggle("related", each.start < unit.end && unit.start < each.end);
    each.node.classList.toggle("touched", each === unit);
    each.node.setAttribute("tabindex", each === unit ? 0 : -1);
  }
  touched = unit;
  if (unit.view === "tax") tellSentence(unit.sentence);
  else tellUnit(unit);
  if (!focus) return;
  unit.node.focus({ preventScroll: true });
  unit.node.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function tellUnit(unit) {
  const { content, kind, tokens, result } = unit;
  told.replaceChildren(make("bdi", "", content), ` in ${result.name}: `);
  if (kind === "dropped") told.append("left out.");
  else if (tokens.length === 1) told.append(`1 token, ${kind === "unknown" ? "unknown, " : ""}`, make("bdi", "", tokens[0][1]), ` (id ${tokens[0][0]})`);
  else told.append(`${tokens.length} tokens, each a part of the bytes: ${tokens.slice(0, 12).map(([id, label]) => `${label} (id ${id})`).join(", ")}${tokens.length > 12 ? ", …" : ""}`);
  const others = shown.compare.results.filter((each) => each !== result && !each.error);
  if (others.length) told.append(". The same letters: ");
  others.forEach((each, place) => {
    const over = each.units.filter(([start, end, , what]) => what !== "dropped" && start < unit.end && unit.start < end);
    const count = over.reduce((sum, [, , , , own]) => sum + own.length, 0);
    told.append(`${place ? ", " : ""}${each.name} ${count}`);
  });
  if (others.length) told.append(".");
}

function tellSentence(sentence) {
  const said = make("bdi", "sentence", sentence.text);
  said.lang = sentence.language;
  const button = make("button", "see-it", "Compare it");
  button.type = "button";
  button.addEventListener("click", () => {
    view = "compare";
    lab.fill(sentence.text, sentence.language, "The sentence of the token tax.");
    renew();
  });
  const size = `${sentence.words} words, ${sentence.characters} characters, ${sentence.bytes} bytes. `;
  const place = shown.tax.sentences.indexOf(sentence);
  const lost = shown.tax.tariffs.flatMap(({ name, costs }) => (costs[place]?.[2] ? [`${name}: ${costs[place][2]}. `] : []));
  told.replaceChildren(`${sentence.english} · `, said, ` ${size}`, ...lost, button);
}

const unitOf = (event) => event.target.closest?.(".unit")?.unit;
// A sentence of the token tax stays until another one is chosen: there is a button to go to below the drawing.
box.addEventListener("pointerover", (event) => event.pointerType === "mouse" && view === "compare" && touch(unitOf(event)));
box.addEventListener("click", (event) => touch(unitOf(event), true));
box.addEventListener("focusin", (event) => unitOf(event) !== touched && touch(unitOf(event)));
box.addEventListener("keydown", (event) => {
  const unit = unitOf(event);
  const next = unit && neighbour(unit, event.key);
  if (next === null || next === undefined || next === false) return;
  event.preventDefault();
  touch(next, true);
});

/** Left and right walk through the text, up and down to the same letters by the tokenizer before and after; through the
 * token tax up and down walk from language to language. */
function neighbour(unit, key) {
  const row = units.filter((each) => each.column === unit.column);
  if (key === "Home") return row[0];
  if (key === "End") return row.at(-1);
  if (unit.view === "tax") {
    const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
    return key in steps ? (units[units.indexOf(unit) + steps[key]] ?? unit) : null;
  }
  const forward = shown.compare.direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  if (key === "ArrowRight" || key === "ArrowLeft") return row[unit.place + (key === forward ? 1 : -1)] ?? unit;
  if (key !== "ArrowDown" && key !== "ArrowUp") return null;
  for (let column = unit.column, step = key === "ArrowDown" ? 1 : -1; (column += step) >= 0 && column < known.most.compare; ) {
    const there = units.find((each) => each.column === column && each.start < unit.end && unit.start < each.end);
    if (there) return there;
  }
  return unit;
}

// -- the table --------

function drawTable() {
  const table = make("table");
  const head = table.createTHead().insertRow();
  for (const name of ["tokenizer", ...known.figures]) {
    const heading = make("th", "", name);
    heading.scope = "col";
    head.append(heading);
  }
  const body = table.createTBody();
  for (const result of shown.compare.results) {
    const row = body.insertRow();
    if (result.best) row.className = "best";
    const heading = make("th", "", result.best ? `${result.name} ★` : result.name);
    heading.scope = "row";
    row.append(heading);
    if (result.error) {
      const cell = make("td", "problem", result.error);
      cell.colSpan = known.figures.length;
      row.append(cell);
      continue;
    }
    result.figures.forEach((figure, place) => {
      const lost = place === result.figures.length - 1 && result.lost;
      row.append(make("td", lost ? "problem" : "", figure));
    });
  }
  find(".beside-table").replaceChildren(table, make("p", "hint", known.note));
  cueTable();
}

// -- what is learned right here --------

const details = find(".trained-here");
let sampleText = ""; // what this project wrote in the language of the page

function tellLesson({ characters, entries: count, seen }) {
  const whose = lesson ? "your text" : "this project's words";
  const same = seen && chosen[view].some((id) => id.startsWith("here:")) && view === "compare";
  find(".learn-told").textContent = ` ${whose}, ${characters.toLocaleString("en")} characters, at most ${count.toLocaleString("en")} entries${same ? "; your sentence is in it" : ""}`;
}

async function fillSample(force = false) {
  if (lesson && !force) return;
  try {
    const answer = await ask("sample", { language: lab.language() });
    if (answer.error) return;
    if (force || lessonBox.value === sampleText) lessonBox.value = answer.text;
    sampleText = answer.text;
    countLesson();
  } catch {
    // the server is down: it is asked again when the details are opened
  }
}

const sayLesson = sayIn(".learn-says");

function countLesson() {
  const length = [...lessonBox.value].length;
  find(".learn-count").textContent = `${length.toLocaleString("en")} of ${known.lesson[1].toLocaleString("en")} characters, ${known.lesson[0]} or more; one sentence a line`;
}

details.addEventListener("toggle", () => details.open && fillSample());
lessonBox.addEventListener("input", countLesson);
find(".take-sample").addEventListener("click", () => fillSample(true));
find(".take-text").addEventListener("click", () => {
  lessonBox.value = lab.text();
  countLesson();
});

find(".train-here").addEventListener("click", () => {
  const [least, most] = known.lesson;
  const length = [...lessonBox.value.trim()].length;
  const count = Number(entriesBox.value);
  if (length < least) return sayLesson(`To learn from, a text needs ${least} characters or more; this one has ${length}.`, true);
  if (length > most) return sayLesson(`To learn from, at most ${most.toLocaleString("en")} characters are taken; these are ${length.toLocaleString("en")}.`, true);
  if (!Number.isInteger(count) || count < known.entries[0] || count > known.entries[1])
    return sayLesson(`A number of entries is a whole number from ${known.entries[0]} to ${known.entries[1].toLocaleString("en")}.`, true);
  lesson = lessonBox.value === sampleText ? "" : lessonBox.value;
  entries = count;
  const learning = (id) => id.startsWith("here:") && id !== "here:english";
  if (!chosen[view].some(learning)) chosen[view] = [...chosen[view].slice(0, known.most[view] - 2), "here:ours", "here:unigram"];
  sayLesson("All that are chosen under “Trained right here” learn from it, save “English only”. A link does not carry a text of yours.");
  renew();
});
