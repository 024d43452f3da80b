// Small things that the tabs' scripts share. A tab puts this file before its own; all of them become the body of one
// function of `element`, `props` and `server`. Whatever comes from a visitor is written with textContent, never as markup.

const find = (selector) => element.querySelector(selector);

/** make("p", "note", "text") -> <p class="note">text</p>, the text escaped by the DOM. */
function make(name, className, content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (content !== undefined) made.textContent = content;
  return made;
}

/** A row or column of controls is one stop of the Tab key; the arrow keys walk inside. Call what it gives when they changed. */
function roving(row, selector = "button") {
  if (roved.has(row)) return roved.get(row)(), roved.get(row);
  const items = () => [...row.querySelectorAll(selector)];
  const stop = (item) => items().forEach((each) => (each.tabIndex = each === item ? 0 : -1));
  row.addEventListener("focusin", (event) => items().includes(event.target) && stop(event.target));
  row.addEventListener("keydown", (event) => {
    const all = items();
    const here = all.indexOf(event.target);
    const back = getComputedStyle(row).direction === "rtl" ? 1 : -1;
    const steps = { ArrowRight: -back, ArrowLeft: back, ArrowDown: 1, ArrowUp: -1, Home: -all.length, End: all.length };
    if (here < 0 || steps[event.key] === undefined) return;
    event.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, here + steps[event.key]))].focus();
  });
  const renew = () => stop(items()[0]);
  roved.set(row, renew);
  renew();
  return renew;
}
const roved = new WeakMap(); // rows that listen already: what is in them may be drawn anew

/** Shows on its frame whether a box has more below or to the right; call what it gives when the content changed. */
function cue(box) {
  const frame = box.parentElement;
  const look = () => {
    frame.classList.toggle("more-right", box.scrollWidth - box.clientWidth - Math.abs(box.scrollLeft) > 4);
    frame.classList.toggle("more-below", box.scrollHeight - box.clientHeight - box.scrollTop > 4);
  };
  box.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(box);
  return () => requestAnimationFrame(look);
}

// -- the server -----------------------------------------------------------------------------------

const DOWN = "The server does not answer. Nothing of yours is lost, and this page goes on asking.";
const RETRY = 3000; // ms until a server that did not answer is asked again
const unanswered = new Map(); // what to ask again: name -> function
let again = 0;

/** server[name](asked), or an exception: when the server is down Gradio gives nothing, or a message of its own. */
async function serve(name, asked) {
  const answer = await server[name](asked);
  if (typeof answer !== "object" || answer === null || answer.detail !== undefined) throw new Error("no answer");
  return answer;
}

/** Asks again in a while, and not before somebody looks at the page. */
function later(name, question) {
  unanswered.set(name, question);
  clearTimeout(again);
  again = setTimeout(askAgain, RETRY);
}

function askAgain() {
  if (document.hidden) return document.addEventListener("visibilitychange", askAgain, { once: true });
  const questions = [...unanswered.values()];
  unanswered.clear();
  for (const question of questions) question();
}

// -- the clipboard --------------------------------------------------------------------------------

/** The clipboard is there on https and localhost only; on a classroom's plain http the old way still works. */
async function copy(content) {
  try {
    await navigator.clipboard.writeText(content);
    return true;
  } catch {
    const holder = make("textarea", "holder");
    holder.value = content;
    element.append(holder);
    holder.select();
    const done = document.execCommand("copy");
    holder.remove();
    return done;
  }
}
