// One entry, with all that is known of it; continues the section's script.

/** Its card; `from` says that it was reached from the card on the screen. */
function pick(tokenizer, id, from = false) {
  if (from && carded) way.push({ tokenizer: carded.tokenizer, id: carded.id });
  else if (!from) way = [];
  [state.entry, state.of] = [id, tokenizer];
  for (const button of list.querySelectorAll("button")) {
    const on = Number(button.dataset.id) === id && button.dataset.of === tokenizer;
    button.ariaCurrent = on ? "true" : null;
    if (on && !list.contains(document.activeElement)) revealIn(list, button);
  }
  askCard(tokenizer, id);
}

function revealIn(outside, inside) {
  const [outer, inner] = [outside.getBoundingClientRect(), inside.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom) outside.scrollTop += inner.top - outer.top - outer.height / 3;
}

function clearCard() {
  [state.entry, state.of, carded, way] = [null, "", null, []];
  about.replaceChildren(make("p", "hint", "No entry."));
  find(".use").hidden = true;
  if (state.view === "search") drawPicture();
  address();
}

function entryButton(tokenizer, id, label) {
  const made = make("button", "entry");
  made.type = "button";
  Object.assign(made.dataset, { id, of: tokenizer });
  made.append(piece(label));
  made.ariaLabel = `${spoken(label)}, id ${id}`;
  return made;
}

function drawCard() {
  const entry = carded;
  const held = about.contains(document.activeElement);
  const head = make("div", "who");
  const name = make("span", "voc-piece");
  name.append(piece(entry.label));
  const facts = make("p", "voc-facts");
  facts.append(make("b", "", entry.rank), ` · id ${entry.id} · ${entry.kind} · ${entry.size}`);
  head.append(name, facts);
  if (way.length) {
    const back = make("button", "back", "← back");
    back.type = "button";
    head.append(back);
  }
  const origin = make("div", "origin");
  origin.append(relatives(entry.made, entry.parents, "+"));
  if (entry.twin) origin.append(relatives(`${entry.twin[0]}:`, [entry.twin[1]]));
  about.replaceChildren(head, origin, relatives(entry.begets, entry.children), make("p", "hint", entry.says.join(" ")));
  find(".use").hidden = !entry.usable;
  if (held) about.querySelector("button")?.focus({ preventScroll: true });
}

/** "Made of [भ] + [ारत]"; many of them stand in one line that scrolls. */
function relatives(words, entries, between = "") {
  const line = make("div", "relatives");
  line.append(make("span", "", words));
  const row = make("div", "voc-row");
  entries.forEach(([id, label], place) => {
    if (place && between) row.append(make("span", "between", between));
    row.append(entryButton(carded.tokenizer, id, label));
  });
  const frame = make("div", "frame");
  frame.append(row);
  line.append(frame);
  if (entries.length > 1) roving(row);
  requestAnimationFrame(cue(row));
  return line;
}
