// Section 6: every word of a sentence hidden in turn, and coloured by how much it surprises the model.

const twinBox = find("#masked-twin");
const MOST_BITS = 16; // the darkest colour
let surprisedModel = ""; // that answered last
let surpriseTurn = 0;
let twinTimer = 0;

/** The sentence without gaps: in each the word that was clicked away, else the guess that stands in it, or the first. */
function wholeSentence() {
  const known = hiddenWords();
  let blank = -1;
  return text.value.replace(new RegExp(MASK, "gi"), (found) => {
    blank++;
    const rows = shownText === text.value ? shown?.blanks[blank]?.rows : undefined;
    return rows?.[filled[blank]]?.fill.trim() || known[blank] || rows?.[0]?.fill.trim() || found;
  });
}

async function drawSurprise() {
  const texts = [wholeSentence(), twinBox.value].filter((each, place) => !place || each.trim());
  const turn = ++surpriseTurn;
  if (!texts[0].trim()) return sayUnderText("Write a sentence.");
  let found;
  const slow = setTimeout(() => (find("#masked-surprise").ariaBusy = "true"), SLOW);
  try {
    found = await serve("surprised", { texts, model, language: language || shown?.language || "" });
  } catch {
    if (turn === surpriseTurn) later("surprise", drawSurprise);
    return;
  } finally {
    clearTimeout(slow);
    if (turn === surpriseTurn) find("#masked-surprise").ariaBusy = "false";
  }
  if (turn !== surpriseTurn) return;
  if (found.error && model !== surprisedModel) {
    model = surprisedModel; // the page goes on with the model it had
    menu.set(model);
    menu.say(found.error, true);
    return drawSurprise();
  }
  if (found.error) return sayUnderText(found.error, true);
  surprisedModel = model;
  sayUnderText("");
  const [one, other] = found.sentences;
  find(".surprised-one").replaceChildren(...drawSurprised(one, texts[0]));
  find(".surprised-other").replaceChildren(...(other ? drawSurprised(other, texts[1]) : []));
  find(".verdict").textContent = found.verdict;
  find(".surprise-note").textContent = found.note;
  if (!shown) menu.show(found.model, found.made, "");
  menu.set(model);
  address();
}

function drawSurprised({ parts, sum }, content) {
  const line = make("p", "surprised");
  line.dir = direction(content);
  line.lang = language || shown?.language || "";
  line.setAttribute("role", "toolbar");
  line.ariaLabel = "Words of the sentence";
  let start = 0;
  for (const part of parts) {
    const here = start;
    start += part.text.length;
    if (part.bits === null && !part.text.trim()) line.append(part.text);
    else line.append(surprisedWord(part, content, here));
  }
  roving(line, ".unit");
  return [line, make("p", "sum", sum)];
}

function surprisedWord(part, content, start) {
  const made = make("span", "unit");
  made.setAttribute("role", "button");
  made.tabIndex = -1;
  made.append(make("bdi", "", part.text), make("small", "bits", part.written));
  made.style.setProperty("--surprise", part.bits === null ? 0 : Math.min(1, part.bits / MOST_BITS).toFixed(3));
  made.title = part.bits === null ? "Not measured" : `${part.written} bits, ${part.percent}. Click: what did the model expect here?`;
  made.ariaLabel = `${part.text}, ${part.bits === null ? "not measured" : `${part.written} bits`}`;
  const expect = () => {
    text.value = content.slice(0, start) + mask + content.slice(start + part.text.length);
    hidden = [part.text];
    hiddenIn = text.value;
    section = "guess";
    show();
    ask(0);
  };
  made.addEventListener("click", expect);
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    expect();
  });
  return made;
}

twinBox.addEventListener("input", () => {
  clearTimeout(twinTimer);
  twinTimer = setTimeout(drawSurprise, 300);
});

find(".twins").addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-twin]")?.dataset.twin;
  if (chosen === undefined) return;
  const twin = props.known.twins[chosen];
  fill(twin);
  twinBox.value = twin.other;
});
