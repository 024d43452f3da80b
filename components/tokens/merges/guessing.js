// The ranking, and the class's guess; continues the section's script.

/** Is the answer to the next merge still covered? */
const hidden = () => covered && step < most() && !guesses.has(step + 1);

/** The pairs of this step; while they are covered, in the order in which they stand in the text. */
function pairsNow() {
  const { pairs } = course.rankings[step];
  if (!hidden()) return pairs;
  const order = new Map();
  stateAt(step).forEach((piece) => piece.forEach((id, place) => {
    const key = `${id} ${piece[place + 1]}`;
    if (!order.has(key)) order.set(key, order.size);
  }));
  return [...pairs].sort((one, other) => order.get(keyOf(one)) - order.get(keyOf(other)));
}

function drawRanking() {
  const pairs = pairsNow();
  const { different, tied } = course.rankings[step];
  const best = course.rankings[step].pairs[0]?.[2] ?? 0;
  find(".class-first").ariaPressed = String(covered);
  rows.forEach((row, number) => drawRow(row, pairs[number], best, tied));
  roving(find(".ranking"), "button:not([disabled])");
  const more = different - pairs.length;
  find(".different").textContent = more > 0 ? `and ${counted(more, "other pair")}` : "";
  drawVerdict();
  drawBrackets();
}

function drawRow(row, pair, best, tied) {
  const cover = hidden();
  row.disabled = !pair;
  row.pair = pair;
  if (!pair) return row.replaceChildren();
  const [left, right, count] = pair;
  const next = !cover && step < most() && keyOf(course.merges[step]) === keyOf(pair);
  const guess = guesses.get(step + 1) === keyOf(pair);
  row.classList.toggle("next", next);
  row.ariaPressed = String(pinned === keyOf(pair));
  const tokens = make("span", "pair");
  for (const id of [left, right]) tokens.append(make("bdi", id < course.base ? "token" : `token c${id % 4}`, shownAs(id, 10)));
  const against = directionsOf([left, right], course.direction).every((each) => each !== course.direction);
  tokens.dir = against === (course.direction === "ltr") ? "rtl" : "ltr";
  tokens.classList.toggle("against", against);
  const track = make("span", "track");
  const bar = make("span", "bar");
  bar.style.inlineSize = cover ? "0" : `${(100 * count) / best}%`;
  bar.classList.toggle("once", count < 2);
  track.append(bar);
  const marks = [next && "next", !cover && step < most() && tied > 1 && count === best && "tie", guess && covered && "guess"].filter(Boolean);
  row.replaceChildren(tokens, track, make("span", "count", cover ? "?" : count), make("span", "marks", marks.join(", ")));
  const told = cover ? "guess this pair" : `${count} times${marks.length ? `, ${marks.join(", ")}` : ""}`;
  row.ariaLabel = `${spoken(course.entries[left])} and ${spoken(course.entries[right])}: ${told}`;
}

/** Below the ranking: what there is to say of the guess, or of the pair that was clicked. */
function drawVerdict() {
  const key = hidden() ? "" : pinned;
  const words = find(".ranking-says");
  words.textContent = hidden() ? "Which of these pairs occurs most often? Choose one." : verdict(key);
  const tie = tiePlace(key);
  find(".instead").disabled = !tie || tie === course.merges[step][4];
  find(".instead").textContent = tie ? `Take ${named(key)} instead` : "Take this pair instead";
}

const named = (key) => key.split(" ").map((id) => quoted(Number(id), 10)).join(" + ");

/** Which of the tied pairs it is, from 1 on; 0 if it is none. */
function tiePlace(key) {
  if (!key || step === most() || course.merges[step][3] < 2) return 0;
  const { pairs, tied } = course.rankings[step];
  return pairs.slice(0, tied).findIndex((pair) => keyOf(pair) === key) + 1;
}

function verdict(key) {
  if (step === most()) return course.finished ? "No pair occurs twice any more: there is nothing left to merge." : "";
  const [left, right, count, tied, place] = course.merges[step];
  const winner = `${left} ${right}`;
  const guessed = guesses.get(step + 1);
  if (covered && guessed && (!key || key === guessed)) return `${judge(guessed, winner, count, tied)} ${score()}`;
  if (!key) {
    if (tied === 1) return `${named(winner)} occurs ${times(count)}, more often than any other.${overlap(winner)}`;
    const taken = place === 1 ? "the rule takes the one found first" : `you take number ${place} in the order of the text`;
    return `A tie: ${tied} pairs occur ${times(count)}; ${taken}, ${named(winner)}.`;
  }
  const pair = course.rankings[step].pairs.find((each) => keyOf(each) === key);
  const tie = tiePlace(key) && key !== winner ? ` That is a tie with ${named(winner)}.` : "";
  return `${named(key)} occurs ${times(pair[2])}.${overlap(key)}${tie}`;
}

/** A word on the dashed brackets, if there are any. */
function overlap(key) {
  const all = stateAt(step).flatMap((piece, number) => piece.map((id) => ({ id, piece: number })));
  const some = placesOf(key, all).some(({ shares }) => shares);
  return some ? " Dashed: counted, but not replaced, since it shares a token with the place before." : "";
}

const times = (count) => (count === 1 ? "once" : count === 2 ? "twice" : `${count} times`);

function judge(guessed, winner, count, tied) {
  const pair = course.rankings[step].pairs.find((each) => keyOf(each) === guessed);
  if (guessed === winner) return `Right: ${named(winner)} occurs ${times(count)}${tied > 1 ? `, as often as ${counted(tied - 1, "other")}; of these it is taken` : ""}.`;
  if (pair[2] === count) return `As good: a tie of ${tied}. ${named(guessed)} occurs ${times(count)}, too; the rule takes the one found first, ${named(winner)}.`;
  const rank = course.rankings[step].pairs.filter((each) => each[2] > pair[2]).length + 1;
  return `${named(guessed)} occurs ${times(pair[2])}: place ${rank}. ${named(winner)} occurs ${times(count)}.`;
}

/** "2 of 3 guessed." A tied pair counts as guessed. */
function score() {
  const right = [...guesses].filter(([merge, guess]) => {
    const { pairs, tied } = course.rankings[merge - 1];
    return pairs.slice(0, tied).some((pair) => keyOf(pair) === guess);
  }).length;
  return `${right} of ${guesses.size} guessed.`;
}

find(".ranking").addEventListener("click", (event) => {
  const { pair } = event.target.closest("button") ?? {};
  if (!pair) return;
  if (hidden()) guesses.set(step + 1, keyOf(pair));
  else pinned = pinned === keyOf(pair) ? "" : keyOf(pair);
  const guessed = guesses.get(step + 1) === keyOf(pair);
  if (guessed) pinned = keyOf(pair);
  drawRanking();
  if (guessed) rows.find((row) => row.pair && keyOf(row.pair) === keyOf(pair))?.focus({ preventScroll: true });
});
for (const [enter, leave] of [["pointerover", "pointerleave"], ["focusin", "focusout"]]) {
  find(".ranking").addEventListener(enter, (event) => {
    const { pair } = event.target.closest("button") ?? {};
    pointed = pair ? keyOf(pair) : "";
    drawBrackets();
  });
  find(".ranking").addEventListener(leave, () => {
    pointed = "";
    drawBrackets();
  });
}
find(".class-first").addEventListener("click", () => {
  covered = !covered;
  guesses = new Map();
  [pinned, pointed] = ["", ""];
  pause();
  drawRanking();
  address();
});
find(".instead").addEventListener("click", () => {
  const place = tiePlace(pinned);
  if (!place) return;
  const kept = Object.entries(choices).filter(([merge]) => Number(merge) <= step);
  choices = Object.fromEntries(kept);
  if (place > 1) choices[step + 1] = place;
  pinned = "";
  renew(step).then(() => find(".forward").focus({ preventScroll: true }));
});
