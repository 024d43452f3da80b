// Hand it in: a card that says what is handed in, the files of the zip, the commands that upload it.

const chooser = find("#handin-tokenizer");
const cardBox = find(".handin-card");
const tree = find(".handin-tree");
const preview = find(".handin-preview");
const picker = find(".handin-file");
const say = sayIn(".handin-says");
let shownKit = null; // the answer on the screen
let shownFile = ""; // the path of the file that is shown

const kilobytes = (size) => (size < 1000 ? `${size} B` : `${Math.round(size / 1000).toLocaleString("en")} kB`);

// -- which tokenizer ------------------------------------------------------------------------------

function offer(chosen) {
  const own = lab.own();
  chooser.replaceChildren(
    ...(own ? [new Option(`mine · ${own.name}`, own.key)] : []),
    ...props.known.examples.map(([id, name]) => new Option(`example: ${name}`, id)),
  );
  const known = [...chooser.options].some((option) => option.value === chosen);
  chooser.value = known ? chosen : (own?.key ?? props.known.examples[0][0]);
  find(".handin-mine").textContent = !own
    ? "You have no tokenizer of your own yet. Train one, or load its file; until then, see what a kit looks like."
    : own.key === chooser.value
      ? "From your own tokenizer:"
      : "This is an example; your own tokenizer is in the menu.";
}

const sendKit = asker({
  name: "handin",
  says: ".handin-says",
  slow: "The kit is being packed.",
  send: async (tokenizer) => {
    const answer = await ask("kit", { tokenizer });
    // what is below would be of another tokenizer
    for (const part of [".handin-kit", ".handin-papers"]) find(part).hidden = Boolean(answer.error);
    if (answer.error) shownKit = null;
    return answer;
  },
  take: draw,
});

chooser.addEventListener("change", () => {
  offer(chooser.value);
  sendKit(chooser.value);
});

find(".handin-train").addEventListener("click", () => lab.openSection("train", {}));
find(".handin-load").addEventListener("click", () => picker.click());
picker.addEventListener("change", async () => {
  const [file] = picker.files;
  picker.value = "";
  if (!file) return;
  if (file.size > props.known.largest) return say(`A tokenizer's file has at most ${props.known.largest >> 20} MiB.`, true);
  try {
    const answer = await lab.setOwn(await file.text());
    if (answer.error) return say(answer.error, true);
    offer(answer.key);
    sendKit(answer.key);
  } catch {
    say(DOWN, true);
  }
});

// -- the card -------------------------------------------------------------------------------------

const FONT = 'system-ui, "Noto Sans", "Noto Sans Tamil", sans-serif';
const [LEFT, GAP] = [92, 8]; // where texts begin, beside the mark; between two rows
let wide = 640; // of the drawing, in sixteenths of an em: its letters are as large as the page's

function draw(kit) {
  shownKit = kit;
  find(".handin-download").textContent = `Download the kit (zip, ${kilobytes(kit.size)})`;
  drawCard();
  drawTree();
  drawCommands();
}

function drawCard() {
  const kit = shownKit;
  if (!kit || !cardBox.clientWidth) return;
  wide = Math.max(340, (cardBox.clientWidth * 16) / parseFloat(getComputedStyle(cardBox).fontSize));
  const picture = svg("svg", { role: "img", class: "handin-picture" });
  const told = kit.checks.map(([rule, found, holds]) => `${holds ? "holds" : "does not hold"}: ${rule}: ${found}`);
  picture.setAttribute("aria-label", `${kit.language} tokenizer. ${told.join(". ")}`);
  const title = kit.native && kit.native !== kit.language ? `${kit.native} · ${kit.language} tokenizer` : `${kit.language} tokenizer`;
  picture.append(line(title, 0, 28, 28, "title", wide));
  let y = 42;
  [entriesRow, ratioRow, patternRow].forEach((row, number) => {
    const [, found, holds] = kit.checks[number];
    const part = svg("g", { transform: `translate(0 ${y})`, class: holds ? "holds" : "fails" });
    const height = row(part, kit, found);
    const middle = height / 2;
    part.prepend(
      svg("rect", { x: 1, y: 1, width: wide - 2, height, rx: 12, class: "ground" }),
      svg("circle", { cx: 46, cy: middle, r: 29, class: "mark" }),
      svg("path", { d: holds ? `M32 ${middle} l10 11 l18 -23` : `M34 ${middle - 12} l24 24 m0 -24 l-24 24`, class: "sign" }),
    );
    picture.append(part);
    y += height + GAP;
  });
  picture.setAttribute("viewBox", `-8 -4 ${wide + 16} ${y + 4}`);
  cardBox.replaceChildren(picture);
}

/** A text, smaller where it would not fit into its room. */
function line(content, x, y, size, className, room = wide - LEFT - 14) {
  const long = textWidth(content, `700 ${size}px ${FONT}`);
  return svg("text", { x, y, class: className, "font-size": long > room ? size * (room / long) : size }, content);
}

/** Small words below the large ones, over as many lines as they need; gives where they end. */
function words(part, content) {
  let y = 60;
  let row = "";
  for (const word of content.split(" ")) {
    if (row && textWidth(`${row} ${word}`, `500 16px ${FONT}`) > wide - LEFT - 14) {
      part.append(line(row, LEFT, y, 16, "small"));
      [row, y] = ["", y + 20];
    }
    row += row ? ` ${word}` : word;
  }
  part.append(line(row, LEFT, y, 16, "small"));
  return y + 12;
}

function entriesRow(part, kit) {
  part.append(line(`${kit.entries.toLocaleString("en")} entries`, LEFT, 38, 30, "big"));
  const y = words(part, `fewer than ${props.known.fewer.toLocaleString("en")} are asked for`);
  bar(part, y, 18, kit.entries / props.known.fewer, 1, LEFT);
  return y + 30;
}

function ratioRow(part, kit) {
  const [, decisive] = kit.ratios.at(-1);
  part.append(line(`${decisive.toFixed(2)} bytes a token`, LEFT, 38, 30, "big"));
  let y = words(part, `a compression ratio of ${props.known.mark} or more is asked for`);
  const most = Math.max(props.known.mark, ...kit.ratios.map(([, ratio]) => ratio)) * 1.02;
  for (const [name, ratio] of kit.ratios) {
    part.append(line(`${name} ${ratio.toFixed(2)}`, LEFT, y + 15, 16, "small", 130));
    bar(part, y, 18, ratio / most, props.known.mark / most, LEFT + 140);
    y += 26;
  }
  return y + 6;
}

/** How far, and where the mark is; both shares of the room. */
function bar(part, y, height, share, mark, x) {
  const room = wide - x - 18;
  part.append(
    svg("rect", { x, y, width: room, height, rx: 4, class: "track" }),
    svg("rect", { x, y, width: Math.max(2, Math.min(1, share) * room), height, rx: 4, class: "filled" }),
    svg("rect", { x: x + mark * room - 2, y: y - 4, width: 4, height: height + 8, class: "limit" }),
  );
}

/** What was found, and a sample sentence as it is cut. */
function patternRow(part, kit, found) {
  part.append(line(`pattern: ${kit.pattern}`, LEFT, 38, 28, "big"));
  let y = words(part, found);
  const size = 21;
  const rtl = kit.direction === "rtl";
  const room = wide - LEFT - 14;
  let used = 0;
  kit.pieces.forEach((piece, place) => {
    const own = textWidth(visible(piece), `${size}px ${FONT}`) + 12;
    if (used && used + own > room) [used, y] = [0, y + 36];
    const left = rtl ? wide - 14 - used - own : LEFT + used;
    part.append(
      svg("rect", { x: left, y, width: own - 3, height: 32, rx: 6, class: `piece piece-${place % 4}` }),
      svg("text", { x: left + own / 2 - 1.5, y: y + 16, class: "cut", "font-size": size, direction: kit.direction }, visible(piece)),
    );
    used += own;
  });
  return y + 40;
}

new ResizeObserver(drawCard).observe(cardBox);

const visible = (piece) => piece.replaceAll(" ", "·").replaceAll("\n", "↵");
