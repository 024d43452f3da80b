// Boxes of the page as one picture, drawn by the browser itself: a copy of them with every style written out, inside an
// SVG, on a canvas. Nothing leaves the machine.

const MARGIN = 16; // pixels around the boxes, and between them

/** A PNG of the boxes one below the other, twice as fine as the screen; an exception with a `sentence` where the browser
 * does not allow it. */
async function snapshot(boxes) {
  const ground = getComputedStyle(boxes[0]).backgroundColor;
  const width = Math.max(...boxes.map((box) => box.offsetWidth)) + 2 * MARGIN;
  const height = boxes.reduce((sum, box) => sum + box.offsetHeight + MARGIN, MARGIN);
  const sheet = make("div");
  sheet.style.cssText = `padding: ${MARGIN}px; background: ${ground}; box-sizing: border-box; width: ${width}px; height: ${height}px`;
  for (const box of boxes) {
    const copied = withStyles(box);
    copied.style.margin = `0 0 ${MARGIN}px`;
    sheet.append(copied);
  }
  const content = new XMLSerializer().serializeToString(sheet);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><foreignObject width="100%" height="100%">${content}</foreignObject></svg>`;
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  const canvas = make("canvas");
  [canvas.width, canvas.height] = [2 * width, 2 * height];
  try {
    await picture.decode();
    const pen = canvas.getContext("2d");
    pen.scale(2, 2);
    pen.drawImage(picture, 0, 0);
    return await new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("empty"))), "image/png"));
  } catch {
    throw Object.assign(new Error("no picture"), { sentence: "This browser does not allow it: take a screenshot." });
  }
}

/** A copy that looks the same anywhere. */
function withStyles(box) {
  const copied = box.cloneNode(true);
  const [from, to] = [box, copied].map((root) => [root, ...root.querySelectorAll("*")]);
  from.forEach((each, place) => {
    const look = getComputedStyle(each);
    to[place].style.cssText = [...look].map((name) => `${name}:${look.getPropertyValue(name)}`).join(";");
    if (each.value !== undefined && each.tagName === "INPUT") to[place].setAttribute("value", each.value);
    if (each.tagName === "INPUT") to[place].toggleAttribute("checked", each.checked);
    if (each.tagName === "TEXTAREA") to[place].textContent = each.value;
    if (each.tagName === "OPTION") to[place].toggleAttribute("selected", each.selected);
  });
  return copied;
}
