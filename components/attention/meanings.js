// Section 7: one word in two sentences. How like are its two vectors, layer by layer, and which words stand near them?

let chosenWords = null; // [word of the first sentence, of the second], by number
let meaningsOf = ""; // the sentences they belong to
let meaningTurn = 0;

async function drawMeanings() {
  const hint = find(".meaning-hint");
  if (!answered.second.trim()) {
    hint.textContent = "Write a second sentence on the left that has the same word, or take an example.";
    for (const box of [".first-words", ".second-words", ".near"]) find(box).replaceChildren();
    find(".meaning-plot").hidden = true;
    return;
  }
  const asked = { text: answered.text, second: answered.second, model: answered.model, language: answered.language };
  const turn = ++meaningTurn;
  try {
    let found = await serve("meaning", asked);
    if (turn !== meaningTurn || section !== "meanings") return;
    if (found.error) return say(found.error, true);
    const of = JSON.stringify(found.words);
    if (of !== meaningsOf) {
      meaningsOf = of;
      const given = wantedWords?.text === asked.text && wantedWords.second === asked.second ? wantedWords.places : null;
      const fits = given?.every((place, side) => place < found.words[side].length);
      chosenWords = fits ? given : sameWord(found.words);
      if (given) wantedWords = null;
    }
    const [one, other] = chosenWords;
    found = await serve("meaning", { ...asked, one, other });
    if (turn !== meaningTurn || section !== "meanings") return;
    if (found.error) return say(found.error, true);
    drawWordChips(".first-words", found.words[0], 0);
    drawWordChips(".second-words", found.words[1], 1);
    address();
    hint.textContent = "Choose a word in each sentence. Layer 0 is the input, before any attention: equal words, almost equal vectors.";
    find(".meaning-plot").hidden = false;
    await drawCurves(
      find(".meaning-plot"),
      [
        { name: "these two", values: found.cosines },
        { name: "words that are not the same, mean", values: found.usual, dash: "dot" },
      ],
      "layer",
      "cosine",
    );
    drawNear(found);
  } catch {
    if (turn === meaningTurn) later("meanings", drawMeanings);
  }
}
let wantedWords = null; // {text, second, places} of an example or a link, whose answer is still on its way

/** The longest word that both sentences have; else the first of each. */
function sameWord([first, second]) {
  const folded = second.map((word) => word.toLowerCase());
  const shared = first
    .map((word, place) => [place, /\p{L}/u.test(word) ? folded.indexOf(word.toLowerCase()) : -1, [...word].length])
    .filter(([, other]) => other >= 0)
    .sort(([, , one], [, , other]) => other - one);
  return shared.length ? shared[0].slice(0, 2) : [0, 0];
}

function drawWordChips(selector, words, side) {
  const box = find(selector);
  const focused = [...box.children].indexOf(document.activeElement);
  box.dir = runsRight(words.join("")) ? "rtl" : "ltr";
  box.replaceChildren(
    ...words.map((word, place) => {
      const made = make("button", "asker", word);
      made.type = "button";
      made.ariaPressed = String(chosenWords[side] === place);
      made.addEventListener("click", () => {
        chosenWords = side ? [chosenWords[0], place] : [place, chosenWords[1]];
        show();
      });
      return made;
    }),
  );
  box.renew ??= roving(box);
  box.renew();
  if (focused >= 0) box.children[focused]?.focus();
}

function drawNear({ near, words }) {
  find(".near").replaceChildren(
    ...near.map((list, side) => {
      const made = make("div", "near-list");
      made.append(make("h3", "", `Nearest to ${words[side][chosenWords[side]]} in ${side ? "B" : "A"}, last layer`));
      const rows = make("ol");
      rows.append(...list.map(({ word, cosine }) => {
        const row = make("li");
        row.append(make("bdi", "who", word), ` ${cosine.toFixed(3)}`);
        return row;
      }));
      made.append(rows);
      return made;
    }),
  );
}

find("#attention-meanings .presets").addEventListener("click", (event) => {
  const pair = props.known.meanings[event.target.closest("[data-meaning]")?.dataset.meaning];
  if (!pair) return;
  const { label, first, language: spoken, places } = pair;
  fill({ text: first, second: pair.second, language: spoken, word: "", places, why: `${label}: ${pair.why}.` });
});
