// Section 8: two sentences, or two models, on one colour scale, side by side; and the difference, where both have as many
// rows. Layer, head and options are those of the heatmap.

const besideBox = find("#attention-beside");
let compareTurn = 0;
let listed = false;

async function drawCompare() {
  if (!listed) listModels();
  const told = find(".compare-words");
  const plots = [find(".one-plot"), find(".other-plot"), find(".difference-plot")];
  const chosen = besideBox.value;
  if (!chosen && !answered.second.trim()) {
    told.textContent = "Write a second sentence on the left, or choose a second model.";
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
    told.textContent = found.error;
    return;
  }
  const [one, two] = found.sides;
  for (const side of found.sides) side.shown = weightsOf({ ...side.picture, bytes: bytesOf(side.picture.data) }, 0);
  const top = view.scale === "one" ? 1 : Math.max(...one.picture.tops, ...two.picture.tops);
  const alike = one.labels.length === two.labels.length;
  told.textContent = `${words()[0].toUpperCase()}${words().slice(1)}, on one colour scale. ${differenceWords(one, two)}`;
  plots.forEach((box, place) => (box.closest(".half").hidden = place === 2 && !alike));
  let cell = "";
  const tellCell = async (row, column) => {
    const here = (cell = `${row} ${column}`);
    const parts = found.sides.filter((side) => side.labels[row] && side.labels[column]);
    const asked = parts.map((side) => ({ ...question(), ...side.asked, layer: side.layer, head: side.head, row }));
    const numbers = await Promise.all(asked.map(rowOf));
    if (cell !== here || turn !== compareTurn || numbers.includes(null)) return;
    find(".compare-readout").replaceChildren(
      ...parts.flatMap((side, place) => [
        place ? " · " : "",
        make("bdi", "who", side.labels[row]),
        " → ",
        make("bdi", "who", side.labels[column]),
        `: ${digits(numbers[place].weights[column])}`,
      ]),
    );
  };
  one.asked = { text: answered.text, second: "", model: answered.model };
  two.asked = { second: "", ...other };
  const marked = chosenUnit < 0 ? "" : (unitsNow()[chosenUnit]?.label ?? "");
  find(".compare-readout").textContent = "Point at a cell for its numbers.";
  try {
    for (const [place, side] of found.sides.entries()) {
      const name = chosen ? side.model : place ? "Second sentence" : "First sentence";
      plots[place].previousElementSibling.textContent = one.layer === two.layer ? name : `${name}, layer ${side.layer + 1}`;
      const units = side.labels.map((label) => ({ label }));
      const row = side.labels.indexOf(marked); // the word that was chosen
      await drawCells(plots[place], units, cells(side.shown, 0, top || 1), tellCell, side.asked.text, row);
    }
    if (!alike) return;
    const difference = two.shown.map((row, query) => row.map((weight, key) => weight - one.shown[query][key]));
    const loudest = Math.max(...difference.flat().map(Math.abs), 1e-9);
    const units = two.labels.map((label) => ({ label }));
    const row = two.labels.indexOf(marked);
    await drawCells(plots[2], units, cells(difference, -loudest, loudest, twoSided()), tellCell, two.asked.text, row);
  } catch {
    later("compare", drawCompare);
  }
}

function differenceWords(one, two) {
  const [here, there] = [one.labels, two.labels];
  if (here.length !== there.length) return `No difference: ${here.length} rows here, ${there.length} there.`;
  const same = here.every((label, place) => label === there[place]);
  return `The difference is the second minus the first, cell by cell${same ? "" : ", also where the words differ"}.`;
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
besideBox.addEventListener("change", () => answer && show());
besideBox.addEventListener("focus", listModels);
