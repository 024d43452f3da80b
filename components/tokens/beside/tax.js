// The token tax as bars; continues the section's script.

const price = () => (priceBox.value.trim() === "" ? null : Number(priceBox.value));
const badPrice = () => price() !== null && !(price() >= 0 && price() <= known.dearest);
const times = (number) => `${number.toFixed(1)}×`;

const isPriced = () => price() !== null && !badPrice();

/** What a bar says: tokens, and how many times English or, with a price, what a million such sentences cost. */
function costOf([tokens, ratio, lost], priced = isPriced()) {
  const cost = tokens * price();
  const second = priced ? cost.toLocaleString("en", { maximumFractionDigits: cost < 100 ? 2 : 0 }) : times(ratio);
  return `${tokens} · ${second}${lost ? " ✗" : ""}`;
}

function taxPicture(answer, width, em) {
  const gap = 0.9 * em;
  const names = answer.sentences.map(({ english }) => english);
  const size = 0.95 * em;
  const margin = Math.max(...names.map((name) => textWidth(name, fontOf(size)))) + 0.7 * em;
  const most = Math.max(1, ...answer.tariffs.flatMap(({ costs }) => costs.map(([, ratio]) => ratio)));
  const all = answer.tariffs.flatMap(({ costs }) => costs);
  const widest = (priced) => Math.max(0, ...all.map((cost) => textWidth(costOf(cost, priced), fontOf(0.85 * em, 600))));
  const longest = widest(isPriced());
  const { columns, each } = columnsFor(answer.tariffs.length, width - margin, widest(false) + (width > 500 ? 2.6 : 6) * em, gap);
  const step = 1.62 * em;
  const picture = svg("svg", { width, role: "presentation" });
  const totals = answer.tariffs.map(({ costs }) => (costs.length && !costs.some(([, , lost]) => lost) ? costs.reduce((sum, [tokens]) => sum + tokens, 0) : Infinity));
  const least = Math.min(...totals);
  let top = 0;
  for (let first = 0; first < answer.tariffs.length; first += columns) {
    const row = answer.tariffs.slice(first, first + columns);
    row.forEach((tariff, place) => {
      const x = margin + place * (each + gap);
      const best = totals[first + place] === least && least < Infinity;
      picture.append(words(x, top + 1.05 * em, em, fitting(tariff.name, em, each, best), best ? "name best" : "name"));
      const under = tariff.error ? wrapped(tariff.error, 0.85 * em, each) : [meanOf(tariff, answer)];
      under.forEach((line, number) => picture.append(words(x, top + (2.25 + 1.2 * number) * em, 0.82 * em, line, tariff.error ? "error" : "soft")));
    });
    const begin = top + 2.9 * em;
    const scale = (each - longest - 0.4 * em) / most;
    answer.sentences.forEach((sentence, number) => {
      const y = begin + number * step;
      const node = svg("g", { class: "unit language", tabindex: -1, role: "button" });
      node.append(svg("rect", { class: "ground", x: 0, y, width, height: step - 1, rx: 4 }));
      node.append(words(margin - 0.5 * em, y + 1.12 * em, size, sentence.english, "label"));
      const named = [];
      row.forEach((tariff, place) => {
        const cost = tariff.costs[number];
        if (!cost) return;
        const x = margin + place * (each + gap);
        const long = Math.max(2, Math.max(0, scale) * cost[1]);
        node.append(svg("rect", { class: `tax-bar t${(first + place) % 4}${cost[2] ? " lossy" : ""}`, x, y: y + 0.3 * em, width: long, height: step - 0.62 * em, rx: 3 }));
        node.append(words(x + Math.max(long, scale) + 0.3 * em, y + 1.1 * em, 0.85 * em, costOf(cost), "cost"));
        named.push(`${tariff.name} ${cost[0]} tokens, ${times(cost[1])} English${isPriced() ? `, a million such cost ${costOf(cost).split(" · ")[1]}` : ""}${cost[2] ? `, ${cost[2]}` : ""}`);
      });
      node.setAttribute("aria-label", `${sentence.english}: ${named.join("; ")}`);
      picture.append(node);
      note({ view: "tax", column: first, place: number, start: number, end: number + 1, node, sentence });
    });
    row.forEach((tariff, place) => {
      if (!tariff.costs.length || scale <= 0) return;
      const x = margin + place * (each + gap) + scale;
      picture.append(svg("line", { class: "one", x1: x, x2: x, y1: begin - 0.2 * em, y2: begin + answer.sentences.length * step }));
    });
    top = begin + answer.sentences.length * step + 0.9 * em;
  }
  const numbers = isPriced() ? "tokens · what a million such sentences cost" : "tokens · times English";
  const foot = `${numbers}. A bar is as long as its times English in the same tokenizer; the dotted line is 1×.`;
  wrapped(foot, 0.82 * em, width).forEach((line) => {
    picture.append(words(0, top + 0.5 * em, 0.82 * em, line, "soft"));
    top += 1.3 * em;
  });
  picture.setAttribute("height", top + 0.3 * em);
  picture.setAttribute("viewBox", `0 0 ${width} ${top + 0.3 * em}`);
  return picture;
}

/** Over the other languages, the base left out; few tokens are no bargain where the text is lost. */
function meanOf({ costs }, { sentences }) {
  const lossy = costs.filter(([, , lost]) => lost).length;
  if (lossy) return `✗ lost: ${lossy} of ${costs.length}`;
  const others = costs.filter((_, number) => sentences[number].language !== "en");
  return `average ${times(others.reduce((sum, [, ratio]) => sum + ratio, 0) / others.length)}`;
}

priceBox.addEventListener("input", () => {
  sayHere(badPrice() ? `A price is a number from 0 to ${known.dearest.toLocaleString("en")}.` : "", badPrice());
  draw();
  address();
});
