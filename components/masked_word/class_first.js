// The class guesses before the model does: its words are kept and asked for, and shown beside the model's own.
//
//   cover() ─► the rows are hidden ─► the class writes words ─► uncover: each word with its probability

let covered = false; // the rows are hidden
let own = []; // what the class guessed: {word, rows: one for each blank, or null, problem, of: what was asked}
const ownForm = find(".own");
const ownBox = find("#masked-own");

function cover(now) {
  covered = now;
  find(".class-first").ariaPressed = String(covered);
  ownForm.hidden = !covered;
  find(".blanks").classList.toggle("covered", covered);
  find(".blanks").inert = covered;
  if (shown) drawMethod(shown);
  drawOwn();
}

find(".class-first").addEventListener("click", () => {
  if (!covered) own = [];
  cover(!covered);
  address();
  if (covered) ownBox.focus();
});
find(".uncover").addEventListener("click", () => {
  cover(false);
  address();
});

ownForm.addEventListener("submit", (event) => {
  event.preventDefault();
  const content = ownBox.value.trim();
  if (!content || !shown) return;
  if (!own.some(({ word }) => word === content)) own.push({ word: content, rows: null, problem: "", of: "" });
  ownBox.value = "";
  drawOwn();
  scoreOwn();
});

/** Each guess of the class is asked of the model in the background; it is shown when the guesses are uncovered. */
async function scoreOwn() {
  if (!shown) return;
  const asked = { text: shownText, model: shown.model, language: shown.language, whole: shown.whole };
  for (const each of own) {
    if (each.of === JSON.stringify(asked)) continue;
    try {
      const found = await serve("score", { ...asked, word: each.word });
      each.of = JSON.stringify(asked);
      each.rows = found.rows ?? null;
      each.problem = found.error ?? "";
    } catch {
      return later("own", scoreOwn);
    }
  }
  drawOwn();
}

function drawOwn() {
  find(".own-words").replaceChildren(
    ...own.map((each, place) => {
      const made = make("li", "own-word");
      made.append(make("bdi", "", each.word));
      if (!covered) {
        for (const row of each.rows ?? []) made.append(make("span", "percent", row.percent), make("span", "bits", `${row.bits} bits`));
      }
      if (!covered && each.problem) made.append(make("span", "problem", each.problem));
      const out = make("button", "", "×");
      out.type = "button";
      out.ariaLabel = `Take ${each.word} away`;
      out.addEventListener("click", () => {
        own.splice(place, 1);
        drawOwn();
      });
      made.append(out);
      return made;
    }),
  );
}
