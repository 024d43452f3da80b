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

// -- the picture ----------------------------------------------------------------------------------

/** What stands in each band: { start, end, piece, lines: [[text or runs, size, class]], label, mark }. */
function items(band) {
  const numbered = (start, end) => drawn.pieces.findIndex(([from, to]) => from < end && start < to);
  if (band === "text") {
    return drawn.text.map(([start, end, runs]) => ({
      start, end, piece: -1, lines: [[runs, 1.2, ""]], label: runs.filter(([, kind]) => kind !== "tag").map(([run]) => run).join(""),
    }));
  }
  if (band === "normalized") {
    const changed = (start, end) => drawn.edits.some((each) => each[0] < end && start < each[1]);
    return drawn.normalized.map(([start, end, shown, special]) => ({
      start, end, piece: -1, lines: [[shown, 1.2, ""]], label: shown, mark: special ? "special" : changed(start, end) ? "altered" : "",
    }));
  }
  if (band === "pieces") {
    return drawn.pieces.map(([start, end, shown, letters, special], piece) => ({
      start, end, piece, lines: [[shown, 1.2, ""], ...smaller(letters)], label: shown, letters, mark: special ? "special" : "",
    }));
  }
  let token = 0; // its number among the model's
  return drawn[band].map(([start, end, shown, letters, id, type, piece, mark]) => {
    const number = piece >= 0 ? piece : mark === "added" || mark === "second" ? -1 : numbered(start, end);
    const lines =
      band === "tokens"
        ? [[shown, 1.15, ""], ...smaller(letters), [String(id), 0.72, "soft"]]
        : [[shown, 0.78, "soft"], [String(id), 1.1, "id"], [`type ${type}`, 0.66, "soft"]];
    return { start, end, piece: number, lines, label: shown, letters, id, type, mark, token: mark === "added" || mark === "second" ? -1 : token++ };
  });
}

const smaller = (letters) => (letters ? [[letters.length > 14 ? `${letters.slice(0, 13)}…` : letters, 0.66, "letters"]] : []);

const plain = (content) => (typeof content === "string" ? content : content.map(([run]) => run).join(" "));

/** How wide a line is; runs are measured as they are drawn. */
function wide(content, size) {
  if (typeof content === "string") return textWidth(content, `${size}px ${FONT}`);
  return content.reduce((sum, [run, kind]) => sum + textWidth(run, `${kind ? 700 : 400} ${kind === "tag" ? 0.6 * size : size}px ${FONT}`), 0);
}

/** An item that is wider than the band -> several, cut between words where that is possible; all are one unit. */
function fitting(item, room, em) {
  const [[content, size], ...below] = item.lines;
  if (wide(content, size * em) <= room) return [item];
  const runs = typeof content === "string" ? [[content, ""]] : content;
  const parts = [[]];
  let used = 0;
  for (const [run, kind] of runs) {
    for (const word of run.split(/(?<=·)/u)) {
      for (const piece of wide([[word, kind]], size * em) > room ? graphemes(word) : [word]) {
        const across = wide([[piece, kind]], size * em);
        if (used && used + across > room) [parts[parts.length], used] = [[], 0];
        const last = parts.at(-1).at(-1);
        if (last?.[1] === kind) last[0] += piece;
        else parts.at(-1).push([piece, kind]);
        used += across;
      }
    }
  }
  return parts.map((part) => ({ ...item, lines: [[part, size, ""], ...below] }));
}

const graphemes = (word) => [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(word)].map(({ segment }) => segment);

function drawPicture() {
  const em = parseFloat(getComputedStyle(box).fontSize);
  const width = Math.floor(box.clientWidth);
  if (width < 60 || !drawn) return;
  const picture = svg("svg", { role: "presentation", class: "stages-svg" });
  units = [];
  let y = 0;
  BANDS.forEach((band, number) => (y = drawBand(picture, band, number, width, y, em)));
  picture.setAttribute("viewBox", `0 0 ${width} ${Math.ceil(y)}`);
  picture.setAttribute("width", width);
  picture.setAttribute("height", Math.ceil(y));
  box.replaceChildren(picture);
  touched = null;
  told.replaceChildren(props.known.first);
  box.classList.remove("lit");
  units[0]?.nodes[0].setAttribute("tabindex", 0);
}

/** One band: its heading, then its items in lines; gives where the next one begins. */
function drawBand(picture, band, number, width, top, em) {
  const pad = 0.5 * em;
  const gap = 0.28 * em;
  let y = top;
  if (number) {
    const middle = width / 2;
    picture.append(svg("path", { class: "arrow", d: `M${middle} ${y + 2}v${em}m${-0.4 * em} ${-0.4 * em}l${0.4 * em} ${0.4 * em}l${0.4 * em} ${-0.4 * em}` }));
    y += 1.35 * em;
  }
  const ground = svg("rect", { class: "band", x: 1, y, width: width - 2, rx: 8 });
  picture.append(ground);
  const begin = y;
  y = heading(picture, band, number, width, y + 0.3 * em, em) + 0.25 * em;
  const rtl = drawn.direction === "rtl";
  let x = pad;
  let line = 0;
  const all = items(band);
  all.forEach((item, place) => {
    const unit = { ...item, band, place, nodes: [] };
    units.push(unit);
    const parts = fitting(item, width - 2 * pad - 0.7 * em, em);
    for (const part of parts) {
      const inner = Math.max(...part.lines.map(([content, size]) => wide(content, size * em)));
      const across = Math.min(Math.max(inner + 0.6 * em, 1.5 * em), width - 2 * pad);
      const high = part.lines.reduce((sum, [, size]) => sum + 1.42 * size * em, 0.12 * em);
      if (x > pad && x + across > width - pad) {
        x = pad;
        y += line + gap;
        line = 0;
      }
      line = Math.max(line, high);
      const left = rtl ? width - x - across : x;
      const node = chip(unit, part, left, y, across, high, em);
      unit.nodes.push(node);
      picture.append(node);
      x += across + gap;
    }
  });
  y += (all.length ? line : em) + 0.5 * em;
  ground.setAttribute("y", begin);
  ground.setAttribute("height", y - begin);
  return y;
}

/** "2 Pre-tokeniser   14 pieces", and its parts as the file names them; gives the y below. */
function heading(picture, band, number, width, y, em) {
  const stage = drawn.stages.find(({ id }) => id === band);
  const name = number ? `${number}  ${stage.name}` : "Text";
  const did = number ? stage.did : drawn.counted;
  const title = svg("text", { class: "title", x: 0.5 * em, y: y + 0.75 * em, "font-size": em }, name);
  picture.append(title);
  const after = 1.3 * em + textWidth(name, `700 ${em}px ${FONT}`);
  const size = 0.84 * em;
  const notes = number ? lines(`${did}  ·  ${stage.parts}`, width - 0.5 * em, size, after) : [[after, did]];
  notes.forEach(([x, note], line) => picture.append(svg("text", { class: "did", x, y: y + 0.75 * em + 1.3 * line * size, "font-size": size }, note)));
  return y + 1.35 * em + 1.3 * (notes.length - 1) * size;
}

/** Words in lines of at most this width, the first one after what stands there; no more than three: [[x, text], …] */
function lines(content, width, size, first) {
  const made = [];
  let [x, line] = [first, ""];
  const words = content.split(/(?<=[ ,(])/u);
  for (const word of words) {
    if (x + textWidth(line + word, `${size}px ${FONT}`) > width && (line || x > size)) {
      made.push([x, line]);
      [x, line] = [0.6 * size, ""];
    }
    line += word;
  }
  made.push([x, line]);
  return made.length > 3 ? [...made.slice(0, 2), [made[2][0], `${made[2][1].trimEnd()} …`]] : made;
}

function chip(unit, part, left, top, across, high, em) {
  const colour = unit.piece >= 0 ? `piece-${unit.piece % 4}` : "";
  const node = svg("g", { class: `unit ${unit.band} ${colour} ${unit.mark ?? ""}`, tabindex: -1, role: "button" });
  node.append(svg("rect", { x: left, y: top, width: across, height: high, rx: 5 }));
  let y = top + 0.06 * em;
  for (const [content, size, kind] of part.lines) {
    const room = across - 0.3 * em;
    const scale = Math.min(1, room / Math.max(1, wide(content, size * em)));
    y += 0.71 * size * em;
    const words = svg("text", { class: kind, x: left + across / 2, y, "font-size": size * em * scale });
    if (typeof content === "string") words.append(content);
    else for (const [run, mark] of content) words.append(svg("tspan", { class: mark, "font-size": mark === "tag" ? 0.6 * size * em * scale : null }, run));
    const letters = plain(content);
    words.setAttribute("direction", RIGHT_TO_LEFT.test(letters) && !LATIN.test(letters) ? "rtl" : "ltr");
    node.append(words);
    y += 0.71 * size * em;
  }
  node.setAttribute("aria-label", `${spoken(unit.label)}${unit.id === undefined ? "" : `, id ${unit.id}`}, ${EACH[unit.band]}`);
  node.unit = unit;
  return node;
}

// -- touching -------------------------------------------------------------------------------------

const first = (unit) => unit.mark !== "added" && unit.mark !== "second";

function related(one, other) {
  if (one === other) return true;
  if (!first(one) || !first(other)) return false;
  if (one.band === other.band) return false;
  if (one.piece >= 0 && other.piece >= 0 && one.piece !== other.piece) return false;
  if (one.token !== undefined && other.token !== undefined) return one.token === other.token;
  return one.start < other.end && other.start < one.end;
}

function touch(unit, focus = false) {
  if (!unit) return;
  for (const each of units) {
    const meets = related(unit, each);
    for (const node of each.nodes) {
      node.classList.toggle("related", meets);
      node.classList.toggle("touched", each === unit);
      node.setAttribute("tabindex", -1);
    }
  }
  unit.nodes[0].setAttribute("tabindex", 0);
  box.classList.add("lit");
  touched = unit;
  tell(unit);
  if (focus) {
    unit.nodes[0].focus({ preventScroll: true });
    unit.nodes[0].scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

const short = (label) => ([...label].length > 30 ? `${[...label].slice(0, 28).join("")}…` : label);

/** The way of one unit in words: where it comes from, what was lost on the way, what it becomes. */
function tell(unit) {
  told.replaceChildren();
  const say = (...parts) => told.append(...parts);
  const mark = (content) => {
    const made = make("b");
    const inside = make("bdi");
    write(inside, content);
    made.append(inside);
    return made;
  };
  if (unit.mark === "added") return say("The post-processor adds ", mark(unit.label), `, id ${unit.id}, type ${unit.type}: it stands for no letter of the text.`);
  if (unit.mark === "second") return say(mark(unit.label), `, id ${unit.id}, type ${unit.type}: of the second sentence.`);
  BANDS.forEach((band) => {
    const found = units.filter((each) => each.band === band && (each === unit || related(unit, each)));
    if (band !== "text") say(" → ");
    if (!found.length) return say(make("i", "", "nothing"));
    found.slice(0, 8).forEach((each, place) => {
      if (place) say(" + ");
      say(band === "final" ? String(each.id) : mark(short(each.label)));
    });
    if (found.length > 8) say(" …");
  });
  const letters = unit.letters ? `. It is written ${unit.letters}: one letter for each byte of UTF-8` : "";
  if (letters) say(letters);
  if (unit.mark === "unknown") say(". The vocabulary has no way to spell this word, so all of it is one unknown");
  const words = units.filter((each) => each.band === "text" && (each === unit || related(unit, each)));
  const start = Math.min(unit.start, ...(words.length < 3 ? words.map((each) => each.start) : []));
  const end = Math.max(unit.end, ...(words.length < 3 ? words.map((each) => each.end) : []));
  const lost = drawn.edits.filter((each) => each[0] < end && start < each[1]);
  lost.slice(0, 4).forEach(([, , , , points], place) => say(place ? "; " : ". Changed in this word: ", points));
  if (lost.length > 4) say(`; and ${lost.length - 4} more`);
}

const unitOf = (event) => event.target.closest?.(".unit")?.unit;
box.addEventListener("pointerover", (event) => event.pointerType === "mouse" && touch(unitOf(event)));
box.addEventListener("click", (event) => touch(unitOf(event), true));
box.addEventListener("focusin", (event) => unitOf(event) !== touched && touch(unitOf(event)));
box.addEventListener("keydown", (event) => {
  const unit = unitOf(event);
  if (!unit) return;
  const forward = drawn.direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const band = units.filter((each) => each.band === unit.band);
  let next = null;
  if (event.key === "ArrowRight" || event.key === "ArrowLeft") next = band[band.indexOf(unit) + (event.key === forward ? 1 : -1)];
  else if (event.key === "Home") next = band[0];
  else if (event.key === "End") next = band.at(-1);
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") next = beyond(unit, event.key === "ArrowDown" ? 1 : -1);
  else return;
  event.preventDefault();
  touch(next, true);
});

/** What it becomes (1) or was made of (-1): in the next band that has something of it, else whatever is there. */
function beyond(unit, step) {
  for (let at = BANDS.indexOf(unit.band) + step; BANDS[at]; at += step) {
    const found = units.find((each) => each.band === BANDS[at] && related(unit, each));
    if (found) return found;
  }
  return units.find((each) => each.band === BANDS[BANDS.indexOf(unit.band) + step]);
}

// -- what is lost, and what the stages are made of ------------------------------------------------

function drawLost(lost) {
  find(".stages-lost").classList.toggle("empty", !lost);
  const back = find(".stages-back");
  const list = find(".stages-same");
  back.replaceChildren();
  list.replaceChildren();
  find(".stages-share").textContent = lost?.share ?? "";
  if (!lost) return;
  const decoded = make("bdi", "stages-decoded", lost.decoded);
  decoded.dir = "auto";
  back.classList.toggle("problem-box", !lost.back);
  back.append(`${lost.says} `, decoded);
  for (const each of lost.here) list.append(same(each, "in this text"));
  for (const each of lost.pairs) list.append(same(each, ""));
}

/** "फूल, फल → फल" where they cannot be told apart any more, "फूल ≠ फल" where they can. */
function same({ words, forms, lost }, where) {
  const line = make("li", lost ? "gone" : "kept");
  words.forEach((word, place) => {
    if (place) line.append(lost ? ", " : " ≠ ");
    line.append(make("bdi", "", word));
  });
  if (lost) line.append(" → ");
  if (lost) forms.forEach((form, place) => line.append(place ? " / " : "", make("bdi", "form", form)));
  if (where) line.append(make("small", "", ` ${where}`));
  return line;
}

function drawParts(stages) {
  const list = find(".stages-parts");
  list.replaceChildren();
  stages.forEach((stage, number) => {
    list.append(make("dt", "", `${number + 1}  ${stage.name}`));
    for (const part of stage.made) {
      const described = make("dd", part.off ? "off" : "");
      described.append(make("code", "", part.name), ` ${part.explain}`);
      if (part.did) {
        const did = make("bdi", "did", ` ${part.did}.`);
        described.append(did);
      }
      if (part.after) described.append(" ", make("bdi", "after", part.after));
      if (part.edits.length) described.append(edits(part.edits));
      list.append(described);
    }
  });
}

/** What one step did, as buttons: each says its code points. */
function edits(changes) {
  const row = make("div", "stages-edits");
  const says = make("p", "stages-points");
  says.setAttribute("aria-live", "polite");
  says.textContent = "Tap a change for its code points.";
  for (const [before, after, count, points] of changes) {
    const button = make("button");
    button.type = "button";
    button.append(after ? "" : "− ", make("del", "", before));
    if (after) button.append(" → ", make("ins", "", after));
    if (count > 1) button.append(make("small", "", ` ×${count}`));
    button.addEventListener("click", () => (says.textContent = points));
    row.append(button);
  }
  roving(row);
  const both = make("div");
  both.append(row, says);
  return both;
}

let width = 0;
new ResizeObserver(() => {
  if (Math.abs(box.clientWidth - width) < 2) return;
  width = box.clientWidth;
  drawPicture();
}).observe(box);
const ready = offer();

return {
  async show(asked) {
    await ready;
    if (asked) {
      const wanted = asked.get("stages");
      if (wanted && [...menuOf.options].some(({ value }) => value === wanted)) menuOf.value = chosen = wanted;
      if (asked.has("second")) second.value = asked.get("second").slice(0, second.maxLength);
    }
    ask_();
  },
  ownChanged() {
    fillMenu();
    if (chosen === "own" || chosen === "page") ask_();
  },
  parameters: () => ({ stages: chosen, ...(second.value ? { second: second.value } : {}) }),
  python: () => drawn?.python ?? { sentence: "There is nothing yet." },
  picture: () => box.querySelector("svg"),
  rows: () =>
    drawn
      ? [
          ["stage", "from", "to", "text", "id", "type"],
          ...units.map(({ band, start, end, label, id, type }) => [band, start, end, label, id ?? "", type ?? ""]),
        ]
      : [],
};
