// What several models say of one sentence, as a table: a row for each word, a column for each model.
//
//   drawBeside(box, answer, { names, lead }) ─► rows in the order of column `lead`; when it moves, they move with it

/** `answer` as of view.beside_json; `names`: a heading for each column. */
function drawBeside(box, answer, { names, lead, choose = null }) {
  const before = new Map([...box.querySelectorAll("tr[data-row]")].map((row) => [row.dataset.row, row.offsetTop]));
  const tables = answer.blanks.map((blank, place) => besideTable(answer, blank, place, { names, lead, choose }));
  box.replaceChildren(...tables);
  box.classList.toggle("several", tables.length > 1);
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const row of box.querySelectorAll("tr[data-row]")) {
    const from = before.get(row.dataset.row);
    if (from === undefined || from === row.offsetTop) continue;
    row.animate([{ transform: `translateY(${from - row.offsetTop}px)` }, { transform: "none" }], { duration: 250, easing: "ease-out" });
  }
}

function besideTable(answer, blank, place, { names, lead, choose }) {
  const table = make("table", "beside");
  if (answer.blanks.length > 1) table.append(make("caption", "", `Hidden word ${place + 1}`));
  const most = Math.max(...blank.rows.flatMap(({ shares }) => shares.map((share) => share?.share ?? 0)), 1e-9);
  const top = table.createTHead().insertRow();
  top.append(besideHeading(answer.whole ? "word" : "piece"));
  names.forEach((name, column) => {
    const heading = besideHeading("", column === lead);
    if (choose) {
      const button = make("button", "", name);
      button.type = "button";
      button.ariaPressed = String(column === lead);
      button.addEventListener("click", () => choose(column));
      heading.append(button);
    } else {
      heading.textContent = name;
    }
    top.append(heading);
  });
  const body = table.createTBody();
  const order = blank.rows.map((_, index) => index).sort((a, b) => shareOf(blank.rows[b], lead) - shareOf(blank.rows[a], lead));
  for (const index of order) body.append(besideRow(blank.rows[index], `${place} ${index}`, lead, most, answer.language));
  body.append(besideRest(blank.rests, lead, most));
  return table;
}

const shareOf = ({ shares }, column) => shares[column]?.share ?? -1;

function besideHeading(content, isLead = false) {
  const made = make("th", isLead ? "lead" : "", content);
  made.scope = "col";
  return made;
}

function besideRow({ word, joins, shares }, name, lead, most, lang) {
  const row = make("tr");
  row.dataset.row = name;
  const heading = make("th", "guess");
  heading.scope = "row";
  const label = make("bdi");
  label.lang = lang;
  if (joins) label.append(make("span", "joins", "…"));
  label.append(visible(word));
  heading.append(label);
  row.append(heading, ...shares.map((share, column) => besideCell(share, column === lead, most)));
  return row;
}

function besideRest(rests, lead, most) {
  const row = make("tr", "rest");
  const heading = make("th", "guess", "everything else");
  heading.scope = "row";
  row.append(heading, ...rests.map((share, column) => besideCell(share, column === lead, Math.max(most, share.share))));
  return row;
}

function besideCell(share, isLead, most) {
  const made = make("td", isLead ? "lead" : "");
  if (!share) {
    made.append(make("span", "percent", "—"));
    made.title = "This model has no probability for it: its vocabulary cannot write it as one guess.";
    return made;
  }
  const cell = make("span", "cell");
  const bar = make("span", "track");
  bar.append(make("span", "bar"));
  bar.firstChild.style.inlineSize = `${((100 * share.share) / most).toFixed(2)}%`;
  cell.append(bar, make("span", "percent", share.percent));
  made.append(cell);
  made.title = `${share.bits} bits`;
  return made;
}
