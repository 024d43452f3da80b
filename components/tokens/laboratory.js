// What the scripts of the laboratory's sections share: each section is one function of `element` (its panel), `props` and
// `lab`, whose body is page.js, asking.js, snapshot.js, this file, and the section's own view.js.

const { write, spoken } = lab;

/** ask("steps", {text}) -> a promise of what the section's function of that name answers. */
const ask = (question, asked = {}) => lab.ask(props.id, question, asked);

/** Call it when something that parameters() tells has changed. */
const address = () => lab.address();

// -- drawing --------------------------------------------------------------------------------------

/** svg("rect", {x: 1, class: "bar"}, "text", child) -> an element of a drawing; strings become text. */
function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const measuring = document.createElement("canvas").getContext("2d");

/** How wide a text is, in pixels; `font` as in CSS: "16px Noto Sans". */
function textWidth(content, font) {
  measuring.font = font;
  return measuring.measureText(content).width;
}

// -- taking away ----------------------------------------------------------------------------------

const STYLED = [
  ..."fill fill-opacity stroke stroke-width stroke-dasharray stroke-opacity stroke-linecap stroke-linejoin opacity".split(" "),
  ..."font-family font-size font-weight font-style text-anchor dominant-baseline direction letter-spacing".split(" "),
  ..."display visibility paint-order".split(" "),
];

/** A drawing that stands alone: the styles that it has on the page written into it, on the page's ground. */
function alone(picture) {
  const { width, height } = picture.getBoundingClientRect();
  const copied = picture.cloneNode(true);
  const [from, to] = [picture, copied].map((root) => [root, ...root.querySelectorAll("*")]);
  from.forEach((each, place) => {
    const look = getComputedStyle(each);
    to[place].setAttribute("style", STYLED.map((name) => `${name}:${look.getPropertyValue(name)}`).join(";"));
  });
  copied.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copied.setAttribute("width", Math.ceil(width));
  copied.setAttribute("height", Math.ceil(height));
  if (!copied.getAttribute("viewBox")) copied.setAttribute("viewBox", `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`);
  const [x, y, w, h] = copied.getAttribute("viewBox").split(/[\s,]+/).map(Number);
  const ground = getComputedStyle(element).backgroundColor;
  copied.prepend(svg("rect", { x, y, width: w, height: h, fill: ground }));
  return { source: new XMLSerializer().serializeToString(copied), width: Math.ceil(width), height: Math.ceil(height) };
}

async function asPng(picture) {
  if (!(picture instanceof SVGElement)) return snapshot([picture]);
  const { source, width, height } = alone(picture);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  const canvas = make("canvas");
  [canvas.width, canvas.height] = [2 * width, 2 * height];
  try {
    await image.decode();
    const pen = canvas.getContext("2d");
    pen.scale(2, 2);
    pen.drawImage(image, 0, 0, width, height);
    return await new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("empty"))), "image/png"));
  } catch {
    throw Object.assign(new Error("no picture"), { sentence: "This browser does not allow it: take a screenshot." });
  }
}

const NOTHING = "There is nothing to take yet.";

/** What the buttons below a section do: gives the word that is said then. */
async function take(section, what) {
  const name = `tokens-${props.id}`;
  if (what === "python") {
    const code = await section.python();
    return typeof code === "string" ? copied(code) : (code?.sentence ?? NOTHING);
  }
  if (what === "csv") {
    const rows = section.rows?.() ?? [];
    if (!rows.length) return NOTHING;
    save(`${name}.csv`, csv(rows), "text/csv;charset=utf-8");
    return "Saved.";
  }
  const picture = section.picture();
  if (!picture || !picture.getBoundingClientRect().width) return NOTHING;
  if (what === "svg" && !(picture instanceof SVGElement)) return "This picture is no drawing: save it as PNG.";
  if (what === "svg") save(`${name}.svg`, alone(picture).source, "image/svg+xml");
  else save(`${name}.png`, await asPng(picture));
  return "Saved.";
}
