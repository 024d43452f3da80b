// Section 6: how a model knows where a word stands, four ways; and what it sees when its places are taken away.

const WAY_WORDS = {
  sinusoids: "Each row is a place; columns are sines and cosines, each pair of another length. Added to the word's vector (Vaswani et al. 2017).",
  learned: "This model's own table, learned like everything else: one vector a place, added to the word's.",
  rope: "Nothing is added: queries and keys are turned, each pair of numbers at its own speed, so that q · k knows the distance alone. The curve is that of a query and a key of ones.",
  alibi: "Nothing is added to the words: each score loses something for every place in between, in each head at its own rate.",
};
const orderBoxes = [find(".order-one"), find(".order-two")];
let ways = null; // of the model
let waysOf = "";
let orderTimer = 0;
let orderTurn = 0;

async function drawPositions() {
  if (waysOf !== answered.model) {
    const { model: of } = answered;
    let found;
    try {
      found = await serve("places", { model: of });
    } catch {
      return later("positions", drawPositions);
    }
    if (of !== answered.model) return;
    if (found.error) return say(found.error, true);
    [ways, waysOf] = [found.ways, of];
    drawOrders();
  }
  if (section !== "positions") return;
  const own = find('[data-set="way learned"]');
  own.disabled = !ways.learned;
  const name = ways[view.way] ? view.way : "sinusoids";
  const { table, lines } = ways[name];
  find(".way-words").textContent =
    view.way === name ? WAY_WORDS[name] : "This model has no table of places: it turns its queries and keys instead (RoPE).";
  const loudest = Math.max(...table.flat().map(Math.abs), 1e-9);
  try {
    const library = await plotly();
    const size = fontSize();
    const soft = { size: size * 0.8, color: colour("--p-soft") };
    const axis = { tickfont: soft, fixedrange: true, showgrid: false, zeroline: false, automargin: true };
    await library.react(
      find(".table-plot"),
      [{ ...cells(table, -loudest, loudest, twoSided()), xgap: 0, ygap: 0, hoverinfo: "x+y+z" }],
      {
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        font: { color: colour("--p-ink"), size },
        margin: { l: 4, r: 4, t: 6, b: 4 },
        dragmode: false,
        xaxis: { ...axis, title: { text: name === "alibi" ? "key" : "number", font: soft } },
        yaxis: { ...axis, autorange: "reversed", title: { text: name === "alibi" ? "query" : "place", font: soft } },
      },
      QUIET,
    );
    find(".table-plot").dataset.drawn = name;
    await drawCurves(find(".distance-plot"), lines, "places apart", name === "alibi" ? "added to the score" : "");
  } catch {
    later("positions", drawPositions);
  }
}

async function drawOrders() {
  const [one, other] = orderBoxes.map((box) => box.value.trim());
  const target = find(".orders");
  if (!one || !other) return target.replaceChildren(make("p", "hint", "Write the same words in two orders."));
  const turn = ++orderTurn;
  const own = props.known.early.at(-1).id;
  let [found, by] = [null, answered.model];
  try {
    found = await serve("order", { one, other, model: by });
    if (found.error && by !== own) {
      by = own; // whose places can be taken away
      found = await serve("order", { one, other, model: by });
    }
  } catch {
    if (turn === orderTurn) later("orders", drawOrders);
    return;
  }
  if (turn !== orderTurn) return;
  if (found.error) return target.replaceChildren(make("p", "problem", found.error));
  if (!found.words.length) return target.replaceChildren(make("p", "hint", "No word stands in both."));
  const table = make("table", "numbers");
  const head = make("tr");
  head.append(
    make("th", "", "word"),
    make("th", "", "its two vectors, with places"),
    make("th", "", "places taken away"),
  );
  table.append(make("thead"), make("tbody"));
  table.tHead.append(head);
  for (const { word, with_places: withPlaces, without_places: without } of found.words) {
    const row = make("tr");
    const name = make("th");
    name.append(make("bdi", "", word));
    row.append(name, share(withPlaces), share(without));
    table.tBodies[0].append(row);
  }
  target.replaceChildren(
    make("p", "hint", `${by}: cosine of a word's vectors in the two orders, last layer; 1 means that the model cannot tell them apart.`),
    table,
  );
}

function share(cosine) {
  const cell = make("td", "weight");
  const filled = make("span", "filled");
  filled.style.inlineSize = `${Math.max(0, 100 * cosine)}%`;
  cell.append(filled, make("span", "", cosine.toFixed(4)));
  return cell;
}

orderBoxes.forEach((box, place) => {
  box.value = props.known.orders[place];
  box.addEventListener("input", () => {
    clearTimeout(orderTimer);
    if (answer) orderTimer = setTimeout(() => (address(), drawOrders()), 400);
  });
});
