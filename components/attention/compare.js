// Section 8: two sentences, or two models, on one colour scale, side by side; and the difference, where both have as many
// rows. Layer, head and options are those of the heatmap.

const besideBox = find("#attention-beside");
let compareTurn = 0;
let listed = false;

async function drawCompare() {
  if (!listed) listModels();
  const words = find(".compare-words");
  const plots = [find(".one-plot"), find(".other-plot"), find(".difference-plot")];
  const chosen = besideBox.value;
  if (!chosen && !answered.second.trim()) {
    words.textContent = "Write a second sentence on the left, or choose a second model.";
    plots.forEach((box) => (box.closest(".half").hidden = true));
    return;
  }
  const other = chosen ? { text: answered.text, model: chosen } : { text: answered.second, model: answered.model };
  const turn = ++compareTurn;
  let found;
  try {
    found = await serve("beside", { ...question(), head: view.head, other });
  } catch {
    if (turn === compareTurn) later("compare", drawCompare);
    return;
  }
  if (turn !== compareTurn || section !== "compare") return;
  if (found.error) {
    words.textContent = found.error;
    return;
  }
  const [one, two] = found.sides;
  const top = view.scale === "one" ? 1 : Math.max(...one.weights.flat(), ...two.weights.flat());
  const alike = one.labels.length === two.labels.length;
  words.textContent = alike
    ? "One colour scale for both. The difference is the second minus the first, cell by cell."
    : `One colour scale for both. No difference: ${one.labels.length} rows here, ${two.labels.length} there.`;
  plots.forEach((box, place) => (box.closest(".half").hidden = place === 2 && !alike));
  const tellCell = (row, column) => {
    const parts = found.sides.filter((side) => side.labels[row] && side.labels[column]);
    find(".compare-readout").replaceChildren(
      ...parts.flatMap((side, place) => [
        place ? " · " : "",
        make("bdi", "who", side.labels[row]),
        " → ",
        make("bdi", "who", side.labels[column]),
        `: ${digits(side.weights[row][column])}`,
      ]),
    );
  };
  find(".compare-readout").textContent = "Point at a cell for its numbers.";
  try {
    for (const [place, side] of found.sides.entries()) {
      plots[place].previousElementSibling.textContent = chosen ? side.model : place ? "Second sentence" : "First sentence";
      await drawCells(plots[place], side.labels.map((label) => ({ label })), cells(side.weights, 0, top || 1), tellCell);
    }
    if (!alike) return;
    const difference = two.weights.map((row, query) => row.map((weight, key) => weight - one.weights[query][key]));
    const loudest = Math.max(...difference.flat().map(Math.abs), 1e-9);
    await drawCells(plots[2], two.labels.map((label) => ({ label })), cells(difference, -loudest, loudest, twoSided()), tellCell);
  } catch {
    later("compare", drawCompare);
  }
}

/** The models that are here already. */
async function listModels() {
  listed = true;
  try {
    const found = await serve("list_models", { again: false });
    const ready = found.groups?.find(({ kind }) => kind === "ready")?.lines ?? [];
    const chosen = besideBox.value;
    besideBox.replaceChildren(
      besideBox.options[0],
      ...ready.map(({ id }) => {
        const made = make("option", "", id);
        made.value = id;
        return made;
      }),
    );
    besideBox.value = chosen;
  } catch {
    listed = false;
  }
}
besideBox.addEventListener("change", drawCompare);
besideBox.addEventListener("focus", listModels);
