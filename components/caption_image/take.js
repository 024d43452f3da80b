// Files and copies to take home: the picture of a section, its numbers, the same in Python, a link.

const takes = {
  table: () => copied(tableNow().map((row) => row.join("\t")).join("\n")),
  csv() {
    save(`${fileName()}.csv`, csv(tableNow()), "text/csv;charset=utf-8");
    return "Saved.";
  },
  async png() {
    save(`${fileName()}.png`, await snapshot([find(`[data-panel=${section}]`)]));
    return "Saved.";
  },
  python: () => copied(python()),
  async link() {
    const own = pictures.some(({ name }) => name.startsWith("file:"));
    const told = await copied(link());
    return own ? `${told} Your own pictures do not travel in a link: samples and emoji do.` : told;
  },
};

const fileName = () => `captions-and-pictures-${section}`;

function tableNow() {
  if (section !== "table") {
    const tables = [...find(`[data-panel=${section}]`).querySelectorAll("table")];
    return tables.flatMap((each) => [...each.rows].map((row) => [...row.cells].map((one) => one.textContent.trim())));
  }
  const values = shown[VALUES[mode]];
  return [["picture", ...shown.captions], ...values.map((row, place) => [pictures[place].title, ...row])];
}

/** What gives the same numbers without this page. */
function python() {
  const folder = shown.model.startsWith("pathshala-") ? `embedded/${shown.model}` : shown.model;
  const files = pictures.map(({ title, name }) => (name.startsWith("file:") ? title : `${title.replaceAll(" ", "-")}.png`));
  return [
    "from PIL import Image",
    "from transformers import AutoImageProcessor, AutoModel, AutoTokenizer",
    "",
    `name = ${JSON.stringify(folder)}`,
    "model = AutoModel.from_pretrained(name)",
    "tokenizer = AutoTokenizer.from_pretrained(name)",
    "processor = AutoImageProcessor.from_pretrained(name)",
    "",
    `pictures = [Image.open(file).convert("RGB") for file in ${JSON.stringify(files)}]  # save them beside this file`,
    `captions = ${JSON.stringify(shown.captions)}`,
    `inputs = tokenizer(captions, padding=${shown.pairs ? '"max_length"' : "True"}, truncation=True, return_tensors="pt")`,
    'logits = model(**inputs, pixel_values=processor(pictures, return_tensors="pt")["pixel_values"]).logits_per_image',
    "print(logits)  # pictures x captions",
    shown.pairs ? "print(logits.sigmoid())" : "print(logits.softmax(dim=1))  # of these captions, which belongs to the picture?",
    "",
  ].join("\n");
}

takeAway((what) => {
  if (["table", "csv", "png"].includes(what) && section === "table" && (!shown || stale())) return "There is nothing yet.";
  if (what === "python" && !shown) return "There is nothing yet.";
  if (what === "python" && shown.model.startsWith("sentence-transformers/")) return "This model needs the library sentence-transformers: see its card.";
  return takes[what]();
});
