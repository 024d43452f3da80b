// Section 9: what goes into the first layer. For each token a vector for itself, one for its place, one for its segment.

const INPUT_NAMES = { token: "token", position: "place", segment: "segment" };

let inputs = null; // of the answer on the screen
let inputsOf = null;

async function drawInputs() {
  if (inputsOf !== answer) {
    const of = answer;
    let found;
    try {
      found = await serve("goes_in", question());
    } catch {
      return later("inputs", drawInputs);
    }
    if (of !== answer) return;
    if (found.error) return say(found.error, true);
    const rows = Object.fromEntries(Object.entries(found.rows).map(([kind, each]) => [kind, rowsOf(each)]));
    [inputs, inputsOf] = [{ ...found, rows, sum: rowsOf(found.sum) }, of];
  }
  if (section !== "inputs") return;
  const found = inputs;
  const kinds = Object.keys(INPUT_NAMES).filter((kind) => found.rows[kind]);
  const missing = Object.keys(INPUT_NAMES).filter((kind) => !found.rows[kind]);
  const width = found.rows.token[0].length;
  const then = answer.causal ? "" : width === found.width ? ", then normalised" : `, normalised, and turned into ${found.width}`;
  find(".inputs-words").textContent =
    `${width} numbers each. Added up${then}: what the first layer gets.${segmentWords(found.rows.segment)}` +
    (missing.length ? ` ${answer.model} has no table for the ${missing.map((kind) => INPUT_NAMES[kind]).join(" and the ")}.` : "");
  const table = make("table", "numbers");
  const head = make("tr");
  head.append(make("th", "", ""), ...kinds.map((kind) => make("th", "", INPUT_NAMES[kind])), make("th", "now", "goes in"));
  table.append(make("thead"), make("tbody"));
  table.tHead.append(head);
  const loud = Object.fromEntries(kinds.map((kind) => [kind, loudOf(found.rows[kind])]));
  const loudest = loudOf(found.sum);
  answer.units.pieces.forEach((unit, place) => {
    const row = make("tr");
    const name = make("th");
    name.append(make("bdi", unit.special ? "sign" : "", unit.label));
    row.append(name);
    for (const kind of kinds) row.append(stripCell(found.rows[kind][place] ?? [], loud[kind]));
    row.append(stripCell(found.sum[place], loudest));
    table.tBodies[0].append(row);
  });
  find(".inputs-table").replaceChildren(table);
}

/** Rows of numbers, as of view.numbers_json. */
function rowsOf({ size, data }) {
  const numbers = [...new Float32Array(bytesOf(data).buffer)];
  return Array.from({ length: numbers.length / size }, (_, row) => numbers.slice(row * size, (row + 1) * size));
}

/** Of a pair whose sentences have one and the same segment. */
function segmentWords(rows) {
  const pair = answer.units.pieces.some(({ sentence }) => sentence === 1);
  const same = rows?.every((row) => row.every((number, place) => number === rows[0][place]));
  return pair && same ? ` Both sentences have the same segment: ${answer.model} never saw pairs while it learned.` : "";
}

/** Almost the largest number: a few are far larger than the rest, and would make all others pale. */
function loudOf(rows) {
  const sizes = rows.flat().map(Math.abs).sort((one, other) => one - other);
  return sizes[Math.floor(0.98 * (sizes.length - 1))] || 1e-9;
}

function stripCell(numbers, loudest) {
  const cell = make("td", "stripped");
  if (numbers.length) cell.append(strip(numbers, loudest));
  return cell;
}
