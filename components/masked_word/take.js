// Files and copies to take home: the picture of a section, its numbers, the same in Python, a link.

const takes = {
  sentence: () => copied(sentence.textContent.trim()),
  table: () => copied(tableNow().map((row) => row.join("\t")).join("\n")),
  csv() {
    save(`${fileName()}.csv`, csv(tableNow()), "text/csv;charset=utf-8");
    return "Saved.";
  },
  async png() {
    const boxes = [find(".the-sentence"), find(`[data-panel=${section}]`)];
    save(`${fileName()}.png`, await snapshot(boxes.filter((box) => !box.hidden)));
    return "Saved.";
  },
  python: () => copied(python()),
  link: () => copied(link()),
};

const fileName = () => `masked-word-${section}`;
const tableNow = () => (section === "guess" ? tableOfGuesses() : tableOf(find(`[data-panel=${section}]`)));

function tableOfGuesses() {
  return [
    ["hidden word", "guess", "probability", "surprise in bits"],
    ...shown.blanks.flatMap(({ rows }, place) =>
      rows.map((row) => [place + 1, row.word || "(everything else)", row.share, row.bits]),
    ),
  ];
}

/** What stands in the tables of a section, or the words of the sentences and their bits. */
function tableOf(panel) {
  const rows = [...panel.querySelectorAll("tr")].map((row) => [...row.cells].map((cell) => cell.textContent));
  const units = [...panel.querySelectorAll(".unit")].map((unit) => [...unit.children].map((each) => each.textContent));
  return [...rows, ...(units.length ? [["word", "surprise in bits"], ...units] : [])];
}

/** What gives the same probabilities without this page. */
function python() {
  const folder = shown.model.startsWith("pathshala-") ? `embedded/${shown.model}` : shown.model;
  const asked = JSON.stringify(shownText.replace(new RegExp(MASK, "gi"), mask));
  return [
    "from transformers import pipeline",
    "",
    `fill = pipeline("fill-mask", model=${JSON.stringify(folder)}, top_k=10)`,
    `text = ${asked}.replace("${mask}", fill.tokenizer.mask_token)`,
    ...(whole ? ["# Single pieces. The page's whole words of several pieces: components/masked_word/words.py says how."] : []),
    "print(fill(text))",
    "",
  ].join("\n");
}

takeAway((what) => {
  const asksFor = ["table", "csv", "png", "python"].includes(what);
  if (asksFor && what !== "png" && section === "game" && gameCovered) return "Uncover it first.";
  const alone = UNGAPPED.includes(section) && what !== "python";
  if (asksFor && !alone && (!shown || shownText !== text.value)) return "There is nothing yet.";
  if (what === "python" && shown.counted) return "It counts: transformers has nothing like it.";
  if (what === "python" && shown.model.includes("-early/")) return "Models early in training are stored in a form that transformers does not read.";
  return takes[what]();
});
