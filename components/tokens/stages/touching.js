// What lights up; continues the section's script.

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
