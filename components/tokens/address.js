// Taking it away and coming back: the clipboard, the address, and the first answer; continues view.js.

const LINK_LIMIT = 6000; // characters of a query: servers on the way refuse longer ones

// -- the clipboard --------------------------------------------------------------------------------

/** A Python literal: JSON's escapes are Python's, too. */
const literal = (value) => JSON.stringify(value);

const copies = {
  ids: () => `[${shown.tokens.map(([id]) => id).join(", ")}]`,
  pieces: () => `[${shown.tokens.map(([, content, piece]) => literal(piece ?? content)).join(", ")}]`,
  python: () =>
    [
      "# pip install . (in a clone of Transformer Pathshala)",
      "import json",
      "",
      "from tokenizer_indic import load",
      "",
      "",
      "def piece(entry):",
      '    return entry.text or "".join(f"<0x{byte:02X}>" for byte in entry.bytes)',
      "",
      "",
      ...(isOwn(shown.tokenizer) ? ["# your tokenizer's file: Train your own, Save"] : []),
      `tokenizer = load(${literal(isOwn(shown.tokenizer) ? "my-tokenizer.json" : shown.tokenizer)})`,
      `text = ${literal(shownText)}`,
      "ids = tokenizer.encode(text)",
      "print(ids)",
      "print(json.dumps([piece(tokenizer.entry(id)) for id in ids], ensure_ascii=False))",
      "",
    ].join("\n"),
  link: () => link(true),
};

find(".copies").addEventListener("click", async (event) => {
  const what = event.target.closest("button")?.dataset.copy;
  if (!what) return;
  const told = find(".copied");
  if (!shown && what !== "link") return void (told.textContent = "There is nothing to copy yet.");
  if (what !== "link" && find(".right").classList.contains("stale")) {
    return void (told.textContent = "Not copied: these tokens are of an earlier text.");
  }
  const done = await copy(copies[what]());
  event.target.focus();
  const left = what === "link" && isOwn(language.value) ? " Your tokenizer is not in a link: send its file, too." : "";
  told.textContent = done ? `Copied.${left}` : "The browser did not allow it.";
  setTimeout(() => (told.textContent = ""), 4000);
});

/** The clipboard is there on https and localhost only; on a classroom's plain http the old way still works. */
async function copy(content) {
  try {
    await navigator.clipboard.writeText(content);
    return true;
  } catch {
    const holder = make("textarea", "holder");
    holder.value = content;
    element.append(holder);
    holder.select();
    const done = document.execCommand("copy");
    holder.remove();
    return done;
  }
}

// -- the address ----------------------------------------------------------------------------------

/**
 * The address of this very view. A text that is too long for a query goes behind the #: a browser sends that part to
 * no server, so nobody on the way refuses it.
 */
function link(withLanguage) {
  const wanted = new URL(location.href);
  wanted.hash = "";
  wanted.searchParams.set("tab", "tokens");
  for (const key of [...wanted.searchParams.keys()]) if (!KEPT.includes(key)) wanted.searchParams.delete(key);
  if (section !== "tokens") wanted.searchParams.set("section", section);
  if (lessonStep >= 0) wanted.searchParams.set("lesson", lessonStep + 1);
  for (const [key, value] of Object.entries(parametersNow())) if (value) wanted.searchParams.set(key, value);
  if (isOwn(language.value)) withLanguage = false; // nobody else has it
  else if (withLanguage || chosen || settled !== props.opening.language) wanted.searchParams.set("language", language.value);
  if (segmentation.value === "fewest") wanted.searchParams.set("segmentation", "fewest");
  const short = wanted.href;
  if (text.value) wanted.searchParams.set("text", text.value);
  if (wanted.href.length - short.length <= LINK_LIMIT) return wanted.href;
  return `${short}#${new URLSearchParams({ text: text.value })}`;
}

const KEPT = ["tab", "projector", "__theme"]; // of the address, whatever is on the screen

/** What a link says of the section: while it is being fetched, what the link that opened it said. */
function parametersNow() {
  if (section === "tokens") return {};
  if (here) return here.parameters();
  return Object.fromEntries([...(waiting ?? [])].filter(([key]) => ![...KEPT, "section", "text", "language", "segmentation", "lesson"].includes(key)));
}

const textBehind = () => new URLSearchParams(location.hash.slice(1)).get("text");

let addressTimer = 0;

/** Writes the address; that of a long text is long as well, and waits until nobody is typing. */
function address() {
  clearTimeout(addressTimer);
  if (text.value.length > LONG) addressTimer = setTimeout(writeAddress, LONG_PAUSE * 2);
  else writeAddress();
}

function writeAddress() {
  if (!mine) return;
  try {
    history.replaceState(history.state, "", link(false));
  } catch {
    // a frame that may not change its address
  }
}

// -- the first answer -----------------------------------------------------------------------------

function open() {
  const asked = new URLSearchParams(location.search);
  const tabs = document.querySelector("[data-tabs]")?.dataset.tabs.split(" ") ?? ["tokens"];
  const tab = asked.get("tab") ?? "tokens";
  mine = tab === "tokens" || (tabs[0] === "tokens" && !tabs.includes(tab));
  const wanted = mine ? asked.get("language") : null;
  const code = Object.hasOwn(menu, wanted ?? "") ? wanted : null;
  const content = mine ? (textBehind() ?? asked.get("text")) : null;
  if (wanted && !code) notice = `There is no language “${wanted.slice(0, 40)}” in the menu.`;
  segmentation.value = mine && asked.get("segmentation") === "fewest" ? "fewest" : "merges";
  arrange();
  const step = mine ? Number(asked.get("lesson")) : 0;
  if (Number.isInteger(step) && step > 0 && step <= lesson.length) {
    [text.value, language.value] = [props.opening_text, props.opening.language];
    draw(props.opening, props.opening_text);
    restoreOwn();
    return lessonTo(step - 1);
  }
  if (mine && sections.has(asked.get("section"))) openSection(asked.get("section"), asked);
  else if (mine && asked.get("section")) notice = `There is no section “${asked.get("section").slice(0, 40)}”.`;
  restoreOwn();
  if (!content && !code && segmentation.value === "merges") {
    text.value = props.opening_text;
    count();
    chosen = "given";
    return draw(props.opening, props.opening_text);
  }
  text.value = content || menu[code]?.sample || props.opening_text;
  language.value = settled = code ?? props.opening.language;
  chosen = code || !content ? "given" : "";
  clear();
  ask(0);
}

open();
window.addEventListener("hashchange", () => mine && textBehind() && open()); // a link that was pasted over this one
