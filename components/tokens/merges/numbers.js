// Both numbers, and the merge tree of a token; continues the section's script.

// -- both numbers ---------------------------------------------------------------------------------

function drawNumbers() {
  const length = lengthAt(step);
  const show = (name, value) => (find(`[data-number=${name}]`).textContent = value);
  show("length", length.toLocaleString("en"));
  show("vocabulary", (course.base + step).toLocaleString("en"));
  show("shorter", `${(lengthAt(0) / length).toFixed(2)} ×`);
  const box = find(".chart");
  box.replaceChildren(chart(box.clientWidth, box.clientHeight, parseFloat(getComputedStyle(box).fontSize)));
}

/** Two lines that grow with the merges: how long the sequence is, and how many entries there are. */
function chart(width, height, em) {
  const values = { length: lengthAt, vocabulary: (number) => course.base + number };
  const top = Math.max(lengthAt(0), course.base + most());
  const [left, right, above, below] = [2.6 * em, 6.2 * em, 0.8 * em, 1.6 * em];
  const x = (number) => left + ((width - left - right) * number) / Math.max(1, most());
  const y = (value) => above + (height - above - below) * (1 - value / top);
  const word = (at, down, content, look, anchor = "end") => svg("text", { x: at, y: down, class: look, "text-anchor": anchor }, content);
  const floor = y(0);
  const made = svg(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `After ${counted(step, "merge")}: ${counted(lengthAt(step), "token")}, ${counted(course.base + step, "entry").replace("entrys", "entries")}` },
    svg("path", { class: "axis", d: `M${left} ${above}V${floor}H${width - right}` }),
    word(left - 0.4 * em, y(top) + 0.35 * em, top.toLocaleString("en"), "tick"),
    word(left - 0.4 * em, floor + 0.2 * em, "0", "tick"),
    word(x(0), height - 0.35 * em, "0", "tick", "middle"),
    most() ? word(x(most()), height - 0.35 * em, `${most()} merges`, "tick", "middle") : null,
  );
  const ends = Object.entries(values).map(([name, of]) => [name, of(step), y(of(step))]);
  const near = Math.abs(ends[0][2] - ends[1][2]) < 1.1 * em ? 0.55 * em : 0;
  const upper = ends[0][2] <= ends[1][2] ? 0 : 1;
  ends.forEach(([name, value, down], number) => {
    const line = Array.from({ length: step + 1 }, (_, each) => `${x(each).toFixed(1)} ${y(values[name](each)).toFixed(1)}`);
    const mark = name === "length" ? svg("circle", { class: `dot ${name}`, cx: x(step), cy: down, r: 0.32 * em }) : svg("rect", { class: `dot ${name}`, x: x(step) - 0.3 * em, y: down - 0.3 * em, width: 0.6 * em, height: 0.6 * em });
    const beside = down + 0.35 * em + (number === upper ? -near : near);
    made.append(svg("path", { class: `line ${name}`, d: `M${line.join("L")}` }), mark);
    made.append(word(x(step) + 0.6 * em, beside, `${value.toLocaleString("en")} ${name === "length" ? "tokens" : "entries"}`, `value ${name}`, "start"));
  });
  return made;
}

// -- the tree of a token --------------------------------------------------------------------------

const idShown = () => treeOf ?? (step ? course.base + step - 1 : stateAt(0).flat()[0]);

function drawTree() {
  const id = idShown();
  const number = id - course.base + 1;
  find(".tree-name").textContent = number > 0 ? `${quoted(id, 12)}: merge ${number}. Click any token.` : `${quoted(id, 12)}: there from the start. Click any token.`;
  const box = find(".tree");
  box.lang = course.direction === "rtl" ? "ur" : "";
  const em = parseFloat(getComputedStyle(box).fontSize);
  const { group, width, height } = tree(id, em, fontOf(box, em));
  const fits = Math.max(FINGER ? 1 : 0.55, Math.min(1.25, box.clientWidth / width, box.clientHeight / height));
  box.replaceChildren(
    svg("svg", { width: width * fits, height: height * fits, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": `Merge tree of ${spoken(course.entries[id])}` }, group),
  );
  roving(box, ".token");
  cueTree();
}
const cueTree = cue(find(".tree"));

/** The nodes of a tree, at most NODES leaves: { id, parts, height }; what is not drawn any further has no parts. */
function branches(id) {
  const root = { id };
  const waiting = [root];
  for (let leaves = 1; waiting.length && leaves < NODES; ) {
    const node = waiting.shift();
    const parts = course.merges[node.id - course.base]?.slice(0, 2);
    if (!parts) continue;
    node.parts = parts.map((part) => ({ id: part }));
    waiting.push(...node.parts);
    leaves++;
  }
  return root;
}

/** The token on top, what it was merged from below, its units on the lowest line. */
function tree(id, em, font) {
  const root = branches(id);
  const group = svg("g");
  const rtl = (directionOf(course.entries[id]) || course.direction) === "rtl";
  const high = (node) => (node.height = node.parts ? 1 + Math.max(...node.parts.map(high)) : 0);
  const top = high(root);
  const level = tall(em) + 0.65 * em;
  let used = 0.2 * em;
  const place = (node) => {
    node.label = shownAs(node.id, 14);
    node.w = Math.max(1.8 * em, FINGER, textWidth(node.label, font) + em);
    node.y = 0.2 * em + (top - node.height) * level;
    if (!node.parts) {
      node.x = used + node.w / 2;
      used += node.w + 0.5 * em;
      return;
    }
    const [left, right] = node.parts;
    for (const part of rtl ? [right, left] : [left, right]) place(part);
    node.x = (left.x + right.x) / 2;
    const outer = Math.max(node.x + node.w / 2 + 0.5 * em, used);
    used = outer;
  };
  place(root);
  const shift = Math.max(0, 0.2 * em - leftmost(root));
  const paint = (node) => {
    node.x += shift;
    for (const part of node.parts ?? []) {
      paint(part);
      group.prepend(svg("path", { class: "branch", d: `M${node.x} ${node.y + tall(em)}L${part.x} ${part.y}` }));
    }
    const merged = node.id >= course.base;
    const number = node.id - course.base + 1;
    group.append(
      svg(
        "g",
        { class: `token${merged ? ` c${node.id % 4}` : ""}`, role: "button", tabindex: -1, "data-id": node.id, "aria-label": merged ? `${spoken(course.entries[node.id])}, merge ${number}` : spoken(course.entries[node.id]) },
        svg("rect", { x: node.x - node.w / 2, y: node.y, width: node.w, height: tall(em), rx: 0.35 * em }),
        written(node.label, node.id, node.x, node.y, em),
        merged ? svg("text", { x: node.x + node.w / 2 + 0.15 * em, y: node.y + 0.65 * em, class: "order", "font-size": 0.7 * em }, number) : null,
      ),
    );
  };
  paint(root);
  return { group, width: used + shift + 1.2 * em, height: top * level + tall(em) + 0.5 * em };
}

const leftmost = (node) => Math.min(node.x - node.w / 2, ...(node.parts ?? []).map(leftmost));
