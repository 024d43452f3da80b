// The settings, and the training as it goes on; continues the section's script.

// -- the settings ---------------------------------------------------------------------------------

const settings = () => ({
  language: language.value,
  entries: Number(entries.value),
  segmentation: superwords.checked ? "fewest" : "merges",
  pattern: superwords.checked ? "indic" : patternMenu.value === "own" ? ownPattern.value : patternMenu.value,
});

function showSettings() {
  patternMenu.disabled = superwords.checked;
  ownPattern.disabled = superwords.checked || patternMenu.value !== "own";
  const room = from === "sample" && !superwords.checked ? sampleRoom : most; // what a sample cannot give is no choice
  for (const button of element.querySelectorAll("[data-size]")) {
    button.ariaPressed = String(button.dataset.size === entries.value);
    button.disabled = Number(button.dataset.size) > room;
  }
  address();
}

function setPattern(wanted) {
  const known = Object.hasOwn(props.known.patterns, wanted);
  patternMenu.value = known ? wanted : "own";
  if (!known) ownPattern.value = wanted;
}

language.addEventListener("change", () => {
  languageChosen = true;
  address();
});
find(".sizes").addEventListener("click", (event) => {
  const size = event.target.closest("[data-size]")?.dataset.size;
  if (!size) return;
  entries.value = size;
  showSettings();
});
roving(find(".sizes"));
for (const control of [entries, ownPattern]) control.addEventListener("input", showSettings);
for (const control of [patternMenu, superwords]) control.addEventListener("change", showSettings);

// -- the training ---------------------------------------------------------------------------------

const visitor = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join(""); // of this page
let job = ""; // the one that is followed
let following = 0; // the newest; older loops end
let report = {}; // what is known of the tokenizer that there is
let coming = null; // of the one that is being learned
let settling = false; // the tokenizer of the page is changed by this section

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

function busy(is) {
  find(".go").disabled = is;
  find(".cancel").disabled = !is;
  find(".go").textContent = is ? "Training …" : "Train";
}

async function train() {
  const asked = settings();
  find(".smaller").hidden = true;
  find(".newest").replaceChildren();
  if (!(Number.isInteger(asked.entries) && asked.entries >= least && asked.entries <= most)) {
    return say(`Entries are a whole number from ${least} to ${number(most)}.`, true);
  }
  if (!asked.pattern) return say("Write a regular expression, or choose a pattern.", true);
  if (from !== "sample" && !source()) return say(from === "file" ? "Choose a file first." : "Paste a text first.", true);
  clearTimeout(pasteTimer);
  const turn = ++following;
  busy(true);
  find(".bar").value = 0;
  say("The text is being sent.");
  try {
    const started = await begin(asked, turn);
    if (turn !== following) return void (started?.job && ask("cancel", { job: started.job }));
    if (started.error) throw sentence(started.error);
    remember(started.job);
    await follow(turn);
  } catch (problem) {
    if (turn !== following) return;
    stop(problem.sentence ?? DOWN, true);
  }
}

/** Starts it; a text that the server has forgotten is sent again. */
async function begin(asked, turn) {
  if (from === "sample") return ask("start", { ...asked, visitor, sample: sampleCode });
  const name = from === "file" ? file.name : "";
  for (let tries = 0; tries < 2; tries++) {
    const there = texts[from] ?? (await send(source()));
    if (turn !== following) return null;
    if (!there) throw sentence("The text has changed: press “Train” again.");
    const answer = await ask("start", { ...asked, visitor, key: there.key, name });
    if (!answer.lost) return answer;
    texts[from] = null;
  }
  throw sentence("The text did not arrive: try again.");
}

function remember(key) {
  job = key;
  try {
    if (key) sessionStorage.setItem(JOB, key);
    else sessionStorage.removeItem(JOB);
  } catch {
    // not allowed: a reload forgets it
  }
}

/** Asks until it is over. */
async function follow(turn) {
  let have = 0;
  coming = {};
  busy(true);
  for (;;) {
    let answer;
    try {
      answer = await ask("progress", { job, have });
    } catch {
      if (turn !== following) return;
      say(DOWN, true);
      await wait(RETRY);
      continue;
    }
    if (turn !== following) return;
    if (answer.lost) return lost(answer.sentence);
    for (const [name, result] of answer.results) await take(name, result);
    if (turn !== following) return;
    have += answer.results.length;
    tellProgress(answer);
    if (answer.state === "done") return done();
    if (answer.state === "stopped") return stop("Cancelled. Nothing was changed.");
    if (answer.problem) return fail(answer.problem);
    await wait(answer.state === "waiting" ? QUEUED : EVERY);
  }
}

const STAGES = { starting: "Starting.", counting: "Counting pieces.", merging: "merges", growing: "candidates", pruning: "entries to leave" };

function tellProgress({ state, before, stage, done, of, newest }) {
  const bar = find(".bar");
  if (state === "waiting") {
    const others = before ? `${before} ${before === 1 ? "training is" : "trainings are"} before yours` : "yours is next";
    return say(`Others are training: ${others} in the queue.`);
  }
  const share = of ? Math.min(1, done / of) : 0;
  bar.value = coming?.entries ? 1 : { merging: share, growing: share / 2, pruning: 0.5 + share / 2 }[stage] ?? 0.01;
  if (coming?.entries) say("Learned. It is measured on the whole text, and with fewer entries.");
  else if (stage === "merging") say(`${number(done)} of ${number(of)} merges. The newest:`);
  else if (of) say(`${stage === "growing" ? "Growing" : "Pruning"}: ${number(done)} of ${number(of)} ${STAGES[stage]}.`);
  else say(STAGES[stage] ?? "");
  if (newest.length) find(".newest").replaceChildren(...[...newest].reverse().map((each) => chip(each)));
}

/** A result: what it tells is on the screen at once. */
async function take(name, result) {
  const { rows = [], checks = [] } = coming;
  coming = { ...coming, ...result, rows: [...rows, ...(result.rows ?? [])], checks: [...checks, ...(result.checks ?? [])] };
  draw(coming);
  if (name !== "judged") return;
  settling = true;
  try {
    const kept = await lab.setOwn(result.json);
    if (kept.error) throw sentence(kept.error);
    report = coming;
    report.key = kept.key;
    tryIt();
  } finally {
    settling = false;
  }
}

function done() {
  report = { ...coming, key: lab.own()?.key };
  coming = null;
  busy(false);
  find(".bar").value = 1;
  say("Done: every section has it now, as “mine”, in this browser tab. “Save” keeps it.");
}

function stop(words, problem = false) {
  remember("");
  coming = null;
  busy(false);
  find(".bar").value = 0;
  say(words, problem);
  draw(report); // the tokenizer that there was is still there
  if (problem && report.made) find(".made-says").textContent = `Still the one before: ${report.made}`;
}

function fail({ sentence: words, reached }) {
  stop(words, true);
  const button = find(".smaller");
  button.hidden = !reached || reached < least;
  button.textContent = `Take ${number(reached ?? 0)} entries`;
  button.dataset.entries = reached ?? "";
}

function lost(words) {
  if (lab.own()) {
    stop("");
    return aboutOwn();
  }
  stop(words, true);
}

find(".go").addEventListener("click", train);
find(".cancel").addEventListener("click", async () => {
  const turn = ++following;
  const ended = job;
  stop("Cancelled. Nothing was changed.");
  find(".go").focus();
  if (!ended) return;
  try {
    await ask("cancel", { job: ended });
  } catch {
    if (turn === following) say("Cancelled here. The server does not answer; it stops by itself.", true);
  }
});
find(".smaller").addEventListener("click", () => {
  entries.value = find(".smaller").dataset.entries;
  showSettings();
  train();
});
