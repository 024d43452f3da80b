// Section 5: the guess as each layer would give it, in single pieces.

let layersTurn = 0;

async function drawLayers() {
  const turn = ++layersTurn;
  let found;
  try {
    found = await serve("layers", question());
  } catch {
    if (turn === layersTurn) later("layers", drawLayers);
    return;
  }
  if (turn !== layersTurn) return;
  const note = find(".layers-note");
  note.textContent = found.error ?? found.note;
  note.classList.toggle("problem", Boolean(found.error));
  if (found.error) return find(".layers-blanks").replaceChildren();
  drawBeside(find(".layers-blanks"), found, { names: found.names, lead: found.names.length - 1 });
}
