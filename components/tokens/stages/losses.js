// What is lost, and what the stages are made of; continues the section's script.

function drawLost(lost) {
  find(".stages-lost").classList.toggle("empty", !lost);
  const back = find(".stages-back");
  const list = find(".stages-same");
  back.replaceChildren();
  list.replaceChildren();
  find(".stages-share").textContent = lost?.share ?? "";
  if (!lost) return;
  const decoded = make("bdi", "stages-decoded", lost.decoded);
  decoded.dir = "auto";
  back.classList.toggle("problem-box", !lost.back);
  back.append(`${lost.says} `, decoded);
  for (const each of lost.here) list.append(same(each, "in this text"));
  for (const each of lost.pairs) list.append(same(each, ""));
}

/** "फूल, फल → फल" where they cannot be told apart any more, "फूल ≠ फल" where they can. */
function same({ words, forms, lost }, where) {
  const line = make("li", lost ? "gone" : "kept");
  words.forEach((word, place) => {
    if (place) line.append(lost ? ", " : " ≠ ");
    line.append(make("bdi", "", word));
  });
  if (lost) line.append(" → ");
  if (lost) forms.forEach((form, place) => line.append(place ? " / " : "", make("bdi", "form", form)));
  if (where) line.append(make("small", "", ` ${where}`));
  return line;
}

function drawParts(stages) {
  const list = find(".stages-parts");
  list.replaceChildren();
  stages.forEach((stage, number) => {
    list.append(make("dt", "", `${number + 1}  ${stage.name}`));
    for (const part of stage.made) {
      const described = make("dd", part.off ? "off" : "");
      described.append(make("code", "", part.name), ` ${part.explain}`);
      if (part.did) {
        const did = make("bdi", "did", ` ${part.did}.`);
        described.append(did);
      }
      if (part.after) described.append(" ", make("bdi", "after", part.after));
      if (part.edits.length) described.append(edits(part.edits));
      list.append(described);
    }
  });
}

/** What one step did, as buttons: each says its code points. */
function edits(changes) {
  const row = make("div", "stages-edits");
  const says = make("p", "stages-points");
  says.setAttribute("aria-live", "polite");
  says.textContent = "Tap a change for its code points.";
  for (const [before, after, count, points] of changes) {
    const button = make("button");
    button.type = "button";
    button.append(after ? "" : "− ", make("del", "", before));
    if (after) button.append(" → ", make("ins", "", after));
    if (count > 1) button.append(make("small", "", ` ×${count}`));
    button.addEventListener("click", () => (says.textContent = points));
    row.append(button);
  }
  roving(row);
  const both = make("div");
  both.append(row, says);
  return both;
}

let width = 0;
new ResizeObserver(() => {
  if (Math.abs(box.clientWidth - width) < 2) return;
  width = box.clientWidth;
  drawPicture();
}).observe(box);
const ready = offer();

return {
  async show(asked) {
    await ready;
    if (asked) {
      const wanted = asked.get("stages");
      if (wanted && [...menuOf.options].some(({ value }) => value === wanted)) menuOf.value = chosen = wanted;
      if (asked.has("second")) second.value = asked.get("second").slice(0, second.maxLength);
    }
    ask_();
  },
  ownChanged() {
    fillMenu();
    if (chosen === "own" || chosen === "page") ask_();
  },
  parameters: () => ({ stages: chosen, ...(second.value ? { second: second.value } : {}) }),
  python: () => drawn?.python ?? { sentence: "There is nothing yet." },
  picture: () => box.querySelector("svg"),
  rows: () =>
    drawn
      ? [
          ["stage", "from", "to", "text", "id", "type"],
          ...units.map(({ band, start, end, label, id, type }) => [band, start, end, label, id ?? "", type ?? ""]),
        ]
      : [],
};
