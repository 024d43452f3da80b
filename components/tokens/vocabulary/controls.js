// Controls, the visitor's own tokenizer, and links; continues the section's script.

// -- controls -------------------------------------------------------------------------------------

/** Something was chosen: what was picked before is no longer what the list speaks of. */
function change(next) {
  Object.assign(state, next, { entry: null, of: "" });
  if (next.tokenizer && !pairChosen) state.other = partner(state.tokenizer);
  why = "";
  look();
}

for (const name of ["view", "kind", "unit", "least"]) {
  const row = find(`button[data-${name}]`).parentElement;
  row.addEventListener("click", (event) => {
    const value = event.target.closest("button")?.dataset[name];
    if (value !== undefined) change({ [name]: value });
  });
  roving(row);
}

whose.addEventListener("change", () => {
  chosen = true;
  change({ tokenizer: whose.value, script: "", topicScript: "", bar: -1, ...(typed ? {} : opening(whose.value)) });
});
other.addEventListener("change", () => {
  pairChosen = true;
  change({ other: other.value });
});
find(".topic-script").addEventListener("change", (event) => change({ topicScript: event.target.value }));

let typing = 0;
query.addEventListener("input", () => {
  typed = true;
  clearTimeout(typing);
  typing = setTimeout(() => change({ query: query.value }), PAUSE);
});

const nameOf = (name) => (name === mine ? (lab.own()?.key ?? "") : name);

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { look: example, pair, id, of } = button.dataset;
  if (example !== undefined) {
    const { tokenizer, query, kind, why: said } = looks[example];
    if (tokenizer) chosen = true;
    typed = false;
    change({ tokenizer: tokenizer || state.tokenizer, query, kind });
    why = said;
  } else if (pair !== undefined) {
    const { one, other, why: said } = pairs[pair];
    chosen = pairChosen = true;
    change({ tokenizer: nameOf(one), other: nameOf(other), part: "shared" });
    why = said;
  } else if (button.classList.contains("back")) {
    const before = way.pop();
    const rest = way;
    pick(before.tokenizer, before.id);
    way = rest;
  } else if (id !== undefined) {
    pick(of, Number(id), !button.closest(".listing"));
  }
});

let counting = 0;
useText.addEventListener("input", () => {
  clearTimeout(counting);
  counting = setTimeout(count, PAUSE);
});
find(".use").addEventListener("toggle", () => {
  if (find(".use").open && !useText.value) useText.value = lab.text();
  count();
});

for (const row of element.querySelectorAll(".presets")) {
  roving(row);
  cue(row);
}

let lastWide = 0;
new ResizeObserver(() => {
  if (!box.clientWidth || box.clientWidth === lastWide) return;
  lastWide = box.clientWidth;
  drawPicture();
}).observe(find(".the-drawing"));

// -- the visitor's own tokenizer, and links -------------------------------------------------------

/** A line for it in both menus, and the example that needs it. */
function offerOwn() {
  const own = lab.own();
  for (const menu of [whose, other]) {
    menu.querySelector("[data-own]")?.remove();
    if (!own) continue;
    const option = new Option(`mine · ${own.name}`, own.key);
    option.dataset.own = "";
    menu.prepend(option);
  }
  pairs.forEach(({ one }, place) => (find(`[data-pair="${place}"]`).hidden = one === mine && !own));
  for (const name of ["tokenizer", "other"]) {
    if (own && state[name].startsWith("own:")) state[name] = own.key;
  }
}

/** What there is to see first: an example of this vocabulary's language, or what it learned first. */
function opening(tokenizer) {
  const example = looks.find((each) => each.tokenizer && each.tokenizer === tokenizer.replace("-fewest", ""));
  const suffix = tokenizer.startsWith("hi") ? looks.find((each) => each.query === "ता") : example;
  return suffix ? { query: suffix.query, kind: suffix.kind } : { query: "", kind: "rank" };
}

const partner = (tokenizer) => {
  const mine = lab.own();
  if (tokenizer === mine?.key) return [...whose.options].some(({ value }) => value === mine.language) ? mine.language : "hi";
  const pair = pairs.find(({ one, other }) => one === tokenizer || other === tokenizer);
  if (!pair) return tokenizer === "hi" ? "mr" : "hi";
  return pair.one === tokenizer ? pair.other : pair.one;
};

function begin(tokenizer) {
  Object.assign(state, { tokenizer, other: pairChosen ? state.other : partner(tokenizer), entry: null, of: "" }, typed ? {} : opening(tokenizer));
}

/** The view that a link speaks of. */
function open(asked) {
  [state.entry, state.of] = [null, ""];
  const wanted = asked.get("tokenizer");
  const name = wanted === mine ? (lab.own()?.key ?? "") : wanted;
  awaited = wanted === mine && !name;
  if (wanted && (awaited || !menuNames().includes(name))) {
    problem = awaited
      ? "The link speaks of a tokenizer of somebody's own, which is not here."
      : `There is no vocabulary “${wanted.slice(0, 40)}”.`;
  }
  if (name && menuNames().includes(name)) [chosen] = [true, begin(name)];
  const take = (key, field, allowed) => {
    const value = asked.get(key);
    if (value !== null && (!allowed || allowed.includes(value))) state[field] = value;
  };
  if (asked.get("query") !== null) state.view = "search";
  take("view", "view", views);
  take("kind", "kind", kinds);
  take("unit", "unit", units);
  take("least", "least", props.known.least.map(String));
  take("part", "part", ["shared", "one", "other"]);
  take("script", state.view === "topics" ? "topicScript" : "script");
  const against = nameOf(asked.get("other") ?? "");
  if (menuNames().includes(against)) [pairChosen, state.other] = [true, against];
  if (asked.get("query") !== null) {
    state.query = asked.get("query").slice(0, 2 * limit);
    typed = !looks.some((each) => each.query === state.query);
  }
  if (/^\d{1,2}$/.test(asked.get("bar") ?? "")) state.bar = Number(asked.get("bar"));
  if (/^\d{1,7}$/.test(asked.get("entry") ?? "")) {
    state.entry = Number(asked.get("entry"));
    state.of = state.view === "compare" && state.part === "other" ? state.other : state.tokenizer;
  }
}

const forLink = (name) => (name.startsWith("own:") ? mine : name);

return {
  show(asked) {
    offerOwn();
    const usual = menuNames().includes(lab.tokenizer()) ? lab.tokenizer() : "hi";
    const fresh = !state.tokenizer || (!chosen && usual !== state.tokenizer);
    if (fresh) begin(usual);
    if (asked) open(asked);
    if (asked || fresh) look();
  },
  ownChanged() {
    const before = [state.tokenizer, state.other].join();
    offerOwn();
    if (awaited) {
      awaited = false;
      problem = "";
      chosen = true;
      state.tokenizer = lab.own().key;
      if (state.of) state.of = state.tokenizer;
    } else if ([state.tokenizer, state.other].join() === before) return drawControls();
    else [state.entry, state.of] = [null, ""];
    if (state.tokenizer) look();
  },
  parameters() {
    const all = { tokenizer: forLink(state.tokenizer), view: state.view };
    if (state.view === "search") Object.assign(all, { query: state.query, kind: state.kind });
    if (state.view === "lengths") Object.assign(all, { unit: state.unit, bar: state.bar < 0 ? "" : String(state.bar) });
    if (state.view === "scripts") all.script = state.script;
    if (state.view === "topics") Object.assign(all, { script: state.topicScript, least: state.least });
    if (state.view === "compare") Object.assign(all, { other: forLink(state.other), part: state.part });
    if (state.entry !== null) all.entry = String(state.entry);
    return all;
  },
  async python() {
    const entry = state.view === "search" && state.of === state.tokenizer ? state.entry : null;
    const answer = await ask("python", { ...QUESTIONS[state.view](), view: state.view, entry });
    return answer.code ?? { sentence: answer.error };
  },
  picture: () => picture,
  rows: () =>
    shown
      ? [["id", "entry", "rank", "kind", ...(shown.rows[0]?.length > 4 ? ["rank there"] : [])], ...shown.rows.map((row) => row.map((cell) => cell ?? ""))]
      : [],
};
