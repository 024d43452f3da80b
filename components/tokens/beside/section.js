// What the frame gets; continues the section's script.

/** What a link asks for; unknown names are left out. */
function follow(asked) {
  if (asked.get("view") in chosen) view = asked.get("view");
  const names = (asked.get("with") ?? "").split(",").filter((id) => id in known.contestants || id in known.shipped);
  if (names.length) chosen[view] = names.slice(0, known.most[view]);
  if (asked.get("price")) priceBox.value = asked.get("price");
  const count = Number(asked.get("entries"));
  if (count >= known.entries[0] && count <= known.entries[1]) entriesBox.value = entries = Math.trunc(count);
  told.textContent = known.first[view];
}

new ResizeObserver(() => draw()).observe(box.parentElement);

const NOT_YET = { sentence: "There is nothing to take yet." };

return {
  async show(asked) {
    if (!chosen.compare.length || asked) await takeStates(await ask("states"));
    if (asked) follow(asked);
    for (const each of Object.keys(chosen)) if (!chosen[each].length) chosen[each] = usual(each);
    renew();
    if (details.open) fillSample();
  },
  ownChanged: () => {
    if (!chosen[view].length) return;
    if (chosen[view].includes("own")) renew();
    else drawSwitches();
  },
  parameters: () => ({
    view,
    with: chosen[view].join(","),
    ...(view === "tax" && isPriced() ? { price: String(price()) } : {}),
    ...(entries === known.entries[2] ? {} : { entries: String(entries) }),
  }),
  async python() {
    const answer = shown[view];
    const able = (answer?.results ?? answer?.tariffs ?? []).filter(({ error }) => !error).map(({ id }) => id);
    if (!able.length) return NOT_YET;
    const found = await ask("program", { ...question(), view, text: lab.text(), contestants: able });
    return found.error ? { sentence: found.error } : found.code;
  },
  picture: () => box.querySelector("svg"),
  rows() {
    if (!shown[view]) return [];
    if (view === "compare") {
      return [["tokenizer", ...known.figures], ...shown.compare.results.map((each) => [each.name, ...(each.error ? [each.error] : each.figures)])];
    }
    const { sentences, tariffs } = shown.tax;
    return [
      ["language", "sentence", "characters", "bytes", ...tariffs.flatMap(({ name }) => [`${name}: tokens`, `${name}: times English`])],
      ...sentences.map((each, number) => [
        each.english, each.text, each.characters, each.bytes,
        ...tariffs.flatMap(({ costs }) => (costs[number] ? costs[number].slice(0, 2) : ["", ""])),
      ]),
    ];
  },
};
