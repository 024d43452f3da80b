// What was learned, any text by it, saving and loading; continues the section's script.

// -- what was learned -----------------------------------------------------------------------------

/** A token in a frame of its own, its spaces shown. */
function chip(content, count = null) {
  const made = make("span", "snip");
  write(made.appendChild(make("bdi")), content);
  if (count !== null) made.append(make("small", "", number(count)));
  return made;
}

function draw(of) {
  find(".made-says").textContent = of.made ?? "Nothing is learned yet: press “Train”.";
  for (const row of element.querySelectorAll("[data-part]")) {
    const figures = of.rows?.find(({ part }) => part === row.dataset.part)?.figures ?? [];
    [...row.cells].slice(1).forEach((cell, place) => (cell.textContent = figures[place] ?? "–"));
  }
  find(".verdicts").replaceChildren(...(of.checks?.length ? of.checks : [null, null, null, null]).map(verdict));
  list(".longest", of.longest?.map((content) => chip(content, [...content].length)));
  list(".frequent", of.frequent?.map(([content, count]) => chip(content, count)));
  drawCurve(of);
}

function verdict(check) {
  if (!check) return make("li", "neutral", "–");
  const made = make("li", check.state);
  made.append(make("b", "", { passed: "✓", failed: "✗", neutral: "·" }[check.state]), make("strong", "", check.number));
  made.append(make("span", "rule", check.rule), make("span", "spoken-verdict", check.verdict));
  return made;
}

function list(selector, chips = []) {
  const items = chips.map((each) => {
    const item = make("li");
    item.append(each);
    return item;
  });
  find(selector).replaceChildren(...(items.length ? items : [make("li", "none", "–")]));
}

// -- any text -------------------------------------------------------------------------------------

const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;
const tryBox = find("#train-try");
let tryTimer = 0;
let tried = 0;
let tryGiven = ""; // the sample that stands there until somebody writes

async function tryIt() {
  const own = lab.own();
  find(".save").disabled = find(".handin").disabled = !own;
  if (!own) return;
  if (tryBox.value === tryGiven) tryBox.value = tryGiven = languages[own.language]?.[2] ?? "";
  const turn = ++tried;
  try {
    const answer = await ask("tokens", { tokenizer: own.key, text: tryBox.value });
    if (turn !== tried) return;
    find(".try-says").textContent = answer.error ?? answer.says;
    if (answer.error) return;
    find(".cut").replaceChildren(...answer.tokens.map(cutOff));
    find(".cut").dir = RIGHT_TO_LEFT.test(tryBox.value.match(/\p{L}/u)?.[0] ?? "") ? "rtl" : "ltr";
  } catch {
    if (turn !== tried) return;
    find(".try-says").textContent = DOWN;
    later("try", tryIt);
  }
}

/** A token of the text; one whose bytes are only a part of a character shows them, the first of them with the character. */
function cutOff([id, content, piece]) {
  const made = chip(piece ?? content);
  if (piece && content && piece.startsWith("<0x")) made.append(make("small", "", content));
  made.ariaLabel = `${spoken(piece ?? content)}, id ${id}`;
  made.setAttribute("role", "img");
  return made;
}

tryBox.addEventListener("input", () => {
  clearTimeout(tryTimer);
  tryTimer = setTimeout(tryIt, 120);
});

// -- saving and loading ---------------------------------------------------------------------------

find(".save").addEventListener("click", () => save("my-tokenizer.json", lab.own().json, "application/json"));
find(".handin").addEventListener("click", () => lab.openSection("handin", {}));
find(".load").addEventListener("click", () => find(".own-file").click());
find(".own-file").addEventListener("change", async (event) => {
  const chosen = event.target.files[0];
  event.target.value = "";
  if (!chosen) return;
  try {
    if (chosen.size > limit) throw sentence(`${chosen.name} is too large for a tokenizer's file.`);
    settling = true;
    const kept = await lab.setOwn(await chosen.text());
    settling = false;
    if (kept.error) throw sentence(kept.error);
    remember("");
    await aboutOwn();
    say(`${chosen.name} was loaded: it is your tokenizer now.`);
  } catch (problem) {
    say(problem.sentence ?? DOWN, true);
  } finally {
    settling = false;
  }
});

/** Of a tokenizer that was not learned just now: what its file tells. */
async function aboutOwn() {
  const { key } = lab.own();
  const answer = await ask("about", { tokenizer: key });
  if (answer.error || lab.own().key !== key) return;
  report = { ...answer, key };
  if (!coming) draw(report);
  tryIt();
}
