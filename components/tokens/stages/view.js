// The stages of a ready-made tokenizer: bands one under the other, from the text to the ids. Whatever is touched lights up
// with what it was made of and what it becomes: places are counted in the text as given, in every band.

const box = find(".stages-picture");
const told = find(".stages-told");
const menuOf = find("#stages-tokenizer");
const second = find("#stages-second");
const fetching = find(".stages-fetch");
const FONT = 'system-ui, "Noto Sans", "Noto Sans Devanagari", "Noto Sans Tamil", "Noto Naskh Arabic", sans-serif';
const LATIN = /\p{Script=Latin}/u;
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;
const BANDS = ["text", "normalized", "pieces", "tokens", "final"];
const EACH = { text: "stretch of the text", normalized: "stretch after the normaliser", pieces: "piece", tokens: "token", final: "id" };
let offered = []; // [name, label, "here" or "away", why]
let chosen = props.known.opening; // a name of the list, "page" or "own"
let drawn = null; // the answer on the screen
let units = []; // { band, place, start, end, piece, shown, told, nodes }
let touched = null;

const send = asker({
  name: "stages",
  says: ".stages-says",
  slow: "The tokenizer is being read: this takes some seconds, once.",
  send: (asked) => ask("stages", asked),
  take: draw,
});

function draw(answer) {
  drawn = answer;
  find(".stages-says").textContent = answer.says;
  drawPicture();
  drawLost(answer.lost);
  drawParts(answer.stages);
}

function clear(sentence, problem = false) {
  drawn = null;
  units = [];
  box.replaceChildren();
  told.replaceChildren(props.known.first);
  box.classList.remove("lit");
  sayIn(".stages-says")(sentence, problem);
}

// -- which tokenizer ------------------------------------------------------------------------------

async function offer() {
  try {
    offered = (await ask("choices")).choices;
  } catch {
    return later("stages-choices", offer);
  }
  fillMenu();
}

function fillMenu() {
  const options = (place, under = "") =>
    offered.filter(([name, , where]) => where === place && name.startsWith("hub:") === Boolean(under)).map(([name, label]) => new Option(label, name));
  const page = [new Option("the one chosen beside", "page")];
  if (lab.own()) page.push(new Option(`mine · ${lab.own().name}`, "own"));
  const groups = [
    ["Ours", options("here")],
    ["Of this page", page],
    ["Models on this machine", options("here", "hub")],
    ["Not on this machine yet", options("away", "hub")],
  ];
  menuOf.replaceChildren();
  for (const [label, inside] of groups) {
    if (!inside.length) continue;
    const group = make("optgroup");
    group.label = label;
    group.append(...inside);
    menuOf.append(group);
  }
  menuOf.value = chosen;
  if (menuOf.value !== chosen) menuOf.value = chosen = props.known.opening;
}

/** The name that the server knows. */
function nameOf() {
  if (chosen === "page") return `page:${lab.tokenizer()}`;
  return chosen === "own" ? `page:${lab.own()?.key ?? lab.tokenizer()}` : chosen;
}

menuOf.addEventListener("change", () => {
  chosen = menuOf.value;
  ask_();
});
let typing = 0;
second.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(ask_, 250);
});

function ask_() {
  const [, label, place, why] = offered.find(([name]) => name === chosen) ?? [];
  fetching.hidden = place !== "away";
  if (place === "away") {
    clear(`${label}: ${why}`);
    drawLost(null);
    drawParts([]);
    find(".stages-fetch output").textContent = "";
    return address();
  }
  const text = lab.text();
  if (!text) return clear("Write or paste something.");
  send({ text, tokenizer: nameOf(), language: lab.language(), second: second.value });
}

find(".stages-fetch button").addEventListener("click", async (event) => {
  const button = event.target;
  const name = chosen;
  const said = find(".stages-fetch output");
  button.disabled = true;
  try {
    let now = await ask("fetch", { tokenizer: name });
    while (!now.error && !now.over) {
      said.textContent = now.says;
      await new Promise((done) => setTimeout(done, 400));
      now = await ask("progress", { tokenizer: name });
    }
    said.textContent = now.error ?? now.says;
    said.classList.toggle("problem", Boolean(now.error || now.failed));
    if (now.error || now.failed) return;
    await offer();
    if (chosen === name) ask_();
  } catch {
    said.textContent = DOWN;
  } finally {
    button.disabled = false;
  }
});

find(".stages-choosing .presets").addEventListener("click", (event) => {
  const [text, language, why] = props.known.presets[event.target.closest("[data-example]")?.dataset.example] ?? [];
  if (text) lab.fill(text, language, why);
});
roving(find(".stages-choosing .presets"));
cue(find(".stages-choosing .presets"));
