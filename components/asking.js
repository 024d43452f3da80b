// What the tabs share that ask a model about a text; after page.js and model_menu.js.

const SLOW = 500; // ms without an answer after which the page says why

/**
 * Asks about what stands on the page, one question at a time; the answer to an older one is dropped. Gives `ask(pause)`.
 *
 *   pause     ms of silence before a text is sent
 *   working   the box that is busy while the model is loaded
 *   question  () -> what to ask
 *   refuse    (question) -> true if there is nothing to ask, and says why
 *   send      (question) -> a promise of the answer
 *   take      (answer, question): draws it
 *   fail      (sentence, question): the server said why there is no answer
 *   say       (sentence, is it a problem)
 */
function questions({ pause, working, question, refuse, send, take, fail, say }) {
  let number = 0; // of the newest question
  let timer = 0;
  let busy = false; // a question is on its way; the next one waits for its answer
  let next = false;

  function ask(after = pause) {
    clearTimeout(timer);
    timer = setTimeout(askNow, after);
  }

  async function askNow() {
    const asked = question();
    unanswered.clear();
    if (refuse(asked)) return void number++;
    if (busy) return void (next = true);
    const turn = ++number;
    busy = true;
    const slow = setTimeout(wait, SLOW, turn);
    try {
      const answer = await send(asked);
      if (turn !== number) return;
      if (answer.error) return fail(answer.error, asked);
      say("");
      take(answer, asked);
    } catch {
      if (turn !== number) return;
      say(DOWN, true);
      later("question", askNow);
    } finally {
      clearTimeout(slow);
      busy = false;
      working.ariaBusy = "false";
      if (next) {
        next = false;
        askNow();
      }
    }
  }

  function wait(turn) {
    if (turn !== number) return;
    working.ariaBusy = "true";
    say("The model is being loaded: this takes some seconds, once.");
  }

  return ask;
}

/**
 * What a section asks for itself; only the answer to the newest question is taken. Gives `ask(…)`.
 *
 *   name   of the section, for asking again when the server was down
 *   says   the selector of its line of words
 *   slow   what that line says when there is no answer for half a second
 *   send   (…) -> a promise of the answer
 *   take   (answer): draws it
 */
function asker({ name, says, slow, send, take }) {
  let newest = 0;
  const say = sayIn(says);
  return async function ask(...given) {
    const turn = ++newest;
    const waiting = setTimeout(() => turn === newest && say(slow), SLOW);
    try {
      const answer = await send(...given);
      clearTimeout(waiting);
      if (turn !== newest) return;
      say(answer.error ?? "", Boolean(answer.error));
      if (!answer.error) await take(answer);
    } catch (problem) {
      if (turn !== newest) return;
      say(problem.sentence ?? DOWN, true);
      if (!problem.sentence) later(name, () => ask(...given));
    } finally {
      clearTimeout(waiting);
    }
    address();
  };
}

/** sayIn(".zero-says")("words", is it a problem) */
const sayIn = (selector) => (words, problem = false) => {
  find(selector).textContent = words;
  find(selector).classList.toggle("problem", problem);
};

/** Under the text: a sentence, or "". What is beside it is of an earlier text while there is a problem. */
function sayUnderText(sentence, problem = false) {
  find(".says").textContent = sentence;
  find(".says").classList.toggle("problem", problem);
  find(".right").classList.toggle("stale", problem);
}

/** The address of the view on the screen; while another tab is there, the address is its own. */
function writeAddress(href) {
  if (!element.offsetParent || location.href === href) return;
  try {
    history.replaceState(history.state, "", href);
  } catch {
    // a frame that may not change its address
  }
}

const LINK_LIMIT = 6000; // characters of a query: servers on the way refuse longer ones

/** The address with these texts in its query or, where that is too long, behind the #, which a browser sends nobody. */
function withTexts(wanted, texts) {
  const given = Object.entries(texts).filter(([, content]) => content);
  const short = wanted.href;
  for (const [name, content] of given) wanted.searchParams.set(name, content);
  return wanted.href.length - short.length <= LINK_LIMIT ? wanted.href : `${short}#${new URLSearchParams(given)}`;
}

/** Such a text, if it is behind the #. */
const behind = (name) => new URLSearchParams(location.hash.slice(1)).get(name);

/** The buttons that take something away: `take(its data-copy)` gives the word that is said then, or a promise of it;
 * what it throws may have a `sentence`. */
function takeAway(take) {
  find(".copies").addEventListener("click", async (event) => {
    const what = event.target.closest("button")?.dataset.copy;
    if (!what) return;
    const told = find(".copied");
    try {
      told.textContent = await take(what);
    } catch (problem) {
      told.textContent = problem.sentence ?? DOWN;
    }
    event.target.focus();
    setTimeout(() => (told.textContent = ""), 4000);
  });
}

const copied = async (content) => ((await copy(content)) ? "Copied." : "The browser did not allow it.");

/** Saves what was made as a file. */
function save(name, content, type) {
  const link = make("a");
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Rows of cells as a spreadsheet reads them, Indian scripts included. */
function csv(rows) {
  const quoted = (cell) => (typeof cell === "number" ? cell : `"${String(cell).replaceAll('"', '""')}"`);
  return `\ufeff${rows.map((row) => row.map(quoted).join(",")).join("\n")}\n`;
}
