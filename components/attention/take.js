// Files and copies to take home: the picture, its numbers, one page that works offline, the same in Python, a link.

const fileName = () => `attention-layer-${view.layer + 1}-${view.over === "heads" ? `head-${view.head + 1}` : view.over}`;

async function tableNow() {
  const head = view.over === "heads" ? view.head : 0;
  const found = await serve("table", { ...question(), head });
  if (found.error) throw Object.assign(new Error(found.error), { sentence: found.error });
  return found.weights;
}

const takes = {
  png: () => savePicture("png"),
  svg: () => savePicture("svg"),
  async csv() {
    const weights = await tableNow();
    const units = unitsNow();
    const lines = [["query \\ key", ...units.map((unit) => unit.label)], ...weights.map((row, place) => [units[place].label, ...row])];
    save(`${fileName()}.csv`, csv(lines), "text/csv;charset=utf-8");
    return "Saved.";
  },
  async html() {
    save(`${fileName()}.html`, offlinePage(await tableNow()), "text/html;charset=utf-8");
    return "Saved.";
  },
  python: () => copied(python()),
  link: () => copied(link()),
};

async function savePicture(format) {
  if (section !== "heatmap") open("heatmap");
  await drawHeatmap();
  const library = await plotly();
  const { data, layout: axes } = plot;
  const picture = { data, layout: { ...axes, paper_bgcolor: colour("--p-panel") } };
  await library.downloadImage(picture, { format, filename: fileName(), width: 900, height: 900, scale: format === "png" ? 2 : 1 });
  return "Saved.";
}

/** One page that needs nothing else: the table with its colours, and the number of each cell on pointing at it. */
function offlinePage(weights) {
  const page = document.implementation.createHTMLDocument(`Attention: ${words()}`);
  const units = unitsNow();
  const top = view.scale === "one" ? 1 : Math.max(...weights.flat());
  const colours = palette();
  const style = page.createElement("style");
  style.textContent =
    "body{font:16px system-ui,sans-serif;margin:2em;background:#fff;color:#16212b}table{border-collapse:collapse}" +
    "td{width:1.6em;height:1.6em;border:1px solid #fff}th{font-weight:500;padding:2px 6px;white-space:nowrap}" +
    "thead th{writing-mode:vertical-rl}";
  const dark = isDark() ? "body{background:#192228;color:#eef2f5}td{border-color:#192228}" : "";
  style.textContent += dark;
  page.head.insertAdjacentHTML("afterbegin", '<meta charset="utf-8">');
  page.head.append(style);
  const add = (parent, name, content) => {
    const made = page.createElement(name);
    if (content !== undefined) made.textContent = content;
    parent.append(made);
    return made;
  };
  add(page.body, "h1", `${answer.model}: ${words()}`);
  add(page.body, "p", `“${answered.text}”${answered.second ? ` / “${answered.second}”` : ""}`).dir = "auto";
  add(page.body, "p", "Rows are queries, columns keys. Point at a cell for its weight.");
  const table = add(page.body, "table");
  table.dir = runsRight(answered.text) ? "rtl" : "ltr";
  const head = add(add(table, "thead"), "tr");
  add(head, "td");
  for (const unit of units) add(head, "th", unit.label);
  const body = add(table, "tbody");
  weights.forEach((row, place) => {
    const line = add(body, "tr");
    add(line, "th", units[place].label);
    row.forEach((weight, column) => {
      const cell = add(line, "td");
      cell.style.background = `rgb(${colours[Math.min(255, Math.round((255 * weight) / (top || 1)))].join(",")})`;
      cell.title = `${units[place].label} → ${units[column].label}: ${weight}`;
    });
  });
  return `<!doctype html>\n${page.documentElement.outerHTML}`;
}

/** What gives the same weights without this page. */
function python() {
  const folder = answer.model.startsWith("pathshala-") ? `embedded/${answer.model}` : answer.model;
  const sentences = [answered.text, ...(answered.second.trim() ? [answered.second] : [])].map((each) => JSON.stringify(each));
  const one = { heads: `[0, ${view.head}]`, mean: "[0].mean(0)", maximum: "[0].amax(0)" }[view.over] ?? "[0].mean(0)";
  const said = [];
  if (view.over === "rollout") said.push("# The page shows rollout, which multiplies all layers up to this one; here is its mean over the heads.");
  if (view.level !== "pieces") said.push(`# The page shows ${view.level}; these are the pieces they are made of.`);
  if (!view.special) said.push("# The page leaves out special tokens and divides each row by what remains.");
  if (answer.cut) said.push("# The page left out the end of the text, which was too long.");
  return [
    "import torch",
    "from transformers import AutoModel, AutoTokenizer",
    "",
    `tokenizer = AutoTokenizer.from_pretrained(${JSON.stringify(folder)})`,
    `model = AutoModel.from_pretrained(${JSON.stringify(folder)}, attn_implementation="eager", dtype=torch.float32)`,
    `inputs = tokenizer(${sentences.join(", ")}, return_tensors="pt")`,
    "weights = model(**inputs, output_attentions=True).attentions  # one tensor a layer: batch x heads x queries x keys",
    'print(tokenizer.convert_ids_to_tokens(inputs["input_ids"][0]))',
    ...said,
    `print(weights[${view.layer}]${one})`,
    "",
  ].join("\n");
}

takeAway((what) => {
  if (what !== "link" && !answer) return "There is nothing yet.";
  if (what !== "link" && find(".right").classList.contains("stale")) return "Not taken: this is of an earlier text.";
  if (what === "python" && answer.model.includes("-early/")) return "Models early in training are stored in a form that transformers does not read.";
  return takes[what]();
});
