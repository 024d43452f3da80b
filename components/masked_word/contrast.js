// Section 8: two sentences that differ in one word, and what one model fills in.

const contrastBox = find("#masked-contrasted");
let contrastTurn = 0;
let contrastTimer = 0;

async function drawContrast() {
  const says = find(".contrast-says");
  const tell = (sentence, problem = false) => {
    says.textContent = sentence;
    says.classList.toggle("problem", problem);
    if (sentence) find(".contrast-blanks").replaceChildren();
  };
  if (!contrastBox.value.trim()) return tell("Choose a pair, or write the second sentence.");
  const turn = ++contrastTurn;
  let found;
  try {
    found = await serve("contrast", { ...question(), model, texts: [shownText, contrastBox.value] });
  } catch {
    if (turn === contrastTurn) later("contrast", drawContrast);
    return;
  }
  if (turn !== contrastTurn) return;
  if (found.error) return tell(found.error, true);
  tell("");
  drawBeside(find(".contrast-blanks"), found, { names: differing(shownText, contrastBox.value), lead: 1 });
  address();
}

/** The words in which two sentences differ, for the columns: "he", "she". */
function differing(one, other) {
  const [here, there] = [one, other].map((content) => content.split(/\s+/).map((each) => each.replace(/[.,।۔?!]+$/, "")));
  const apart = (mine, theirs) => mine.filter((word, place) => word !== theirs[place]).slice(0, 3).join(" ");
  const names = [apart(here, there), apart(there, here)];
  return names[0] && names[1] ? names : ["first sentence", "second sentence"];
}

contrastBox.addEventListener("input", () => {
  clearTimeout(contrastTimer);
  contrastTimer = setTimeout(() => shown && shownText === text.value && drawContrast(), 300);
});

find(".contrasts").addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-contrast]")?.dataset.contrast;
  if (chosen === undefined) return;
  const twin = props.known.contrasts[chosen];
  fill(twin);
  contrastBox.value = twin.other;
});
