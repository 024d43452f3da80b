// Section 3: every head of the model, small. A click opens it in the other sections.

const grid = find(".grid");
const order = find("#attention-order");
let gallery = null; // {heads, thumbnails, bytes} of the answer on the screen
let galleryOf = null;

async function drawHeads() {
  if (galleryOf !== answer) {
    const of = answer;
    let found;
    try {
      found = await serve("all_heads", question());
    } catch {
      return later("heads", drawHeads);
    }
    if (of !== answer) return;
    if (found.error) return say(found.error, true);
    gallery = { ...found, bytes: bytesOf(found.thumbnails.data) };
    galleryOf = of;
  }
  if (section !== "heads") return;
  const kind = order.value;
  const shown = kind ? [...gallery.heads].sort((one, other) => other.shares[kind] - one.shares[kind]) : gallery.heads;
  const colours = palette();
  grid.style.setProperty("--heads", Math.min(answer.heads, 12));
  grid.replaceChildren(...shown.map((head) => thumbnail(head, kind, colours)));
  find(".kind").textContent = KIND_WORDS[kind] ?? "Each head's share of weight that goes there, in this sentence. None of it says why.";
  renewGrid();
}

const KIND_WORDS = {
  "": "2·3 is the third head of layer 2. A click opens a head in the other sections.",
  broad: "How even each head's weights are, in this sentence: at 100% it looks at all tokens alike.",
};

function thumbnail(head, kind, colours) {
  const made = make("div", "thumbnail");
  made.setAttribute("role", "option");
  made.ariaSelected = String(head.layer === view.layer && head.head === view.head);
  made.dataset.head = `${head.layer} ${head.head}`;
  const { size } = gallery.thumbnails;
  const canvas = make("canvas");
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(size, size);
  const first = (head.layer * answer.heads + head.head) * size * size;
  const mirrored = runsRight(answered.text);
  for (let cell = 0; cell < size * size; cell++) {
    const [row, column] = [Math.floor(cell / size), cell % size];
    const byte = gallery.bytes[first + row * size + (mirrored ? size - 1 - column : column)];
    pixels.data.set([...colours[byte], 255], 4 * cell);
  }
  context.putImageData(pixels, 0, 0);
  const share = kind ? head.shares[kind] : head.shares[head.kind];
  const words = props.known.kinds[kind || head.kind];
  const told = share === undefined ? words : `${words} (${percent(share)})`;
  made.title = made.ariaLabel = `Layer ${head.layer + 1}, head ${head.head + 1}: ${told}`;
  made.append(canvas, make("small", "", kind ? percent(share) : `${head.layer + 1}·${head.head + 1}`));
  return made;
}

const renewGrid = roving(grid, ".thumbnail");

function onThumbnail(event) {
  const made = event.target.closest(".thumbnail");
  if (!made) return;
  event.preventDefault();
  [view.layer, view.head] = made.dataset.head.split(" ").map(Number);
  view.over = "heads";
  lineHeads = null;
  open("heatmap");
}
grid.addEventListener("click", onThumbnail);
grid.addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === " ") onThumbnail(event);
});
order.addEventListener("change", () => answer && drawHeads());
