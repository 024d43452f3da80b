// The list of models, in the browser; after page.js, before a tab's own script.
//
//   button ─► list_models ─► the list ─► pick() ─► ready: choose(id)
//                                              └─► fetch_model ─► watch_model, twice a second ─► ready: choose(id)
//
// A tab calls modelMenu({ choose }) once; `choose(id)` is told what the visitor chose, "" for "the best that is here".

function modelMenu({ choose }) {
  const POLL = 500; // ms between two questions about a download
  const visitor = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");
  const button = find(".models-button");
  const list = find(".models-list");
  const groups = find(".models-groups");
  const bar = find(".models-bar");
  const says = find(".models-says");
  const any = find(".models-any");
  let chosen = ""; // by the visitor; "" when the page chooses
  let shown = ""; // who answered last
  let wanted = ""; // what is being downloaded for this visitor

  const say = (sentence, problem = false) => {
    says.textContent = sentence;
    says.classList.toggle("problem", problem);
  };

  // -- the list

  async function open() {
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    for (const each of groups.querySelectorAll('[role="option"]')) each.ariaSelected = String(each.dataset.model === chosen);
    if (!groups.children.length) groups.replaceChildren(make("p", "models-wait", "Looking at what is here …"));
    await load(false);
    (groups.querySelector('[aria-selected="true"]') ?? groups.querySelector('[role="option"]'))?.focus();
  }

  function close(back = true) {
    if (list.hidden) return;
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (back) button.focus();
  }

  async function load(again) {
    try {
      const menu = await serve("list_models", { again });
      if (menu.error) return say(menu.error, true);
      draw(menu);
    } catch {
      say(DOWN, true);
    }
  }

  function draw(menu) {
    const now = shown && !chosen ? `, now ${shown}` : "";
    const best = { id: "", facts: [`The best that is here for the language of the text${now}`] };
    groups.replaceChildren(
      ...menu.groups.map(({ name, kind, reason, lines }) => {
        const group = make("div", `models-group ${kind}`);
        group.setAttribute("role", "group");
        group.ariaLabel = [name, reason].filter(Boolean).join(": ");
        group.append(make("p", "models-title", group.ariaLabel));
        group.append(...(kind === "ready" ? [best, ...lines] : lines).map((each) => line(each, kind)));
        return group;
      }),
    );
    groups.querySelectorAll(".models-title").forEach((title) => title.setAttribute("aria-hidden", "true"));
    find(".models-again").hidden = !menu.again;
    any.hidden = !menu.any;
    renew();
  }

  function line(model, kind) {
    const made = make("div", "models-line");
    made.setAttribute("role", "option");
    made.dataset.model = model.id;
    made.ariaSelected = String(model.id === chosen);
    if (kind === "unreachable") made.ariaDisabled = "true";
    const head = make("p", "models-head");
    head.append(make("b", "", model.id || "Let the page choose"));
    if (model.size) head.append(make("span", "models-size", `⭳ ${model.size}`));
    made.append(head);
    const facts = make("p", "models-facts", model.facts.join(" · "));
    if (model.languages) facts.title = model.languages;
    made.append(facts);
    if (model.why) made.append(make("p", "models-why", model.why));
    if (model.running) made.append(make("p", "models-running", `being downloaded: ${model.running}`));
    if (model.note) made.append(make("p", "models-note", `Not here: ${model.note}.`));
    return made;
  }

  const renew = roving(groups, '[role="option"]');

  // -- choosing

  async function pick(id, ready) {
    close();
    say("");
    if (ready) return settle(id);
    try {
      follow(await serve("fetch_model", { id, visitor }));
    } catch {
      say(DOWN, true);
    }
  }

  function settle(id) {
    chosen = id;
    choose(id);
  }

  // -- a download

  /** What the server says of the download: draw it, and ask again in a while. */
  function follow(progress) {
    if (progress.error) return stop(progress.error);
    if (progress.stage === "failed" || progress.stage === "cancelled") return stop(progress.failure);
    if (progress.stage === "ready") {
      stop("");
      return settle(progress.id);
    }
    if (wanted && wanted !== progress.id) leave(wanted); // another one was chosen meanwhile
    wanted = progress.id;
    bar.hidden = false;
    find(".models-what").textContent = `Downloading ${progress.id}`;
    find(".models-words").textContent = progress.words;
    const meter = bar.querySelector("progress");
    if (progress.share === null) meter.removeAttribute("value");
    else meter.value = progress.share;
    setTimeout(watch, POLL, progress.id);
  }

  async function watch(id) {
    if (wanted !== id) return;
    try {
      const progress = await serve("watch_model", { id, visitor });
      if (wanted === id) follow(progress);
    } catch {
      say(DOWN, true);
      setTimeout(watch, RETRY, id);
    }
  }

  function stop(sentence) {
    wanted = "";
    bar.hidden = true;
    say(sentence, Boolean(sentence));
  }

  const leave = (id) => serve("leave_model", { id, visitor }).catch(() => null);

  bar.querySelector("button").addEventListener("click", async () => {
    const id = wanted;
    stop("");
    const progress = await leave(id);
    if (progress === null) return say(DOWN, true);
    const over = progress.stage === "cancelled";
    say(over ? `The download of “${id}” was cancelled.` : `Others still wait for “${id}”: its download goes on for them.`);
    button.focus();
  });

  // -- pointer and keys

  button.addEventListener("click", () => (list.hidden ? open() : close()));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || !list.hidden) return;
    event.preventDefault();
    open();
  });

  function take(event) {
    const option = event.target.closest('[role="option"]');
    if (!option) return;
    if (option.ariaDisabled === "true") return option.focus();
    pick(option.dataset.model, option.closest(".ready") !== null);
  }
  groups.addEventListener("click", take);
  groups.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    take(event);
  });
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  find(".models-again").addEventListener("click", async (event) => {
    event.target.disabled = true;
    await load(true);
    event.target.disabled = false;
    groups.querySelector('[role="option"]')?.focus();
  });
  any.addEventListener("submit", (event) => {
    event.preventDefault();
    const id = any.querySelector("input").value.trim();
    if (id) pick(id, false);
  });
  document.addEventListener("pointerdown", (event) => {
    if (!find(".models").contains(event.target)) close(false);
  });
  find(".models").addEventListener("focusout", (event) => {
    if (event.relatedTarget && !find(".models").contains(event.relatedTarget)) close(false);
  });

  return {
    /** Who answered: its id, and "cpu · 12 ms". */
    show(id, made, why) {
      shown = made && id;
      find(".models-name").textContent = id;
      find(".models-made").textContent = made;
      button.title = why;
    },
    /** What the visitor chose, as the tab knows it from a link, or when it goes back to the model it had. */
    set: (id) => (chosen = id),
    say,
  };
}
