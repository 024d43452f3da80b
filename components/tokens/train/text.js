// The text: a sample, pasted, or a file; continues the section's script.

let from = "sample";
let sampleCode = Object.hasOwn(samples, lab.language()) ? lab.language() : "hi";
let file = null;
let languageChosen = false; // by hand: then a text changes it no more
const texts = { paste: null, file: null }; // what the server has of them: { key, about }
let sending = 0; // the newest; older ones stop
let pasteTimer = 0;

function showFrom() {
  for (const button of element.querySelectorAll("[data-from]")) button.ariaPressed = String(button.dataset.from === from);
  for (const pane of element.querySelectorAll("[data-pane]")) pane.hidden = pane.dataset.pane !== from;
  for (const button of element.querySelectorAll("[data-sample]")) {
    button.ariaPressed = String(from === "sample" && button.dataset.sample === sampleCode);
  }
}

/** Tells what the text is, once it is known. */
async function readText() {
  showFrom();
  showSettings();
  const turn = ++sending;
  try {
    if (from === "sample") return tellRead(await ask("sample", { language: sampleCode }), turn);
    if (!source()) return sayRead(from === "file" ? "" : "Nothing is pasted yet.");
    const found = texts[from] ?? (await send(source(), turn));
    if (found && turn === sending) tellRead(found.about, turn);
  } catch (problem) {
    if (turn !== sending) return;
    sayRead(problem.sentence ?? DOWN, true);
    if (!problem.sentence) later("text", readText);
  }
}

/** What is to be sent: the file, or the pasted text in UTF-8. */
const source = () => (from === "file" ? file : pasted.value.trim() ? new Blob([pasted.value]) : null);

const sentence = (words) => Object.assign(new Error(words), { sentence: words });

/** Sends a text in pieces; what the server says of it, or null when another one was begun meanwhile. */
async function send(blob, turn = ++sending) {
  if (blob.size > limit) throw sentence(`This has ${number(blob.size)} bytes; the limit is ${number(limit)} (10 MB). Take a part of it.`);
  const kind = from;
  const bar = find(".sent");
  let key = "";
  for (let at = 0; at < blob.size; at += props.known.piece) {
    bar.value = at / blob.size;
    const data = await base64(blob.slice(at, at + props.known.piece));
    const answer = await ask("upload", { key, at, data });
    if (turn !== sending) return null;
    if (answer.lost) throw sentence("The upload was interrupted: choose the text again.");
    if (answer.error) throw sentence(answer.error);
    key = answer.key;
  }
  bar.value = 1;
  const about = await ask("read", { key, language: languageChosen ? language.value : "" });
  if (turn !== sending) return null;
  if (about.error || about.lost) throw sentence(about.error ?? about.sentence);
  return (texts[kind] = { key, about });
}

const base64 = (blob) =>
  new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => fail(sentence("This file cannot be read."));
    reader.readAsDataURL(blob);
  });

let sampleRoom = most; // the entries that the sample gives by merges

function tellRead(about, turn) {
  if (turn !== sending) return;
  if (from === "sample") sampleRoom = about.most ?? most;
  showSettings();
  if (about.error) return sayRead(about.error, true);
  if (!languageChosen && Object.hasOwn(languages, about.guess)) setLanguage(about.guess);
  const named = from === "file" ? `${file.name}: ` : "";
  const size = about.bytes > 1e5 ? `${(about.bytes / 1e6).toFixed(1)} MB` : `${number(about.bytes)} bytes`;
  sayRead(`${named}${number(about.lines)} lines, ${number(about.characters)} characters, ${size}. ${about.remark}`);
  const head = make("bdi", "head", about.head.split("\n")[0]);
  head.lang = about.guess;
  find(".read").append(make("br"), head);
}

function setLanguage(code) {
  language.value = code;
}

find(".from").addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-from]")?.dataset.from;
  if (!chosen) return;
  from = chosen;
  readText();
});
roving(find(".from"));

find(".sample-names").addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-sample]")?.dataset.sample;
  if (!chosen) return;
  sampleCode = chosen;
  languageChosen = false;
  readText();
});
roving(find(".sample-names"));

pasted.addEventListener("input", () => {
  texts.paste = null;
  sending++;
  const size = pasted.value.length;
  sayRead(size ? `${number(size)} characters.` : "Nothing is pasted yet.");
  clearTimeout(pasteTimer);
  pasteTimer = setTimeout(readText, PAUSE);
});

find(".choose").addEventListener("click", () => find(".picked-file").click());
find(".picked-file").addEventListener("change", (event) => takeFile(event.target.files[0]));
find(".text-choice").addEventListener("dragover", (event) => event.preventDefault());
find(".text-choice").addEventListener("drop", (event) => {
  event.preventDefault();
  from = "file";
  takeFile(event.dataTransfer.files[0]);
});

function takeFile(chosen) {
  find(".picked-file").value = ""; // the same one may be chosen again, once it was changed
  if (!chosen) return;
  if (!chosen.size) return sayRead(`${chosen.name} is empty: there is no text in it.`, true);
  file = chosen;
  texts.file = null;
  languageChosen = false;
  find(".sent").value = 0;
  sayRead(`${file.name} is being sent.`);
  readText();
}
