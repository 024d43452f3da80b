// The curve; continues the section's script.

const widthMenu = find("#train-width");
const untied = find("#train-untied");
const perEntry = () => Number(widthMenu.value) * (untied.checked ? 2 : 1);
const short = (value) => (value >= 1e6 ? `${(value / 1e6).toFixed(value < 1e7 ? 1 : 0)} M` : value >= 1e3 ? `${Math.round(value / 1e3)} k` : `${value}`);
let touched = null; // the point that is told

function drawCurve(of = coming?.curve ? coming : report) {
  const box = find(".drawing");
  const curve = of.curve ?? [];
  touched = null;
  find(".how").textContent = curve.length ? `On ${of.on}. ${of.how}` : (of.made && !coming ? "The curve needs the text that was learned from: train here to see it." : "");
  const em = parseFloat(getComputedStyle(box).fontSize);
  const whole = box.clientWidth;
  if (!whole) return;
  const stacked = whole < 28 * em;
  const height = 11.5 * em;
  const each = stacked ? whole : (whole - em) / 2;
  const plots = svg("svg", { class: "plots", viewBox: `0 0 ${whole} ${stacked ? 2 * height : height}`, width: whole, height: stacked ? 2 * height : height, role: "img", tabindex: curve.length ? 0 : null, "aria-label": told(of) });
  const highest = Math.max(mark * 1.25, ...curve.map((point) => point[1]));
  const last = curve.at(-1)?.[0] ?? 1000;
  const cost = last * perEntry();
  plots.append(
    plot({ x: 0, y: 0, each, height, em, name: "per token", last, highest, write: (value) => value.toFixed(highest < 10 ? 1 : 0), line: mark, rows: [[1, "bytes", "bytes-line"], [2, "characters", "characters-line"]], curve }),
    plot({ x: stacked ? 0 : each + em, y: stacked ? height : 0, each, height, em, name: "embedding parameters", last, highest: cost * 1.1, write: short, rows: [[3, "", "cost-line"]], curve: curve.map((point) => [...point, point[0] * perEntry()]) }),
  );
  box.style.minHeight = `${stacked ? 2 * height : height}px`;
  box.replaceChildren(plots);
}

/** One plot: its axes, a line for each of `rows`, a dot for each point. */
function plot({ x, y, each, height, em, name, last, highest, write: written, line, rows, curve }) {
  const ends = (curve.length ? rows : []).map(([column, label, className]) => {
    const value = curve.at(-1)[column];
    return { column, className, words: label ? `${value.toFixed(2)} ${label}` : written(value) };
  });
  const markName = line ? `${line}: the mark` : "";
  const beside = Math.max(2 * em, ...[markName, ...ends.map(({ words }) => words)].map((words) => textWidth(words, `700 ${0.8 * em}px system-ui`)));
  const [left, right, top, bottom] = [x + 3.1 * em, x + each - beside - 0.6 * em, y + 1.6 * em, y + height - 2.7 * em];
  const across = (value) => left + ((right - left) * value) / last;
  const up = (value) => bottom - ((bottom - top) * value) / highest;
  const group = svg("g", {}, svg("text", { x, y: y + 0.95 * em, class: "axis-name" }, name));
  for (const tick of ticks(highest, 4)) {
    group.append(svg("line", { x1: left, x2: right, y1: up(tick), y2: up(tick), class: "grid" }));
    group.append(svg("text", { x: left - 0.3 * em, y: up(tick) + 0.3 * em, class: "tick end" }, written(tick)));
  }
  const placed = []; // [from, to] of the words below the axis: the last one comes first, others where there is room
  for (const tick of [last, ...ticks(last, 4)]) {
    const half = textWidth(number(tick), `${0.8 * em}px system-ui`) / 2 + 0.25 * em;
    const [start, end] = [across(tick) - half, across(tick) + half];
    if (placed.some(([begins, ends]) => begins < end && start < ends)) continue;
    placed.push([start, end]);
    group.append(svg("text", { x: across(tick), y: bottom + 1.1 * em, class: "tick middle" }, number(tick)));
  }
  group.append(svg("text", { x: (left + right) / 2, y: bottom + 2.25 * em, class: "tick middle" }, "entries"));
  group.append(svg("line", { x1: left, x2: right, y1: bottom, y2: bottom, class: "base" }));
  if (line) {
    group.append(svg("line", { x1: left, x2: right, y1: up(line), y2: up(line), class: "mark" }));
    group.append(svg("text", { x: right + 0.3 * em, y: up(line) + 0.3 * em, class: "tick mark-name" }, markName));
  }
  const labels = [];
  for (const { column, className, words } of ends) {
    const points = curve.map((point) => [across(point[0]), up(point[column])]);
    group.append(svg("polyline", { points: points.map((point) => point.join(",")).join(" "), class: className }));
    points.forEach(([cx, cy], place) => group.append(svg("circle", { cx, cy, r: 0.2 * em, class: `dot ${className}`, "data-point": place })));
    labels.push([points.at(-1)[1] + 0.3 * em, words, className]);
  }
  for (const [at, words, className] of apart(labels, 1.05 * em, line ? up(line) + 0.3 * em : null)) {
    group.append(svg("text", { x: right + 0.4 * em, y: at, class: `tick end-of ${className}` }, words));
  }
  return group;
}

/** Labels that would stand on one another, or on the mark's, are moved up. */
function apart(labels, gap, taken) {
  const placed = taken === null ? [] : [taken];
  return labels.map(([at, ...rest]) => {
    let free = at;
    while (placed.some((other) => Math.abs(other - free) < gap)) free -= gap / 4;
    placed.push(free);
    return [free, ...rest];
  });
}

/** Round numbers from 0 on, about `count` of them: (9.3, 4) -> [0, 2, 4, 6, 8] */
function ticks(highest, count) {
  const rough = highest / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((each) => each * power * 1.4 >= rough) * power;
  return Array.from({ length: Math.floor(highest / step + 1e-9) + 1 }, (_, place) => place * step);
}

function told(of) {
  if (!of.curve?.length) return "No curve yet";
  const [first, last] = [of.curve[0], of.curve.at(-1)];
  return `From ${number(first[0])} entries and ${first[1].toFixed(2)} bytes per token to ${number(last[0])} entries and ${last[1].toFixed(2)}; ${short(last[0] * perEntry())} parameters.`;
}

/** Tells one point in words below the drawing. */
function touch(place) {
  const { curve } = report.curve ? report : (coming ?? {});
  if (!curve?.length) return;
  touched = Math.max(0, Math.min(curve.length - 1, place));
  const [count, bytes, characters] = curve[touched];
  const more = touched ? `; one step before: ${curve[touched - 1][1].toFixed(2)}` : "";
  find(".how").textContent = `${number(count)} entries: ${bytes.toFixed(2)} bytes and ${characters.toFixed(2)} characters per token${more}. ${number(count * perEntry())} embedding parameters.`;
  for (const dot of element.querySelectorAll("[data-point]")) dot.classList.toggle("on", Number(dot.dataset.point) === touched);
}

find(".drawing").addEventListener("pointermove", pointAt);
find(".drawing").addEventListener("pointerdown", pointAt);
function pointAt(event) {
  const dots = [...element.querySelectorAll("[data-point]")];
  if (!dots.length) return;
  const off = (dot) => {
    const { x, y, width } = dot.getBoundingClientRect();
    return Math.hypot(x + width / 2 - event.clientX, (y + width / 2 - event.clientY) / 3);
  };
  const nearest = dots.reduce((best, dot) => (off(dot) < off(best) ? dot : best));
  touch(Number(nearest.dataset.point));
}
find(".drawing").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1, Home: -100, End: 100 }[event.key];
  if (!step) return;
  event.preventDefault();
  touch((touched ?? -1) + step);
});
for (const control of [widthMenu, untied]) control.addEventListener("change", () => drawCurve());
let drawnWidth = 0;
new ResizeObserver(() => {
  const { clientWidth } = find(".drawing");
  if (Math.abs(clientWidth - drawnWidth) > 2) drawCurve();
  drawnWidth = clientWidth;
}).observe(find(".drawing"));
