// The page: what is written in the box -> coloured tokens, ids and figures. Everything is written as text, never as markup.

const { about } = KIT;
const tokenizer = makeTokenizer(KIT);
const SHOWN = 2000; // tokens that are drawn
const SIGNS = { " ": "·", "\n": "↵", "\r": "␍", "\t": "⇥", "\u200c": "ZWNJ", "\u200d": "ZWJ", "\u00a0": "NBSP", "\ufeff": "BOM" };
const find = (selector) => document.querySelector(selector);
const box = find("#text");

function make(name, className, content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = content;
  return made;
}

const codeOf = (character) => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

/** A token's text, with a sign for what cannot be seen. Beside letters a joiner stays: it shapes them. */
function chip({ id, text }, number) {
  const made = make("li", `chip-${number % 4}`, "");
  const words = make("bdi", "", "");
  const unseen = /^[\p{C}\p{Z}]*$/u.test(text);
  for (const character of text || "…") {
    const sign = character === " " || (unseen && text) ? (SIGNS[character] ?? codeOf(character)) : "";
    words.append(sign ? make("span", "sign", sign) : character);
  }
  made.append(words, make("small", "", id));
  return made;
}

function show() {
  const text = box.value;
  const size = [...text].length;
  find("#says").textContent = "";
  if (size > about.limit) {
    find("#says").textContent = `At most ${about.limit.toLocaleString("en")} characters, please: this text has ${size.toLocaleString("en")}.`;
    return; // what is below is still of the text before
  }
  let found;
  try {
    found = tokenizer.tokens(text);
  } catch (problem) {
    find("#says").textContent = problem.message;
    return;
  }
  const bytes = new TextEncoder().encode(text).length;
  const ratio = (amount) => (found.length ? (amount / found.length).toFixed(2) : "–");
  const figures = [
    ["tokens", found.length.toLocaleString("en")],
    ["UTF-8 bytes per token", ratio(bytes)],
    ["characters per token", ratio(size)],
  ];
  find("#figures").replaceChildren(
    ...figures.map(([name, value]) => {
      const both = make("div", "", "");
      both.append(make("dt", "", name), make("dd", "", value));
      return both;
    }),
  );
  find("#tokens").replaceChildren(...found.slice(0, SHOWN).map(chip));
  const left = found.length - SHOWN;
  find("#more").textContent = left > 0 ? `… and ${left.toLocaleString("en")} more, which the ids below include.` : "";
  find("#ids").textContent = found.map(({ id }) => id).join(", ");
}

document.title = about.title;
find("h1").textContent = about.title;
find("#facts").textContent = about.facts;
find("#limit").textContent = `at most ${about.limit.toLocaleString("en")} characters`;
box.value = about.example;
box.lang = about.code;
box.addEventListener("input", show);
show();
