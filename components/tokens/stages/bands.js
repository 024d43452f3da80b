// The bands as one drawing; continues the section's script.

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
