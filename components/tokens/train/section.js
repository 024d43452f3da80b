// What the frame gets; continues the section's script.

let shownBefore = false;

function setUp(asked) {
  const of = asked?.get("for") ?? asked?.get("language");
  const sample = asked?.get("sample") ?? of;
  if (sample && Object.hasOwn(samples, sample)) [from, sampleCode] = ["sample", sample];
  if (of && Object.hasOwn(languages, of)) {
    setLanguage(of);
    languageChosen = of !== sampleCode;
  }
  const size = Number(asked?.get("entries"));
  if (Number.isInteger(size) && size >= least && size <= most) entries.value = size;
  if (asked?.get("pattern")) setPattern(asked.get("pattern"));
  const how = asked?.get("superwords") ?? asked?.get("segmentation");
  if (how) superwords.checked = how === "yes" || how === "fewest";
  if (asked?.get("pattern") && asked.get("pattern") !== "indic") superwords.checked = false;
}

function show(asked) {
  if (asked || !shownBefore) {
    setUp(asked);
    showSettings();
    readText();
  }
  if (shownBefore) return drawCurve();
  shownBefore = true;
  draw(report);
  resume();
}

/** After a reload: the training that this browser tab followed, or the tokenizer that it has. */
function resume() {
  try {
    job = sessionStorage.getItem(JOB) ?? "";
  } catch {
    job = "";
  }
  const turn = ++following;
  if (job) return void follow(turn).catch((problem) => turn === following && stop(problem.sentence ?? DOWN, true));
  if (lab.own()) aboutOwn();
}

function ownChanged() {
  if (settling) return;
  if (lab.own() && lab.own().key !== report.key && !job) aboutOwn();
  else tryIt();
}

async function python() {
  const asked = settings();
  if (from === "paste" && !pasted.value.trim()) return { sentence: "Paste a text first." };
  if (from === "file" && !file) return { sentence: "Choose a file first." };
  if (from === "sample") asked.sample = sampleCode;
  else if (from === "file") Object.assign(asked, { name: file.name, key: texts.file?.key ?? "" });
  else asked.text = pasted.value.slice(0, props.known.literal + 1);
  const answer = await ask("python", asked);
  return answer.code ?? { sentence: answer.error };
}

function rows() {
  const { curve = [], longest = [], frequent = [] } = report;
  if (!curve.length && !longest.length) return [];
  return [
    ["entries", "bytes per token", "characters per token", `embedding parameters, width ${widthMenu.value}${untied.checked ? ", untied" : ""}`],
    ...curve.map(([count, bytes, characters]) => [count, bytes, characters, count * perEntry()]),
    [],
    ["longest", "characters"],
    ...longest.map((content) => [content, [...content].length]),
    [],
    ["most frequent", "times"],
    ...frequent,
  ];
}

return {
  show,
  ownChanged,
  parameters: () => {
    const asked = settings();
    return {
      ...(from === "sample" ? { sample: sampleCode } : {}),
      for: asked.language,
      entries: String(asked.entries || ""),
      ...(asked.segmentation === "fewest" ? { superwords: "yes" } : { pattern: asked.pattern }),
    };
  },
  python,
  picture: () => find(".drawing svg"),
  rows,
};
