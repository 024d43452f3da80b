// Section 1: the weights of one head as a heatmap. Queries down, keys across; right-to-left text is mirrored.
//
//   another layer or option ─► server.picture, kept for later ─► drawHeatmap()
//   another head            ─► drawHeatmap(): it came with its layer
//   a cell                  ─► server.row ─► the readout, in full precision

const plot = find(".plot");
const readout = find(".readout");
const looks = find(".looks");

let drawn = null; // {picture, units, head, asked} on the screen; `asked` is what its rows are asked with
let axesDrawn = ""; // what the axes on the screen were made of
let chosenUnit = -1; // the row that is looked at
let rows = new Map(); // numbers of rows that were asked for

/** One head of a picture as weights: rows x columns. */
function weightsOf(picture, head) {
  const { size, tops, bytes } = picture;
  const [first, scale] = [head * size * size, tops[head] / 255];
  return Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, column) => bytes[first + row * size + column] * scale),
  );
}

async function drawHeatmap() {
  const picture = await pictureNow();
  if (!picture || section !== "heatmap") return;
  const head = picture.count === 1 ? 0 : view.head;
  const units = unitsNow();
  drawn = { picture, units, head, asked: { ...question(), head } };
  if (chosenUnit >= units.length) chosenUnit = -1;
  let library;
  try {
    library = await plotly();
  } catch {
    find(".waiting").textContent = DOWN;
    return later("heatmap", drawHeatmap);
  }
  if (drawn.picture !== picture || drawn.head !== head || section !== "heatmap") return;
  const before = performance.now();
  const [trace] = traces(picture, units, head);
  const axes = JSON.stringify([units, plot.clientWidth, plot.clientHeight, isDark(), fontSize(), chosenUnit, runsRight(answered.text)]);
  if (axes === axesDrawn) {
    await library.restyle(plot, { z: [trace.z], zmax: [trace.zmax] }); // the axes are as they were
  } else {
    axesDrawn = axes;
    await library.react(plot, [trace], layout(units), QUIET);
  }
  find(".waiting").hidden = true;
  plot.dataset.drawn = `${view.layer} ${head} ${view.over} ${view.level} ${view.special}`;
  plot.dataset.milliseconds = (performance.now() - before).toFixed(0); // of Plotly alone
  plot.ariaLabel = `Heatmap of ${words()}: ${units.length} queries down, as many keys across`;
  if (!plot.dataset.listens) listen();
  drawRow();
}

const words = () => {
  const head = { heads: `head ${view.head + 1}`, mean: "the mean of all heads", maximum: "the maximum of all heads" };
  return `layer ${view.layer + 1}, ${head[view.over] ?? "rollout of all layers up to it"}`;
};

function traces(picture, units, head) {
  const top = view.scale === "one" ? Math.max(1, picture.tops[head]) : picture.tops[head] || 1;
  const z = weightsOf(picture, head);
  if (answer.causal && view.over !== "rollout") z.forEach((row, query) => row.fill(null, query + 1));
  return [cells(z, 0, top)];
}

/** Rows of numbers (null: a cell that is not there) as Plotly's heatmap. */
const cells = (z, zmin, zmax, scale = colourscale()) => ({
  type: "heatmap",
  z,
  x: (z[0] ?? []).map((_, place) => place),
  y: z.map((_, place) => place),
  zmin,
  zmax,
  colorscale: scale,
  xgap: z.length <= 48 ? 1 : 0,
  ygap: z.length <= 48 ? 1 : 0,
  hoverinfo: "none",
  hoverongaps: false,
  colorbar: {
    thickness: 10,
    outlinewidth: 0,
    tickfont: { size: fontSize() * 0.75, color: colour("--p-soft") },
    tickformat: ".2~f",
    nticks: 5,
    x: 1.01,
    xpad: 4,
  },
});

/** A picture of words by words in another box; `tellCell(row, column)` when a cell is pointed at. `content`: the text. */
async function drawCells(box, units, trace, tellCell, content = answered.text, row = -1) {
  const library = await plotly();
  await library.react(box, [trace], { ...layout(units, box, row, content), plot_bgcolor: colour("--p-line") }, QUIET);
  if (tellCell && !box.tellCell) {
    for (const event of ["plotly_hover", "plotly_click"]) box.on(event, ({ points }) => box.tellCell(points[0].y, points[0].x));
  }
  box.tellCell = tellCell;
  box.dataset.drawn = String(units.length);
}

/** Lines over a row of numbers, named. */
async function drawCurves(box, curves, across, up) {
  const library = await plotly();
  const size = fontSize();
  const soft = { size: size * 0.8, color: colour("--p-soft") };
  const hues = ["--p-accent", "--p-edge-1", "--p-edge-0", "--p-edge-3"];
  const made = curves.map(({ name, values, dash }, place) => ({
    type: "scatter",
    mode: values.length <= 16 ? "lines+markers" : "lines",
    name,
    x: values.map((_, each) => each),
    y: values,
    line: { color: colour(hues[place % hues.length]), width: 3, dash },
    hovertemplate: `${escapeLabel(name)}, %{x}: %{y:.4f}<extra></extra>`,
  }));
  const axis = { gridcolor: colour("--p-line"), zerolinecolor: colour("--p-line"), tickfont: soft, fixedrange: true, automargin: true };
  await library.react(
    box,
    made,
    {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: colour("--p-ink"), size, family: fontFamily() },
      margin: { l: 4, r: 10, t: 6, b: 4 },
      xaxis: { ...axis, title: { text: across, font: soft }, dtick: curves[0].values.length <= 16 ? 1 : undefined },
      yaxis: { ...axis, title: { text: up, font: soft } },
      legend: { orientation: "h", y: 1.02, yanchor: "bottom", font: { size: size * 0.85 } },
      showlegend: true,
      dragmode: false,
      hoverlabel: { font: { size } },
    },
    QUIET,
  );
  box.dataset.drawn = curves.map(({ name }) => name).join(", ");
}

const QUIET = { displayModeBar: false, responsive: true, scrollZoom: false };

/** Blue below zero, orange above. */
const twoSided = () => {
  const [low, high] = isDark() ? ["#56b4e9", "#f0b43c"] : ["#005aa0", "#c85a00"];
  return [[0, low], [0.5, isDark() ? "#192228" : "#ffffff"], [1, high]];
};

const fontSize = () => parseFloat(getComputedStyle(element.querySelector(".page")).fontSize);

const fontFamily = () => getComputedStyle(element.querySelector(".page")).fontFamily;
const pen = make("canvas").getContext("2d");

/** The width of the longest label, for type of size 1. */
function longest(labels) {
  pen.font = `100px ${fontFamily()}`;
  return Math.max(...labels.map((label) => pen.measureText(label).width), 100) / 100;
}

const isNarrow = (box) => box.clientWidth < 500;

/** How large cells and their labels can be in a box: the larger the type, the less room there is for cells. */
function measures(labels, box) {
  const size = fontSize();
  const wide = longest(labels);
  let [type, flat, cell, across] = [size * 0.95, true, 1, 1];
  for (let round = 0; round < 4; round++) {
    const above = size * 2.2 + (flat ? type * 1.4 : wide * type * (isNarrow(box) ? 1 : 0.77) + type);
    cell = Math.max(1, (box.clientHeight - above) / labels.length);
    across = Math.max(1, (box.clientWidth - wide * type - size * 6) / labels.length); // a cell may be wider than high
    type = Math.max(8, Math.min(size * 0.95, Math.min(cell, across) * 0.8));
    flat = wide * type < Math.min(across, cell * WIDEST) * 0.9;
  }
  const ratio = Math.max(1, Math.min(WIDEST, across / cell));
  return { type, flat, ratio, every: Math.max(1, Math.ceil(11 / Math.min(cell, across))) };
}

const WIDEST = 2.6; // a cell, as a multiple of its height

/** The axes of a picture of words by words, in its box. */
function layout(units, box = plot, framed = chosenUnit, content = answered.text) {
  const size = fontSize();
  const most = isNarrow(box) ? 9 : 14;
  const labels = units.map(({ label }) => {
    const parts = graphemes(label);
    return parts.length > most ? `${parts.slice(0, most - 1).join("")}…` : label;
  });
  const { type, flat, ratio, every } = measures(labels, box);
  const shown = units.map((_, place) => place).filter((place) => place % every === 0); // a label for each, or for every second …
  const mirrored = runsRight(content);
  const axis = {
    tickmode: "array",
    tickvals: shown,
    ticktext: shown.map((place) => escapeLabel(labels[place])),
    tickfont: { size: type, color: colour("--p-ink") },
    ticks: "outside",
    ticklen: 4,
    tickcolor: "rgba(0,0,0,0)",
    showgrid: false,
    zeroline: false,
    fixedrange: true,
    automargin: true,
    constrain: "domain",
  };
  const ends = [-0.5, units.length - 0.5];
  return {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: answer.causal ? colour("--p-line") : "rgba(0,0,0,0)",
    font: { color: colour("--p-ink"), size, family: fontFamily() },
    margin: { l: 4, r: 4, t: 26, b: 4 },
    xaxis: {
      ...axis,
      side: "top",
      tickangle: flat ? 0 : isNarrow(box) ? -90 : mirrored ? 50 : -50, // leaning labels would leave a narrow box
      range: mirrored ? [...ends].reverse() : ends,
      title: { text: mirrored ? "← keys: looked at" : "keys: looked at →", font: axisTitle(size), standoff: 4 },
    },
    yaxis: {
      ...axis,
      side: mirrored ? "right" : "left",
      range: [...ends].reverse(),
      scaleanchor: "x",
      scaleratio: 1 / ratio,
      title: { text: "queries: who looks ↓", font: axisTitle(size), standoff: 12 },
    },
    shapes: framed < 0 ? [] : [frame(units.length, framed)],
    showlegend: false,
    dragmode: false, // a finger scrolls the page
  };
}

const segmenter = new Intl.Segmenter();
const graphemes = (content) => Array.from(segmenter.segment(content), ({ segment }) => segment);

const axisTitle = (size) => ({ size: size * 0.8, color: colour("--p-soft") });

/** Around the row that is looked at. */
const frame = (count, row = chosenUnit) => ({
  type: "rect",
  x0: -0.5,
  x1: count - 0.5,
  y0: row - 0.5,
  y1: row + 0.5,
  line: { color: colour("--p-edge-1"), width: 2.5 },
});

/** Plotly reads some markup in labels, and a visitor's text is none: a character that opens it loses its meaning. */
const escapeLabel = (content) => content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

// -- a cell ---------------------------------------------------------------------------------------

let pointed = "";

function listen() {
  plot.dataset.listens = "yes";
  plot.on("plotly_hover", ({ points }) => tell(points[0].y, points[0].x));
  plot.on("plotly_unhover", () => {
    pointed = "";
    drawRow();
  });
  plot.on("plotly_click", ({ points }) => {
    chooseUnit(points[0].y);
    tell(points[0].y, points[0].x); // a finger points at nothing before it clicks
  });
}

/** Words first, the number as soon as it is there, in full precision. */
async function tell(row, column) {
  const of = drawn;
  const { units } = of;
  const cell = (pointed = `${row} ${column}`);
  const numbers = await rowOf({ ...of.asked, row });
  if (pointed !== cell || drawn !== of || !numbers) return;
  readout.replaceChildren(
    make("bdi", "who", units[row].label),
    " looks at ",
    make("bdi", "who", units[column].label),
    ": ",
    make("b", "", digits(numbers.weights[column])),
    ` · ${sumOf(numbers)}`,
  );
}

const sumOf = ({ sum }) => `this row adds up to ${sum.toFixed(4)}`;

/** The numbers of one row, asked for once. */
async function rowOf(asked) {
  const key = JSON.stringify(asked);
  if (!rows.has(key)) {
    rows.set(
      key,
      serve("row", asked).then(
        (found) => (found.error ? null : found),
        () => {
          rows.delete(key);
          return null;
        },
      ),
    );
    if (rows.size > 600) rows.delete(rows.keys().next().value);
  }
  return rows.get(key);
}

// -- a row ----------------------------------------------------------------------------------------

/** The sentence once more, each part as strong as the chosen row's weight on it. */
async function drawRow() {
  const of = drawn;
  const { units } = of;
  if (chosenUnit < 0) {
    readout.textContent = `${saidOfRows()} Point at a cell for its number, click a row to keep it.`;
    looks.replaceChildren(...units.map((unit, place) => part(unit, place)));
    return renewLooks();
  }
  const row = chosenUnit;
  const numbers = await rowOf({ ...of.asked, row });
  if (!numbers || row !== chosenUnit || drawn !== of) return;
  const focused = [...looks.children].indexOf(document.activeElement);
  readout.replaceChildren(make("bdi", "who", units[row].label), ` looks at … · ${sumOf(numbers)}`);
  const top = view.scale === "one" ? 1 : Math.max(...numbers.weights);
  looks.replaceChildren(...units.map((unit, place) => part(unit, place, numbers.weights[place], top)));
  renewLooks();
  if (focused >= 0) looks.children[focused]?.focus();
}

/** What the options did to the weights, since a picture does not show it. */
function saidOfRows() {
  const merged = view.level === "pieces" ? "" : ` Of a ${view.level === "words" ? "word" : "akshara"} of several pieces: the sum over its keys, the mean over its queries.`;
  const left = view.special ? "" : " Special tokens are left out, and each row divided by what remains.";
  if (view.over === "maximum") return `The strongest of all heads in each cell: rows add up to more than 1.${merged}${left}`;
  const rollout = view.over === "rollout" ? " Rollout: the layers' mean weights, each with what a token keeps of itself, multiplied (Abnar and Zuidema 2020)." : "";
  return `Each row adds up to 1.${rollout}${merged}${left}`;
}

function part(unit, place, weight, top = 1) {
  const made = make("span", "part");
  made.setAttribute("role", "button");
  made.ariaPressed = String(place === chosenUnit);
  made.append(make("bdi", unit.special ? "sign" : "", unit.label));
  if (weight !== undefined) {
    const byte = Math.round((255 * weight) / (top || 1));
    const [red, green, blue] = palette()[Math.min(255, byte)];
    made.style.background = `rgb(${red},${green},${blue})`;
    made.style.color = red * 0.3 + green * 0.59 + blue * 0.11 > 128 ? "#10201e" : "#f4fbf9";
    made.append(make("small", "", percent(weight)));
    made.title = digits(weight);
  }
  return made;
}

const renewLooks = roving(looks, ".part");

function chooseUnit(place) {
  chosenUnit = place === chosenUnit ? -1 : place;
  const token = chosenUnit < 0 ? -1 : drawn.units[chosenUnit].tokens[0];
  if (token >= 0) view.token = token;
  axesDrawn = "";
  window.Plotly?.relayout(plot, { shapes: chosenUnit < 0 ? [] : [frame(drawn.units.length)] });
  drawRow();
  address();
}

function onPart(event) {
  const made = event.target.closest(".part");
  if (!made) return;
  event.preventDefault();
  chooseUnit([...looks.children].indexOf(made));
}
looks.addEventListener("click", onPart);
looks.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" && event.key !== " ") return;
  const place = [...looks.children].indexOf(event.target);
  onPart(event);
  requestAnimationFrame(() => looks.children[place]?.focus());
});
