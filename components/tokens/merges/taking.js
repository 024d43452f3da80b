// Taking away, and what the frame gets; continues the section's script.

// -- taking away ----------------------------------------------------------------------------------

const SHEET = { width: 1080, em: 18 };

/** All three drawings on one sheet, which stands beside the page so that it has the page's styles. */
function sheet() {
  const { width, em } = SHEET;
  const box = find(".sheet");
  box.lang = sequenceBox.lang;
  const { all, height } = layOut(stateAt(step), width - 2 * em, em, fontOf(box, em));
  const [mine, marks] = [placed, shape];
  [placed, shape] = [all, { size: em }]; // the brackets are drawn where the chips of the sheet are
  const sequence = svg("g", { transform: `translate(${em} ${4.6 * em})` }, ...all.map((each, place) => chip(each, em, place)), ...(looked() ? placesOf(looked(), all).flatMap(bracket) : []));
  [placed, shape] = [mine, marks];
  const below = 5.2 * em + height;
  const { group, width: across, height: down } = tree(idShown(), em, fontOf(box, em));
  const graph = chart(Math.round(width * 0.48), 14 * em, em);
  const scale = Math.min(1, (width * 0.48) / across);
  const tall = below + Math.max(14 * em, down * scale + 1.5 * em) + em;
  graph.setAttribute("x", 0);
  graph.setAttribute("y", below);
  const told = (y, content, look) => svg("text", { x: em, y, class: look, "font-size": look === "title" ? 1.3 * em : em }, content);
  box.replaceChildren(
    svg(
      "svg",
      { width, height: tall, viewBox: `0 0 ${width} ${tall}` },
      told(2 * em, `Byte-pair encoding, after merge ${step} of ${most()}`, "title"),
      told(3.7 * em, find(".merges-says").textContent, "told"),
      sequence,
      graph,
      svg("text", { x: width * 0.5, y: below + em, class: "told", "font-size": em }, find(".tree-name").textContent.replace(" Click any token.", "")),
      svg("g", { transform: `translate(${width * 0.5} ${below + 1.8 * em}) scale(${scale})` }, group),
    ),
  );
  return box.firstChild;
}

const TABLE = ["merge", "left", "right", "merged", "counted", "tied", "replaced", "tokens", "entries"];

function table() {
  if (!course) return [];
  const lines = course.merges.slice(0, step || most()).map(([left, right, count, tied, , times, length], number) => {
    const names = [left, right, course.base + number].map((id) => course.entries[id]);
    return [number + 1, ...names, count, tied, times, length, course.base + number + 1];
  });
  return [TABLE, ...lines];
}

// -- the section ----------------------------------------------------------------------------------

const inLink = () => encodeURIComponent(text.value).length <= LINK_LIMIT;

/** What a link says. */
function open(asked) {
  const content = asked.get("string");
  covered = asked.get("guess") === "1";
  guesses = new Map();
  if (!content) return set(presets[0]);
  text.value = content;
  start = asked.get("start") ?? "characters";
  within = asked.get("within") ?? "whole";
  choices = Object.fromEntries((asked.get("ties") ?? "").split(" ").filter(Boolean).map((each) => each.split(":")));
  why = "";
  drawSettings();
  return renew(Number(asked.get("step")) || 0);
}

let size = "";
new ResizeObserver(() => {
  const now = `${sequenceBox.clientWidth} ${sequenceBox.clientHeight} ${getComputedStyle(sequenceBox).fontSize}`;
  if (!course || !sequenceBox.clientWidth || now === size) return;
  size = now;
  shape = null;
  draw();
}).observe(sequenceBox);

roving(find(".presets"));
cue(find(".presets"));
drawSettings();

return {
  show(asked) {
    if (asked || !opened) {
      opened = true;
      open(asked ?? new URLSearchParams());
    } else if (course) draw();
  },
  parameters: () => (inLink() ? { string: text.value, start, within, ties: ties(), step: String(step), guess: covered ? "1" : "" } : {}),
  python: () => (course ? course.code.join(String(step || most())) : { sentence: "There is nothing to copy yet." }),
  picture: () => (course ? sheet() : null),
  rows: table,
};
