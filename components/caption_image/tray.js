// The pictures of the Caption and image tab: what is in the tray, and the ways to bring more. After asking.js.
//
// A picture is { name, url, title, notes, file }: `name` as the server knows it, `url` a small picture of it, `file` what
// the visitor brought, which is sent again when the server no longer has it. The tab defines `changed()`.

const { limits, samples: drawings } = props.known;
const LARGE = 1_500_000; // bytes; larger pictures are made smaller here, so that a phone need not send them whole
const LONGEST_SIDE = 1024; // pixels of what is sent then
const UNDOS = 20;

const tray = find(".tray");
const gallery = find(".gallery");
let pictures = [];
let undos = []; // earlier { pictures, captions }
const seen = new Map(); // name -> picture, as the server showed it

const names = () => pictures.map(({ name }) => name);
const sayOfTray = (sentence, problem = false) => {
  find(".tray-says").textContent = sentence;
  find(".tray-says").classList.toggle("problem", problem);
};

// -- the tray -------------------------------------------------------------------------------------

function drawTray() {
  tray.replaceChildren(...pictures.map(thumb));
  find(".tray-count").textContent = `${pictures.length} / ${limits.pictures}`;
  find(".tray-undo").hidden = !undos.length;
  for (const option of gallery.children) option.ariaSelected = String(names().includes(option.dataset.name));
}

function thumb(picture, place) {
  const item = make("li", "thumb");
  item.append(image(picture));
  const out = make("button", "thumb-out", "×");
  out.type = "button";
  out.title = out.ariaLabel = `Take out picture ${place + 1}: ${picture.title}`;
  out.addEventListener("click", () => takeOut(place));
  item.append(out);
  if (picture.notes?.length) item.title = picture.notes.join("; ");
  return item;
}

function image({ url, title }) {
  const made = make("img");
  made.src = url;
  made.alt = made.title = title;
  return made;
}

function remember() {
  undos.push({ pictures: [...pictures], captions: captionsBox.value });
  undos = undos.slice(-UNDOS);
}

function takeOut(place) {
  remember();
  pictures = pictures.filter((_, each) => each !== place);
  sayOfTray("");
  drawTray();
  (tray.children[Math.min(place, tray.children.length - 1)]?.querySelector("button") ?? find(".tray-samples")).focus();
  changed();
}

find(".tray-undo").addEventListener("click", () => {
  const before = undos.pop();
  if (!before) return;
  pictures = before.pictures;
  captionsBox.value = before.captions;
  sayOfTray("");
  drawTray();
  changed();
});

/** Adds what is not there yet, as far as there is room. */
function add(more) {
  const fresh = more.filter(({ name }, place) => !names().includes(name) && more.findIndex((each) => each.name === name) === place);
  const room = limits.pictures - pictures.length;
  if (fresh.length > room) sayOfTray(`There is room for ${limits.pictures} pictures: ${fresh.length - room} of these were left out.`, true);
  if (!fresh.length || room <= 0) return drawTray();
  remember();
  pictures = [...pictures, ...fresh.slice(0, room)];
  drawTray();
  changed();
}

/** The pictures of these names, asked of the server where the page has not seen them yet. */
async function known(wanted) {
  const missing = wanted.filter((name) => !seen.has(name));
  if (missing.length) {
    const answer = await serve("show", { names: missing });
    if (answer.error) throw Object.assign(new Error(answer.error), { sentence: answer.error });
    for (const picture of answer.pictures ?? []) seen.set(picture.name, picture);
  }
  return wanted.map((name) => seen.get(name)).filter(Boolean);
}

async function addNames(wanted) {
  try {
    add(await known(wanted));
  } catch (problem) {
    sayOfTray(problem.sentence ?? DOWN, true);
  }
}

// -- samples --------------------------------------------------------------------------------------

async function openGallery() {
  const open = gallery.hidden;
  gallery.hidden = !open;
  find(".tray-samples").ariaExpanded = String(open);
  if (!open || gallery.children.length) return;
  gallery.ariaBusy = "true";
  try {
    const all = await known(drawings.map(({ name }) => name));
    gallery.replaceChildren(...all.map(sample));
    roving(gallery);
    drawTray();
  } catch (problem) {
    gallery.hidden = true;
    sayOfTray(problem.sentence ?? DOWN, true);
  }
  gallery.ariaBusy = "false";
}

function sample(picture) {
  const made = make("button", "sample");
  made.type = "button";
  made.setAttribute("role", "option");
  made.dataset.name = picture.name;
  made.append(image(picture));
  made.addEventListener("click", () => {
    const place = names().indexOf(picture.name);
    if (place < 0) return add([picture]);
    takeOut(place);
    made.focus();
  });
  return made;
}

/** Pictures in a list, one of them chosen: `choose(its name)` is called with each choice. */
function choice(list, all, chosen, choose) {
  const button = (picture) => {
    const made = make("button", "sample");
    made.type = "button";
    made.setAttribute("role", "radio");
    made.ariaChecked = String(picture.name === chosen);
    made.append(image(picture));
    made.addEventListener("click", () => {
      for (const each of list.querySelectorAll("button")) each.ariaChecked = String(each === made);
      choose(picture.name);
    });
    return made;
  };
  list.replaceChildren(
    ...all.map((picture) => {
      const item = make("li");
      item.append(button(picture));
      return item;
    }),
  );
  roving(list);
}

find(".tray-samples").addEventListener("click", openGallery);
gallery.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  openGallery();
  find(".tray-samples").focus();
});

// -- files ----------------------------------------------------------------------------------------

/** Sends them one by one; what is no picture is named, and the others are taken. */
async function addFiles(files) {
  const taken = [];
  const refused = [];
  for (const [place, file] of [...files].entries()) {
    if (pictures.length + taken.length >= limits.pictures) {
      refused.push(`There is room for ${limits.pictures} pictures: ${files.length - place} of these were left out.`);
      break;
    }
    sayOfTray(files.length > 1 ? `Reading picture ${place + 1} of ${files.length} …` : "Reading the picture …");
    try {
      taken.push(await send(file));
    } catch (problem) {
      refused.push(problem.sentence ?? DOWN);
    }
  }
  const told = [...refused, ...taken.flatMap(({ notes }) => notes)];
  sayOfTray(told.join(" "), refused.length > 0);
  add(taken);
}

async function send(file, side = LONGEST_SIDE) {
  const small = await reduced(file, side);
  if (small.size > limits.bytes) throw sentence(`“${file.name}” is larger than ${limits.bytes / 1e6} MB: send a smaller one.`);
  const answer = await serve("bring", { data: await base64(small), name: file.name ?? "", side });
  if (answer.error) throw sentence(answer.error);
  const picture = { ...answer, title: file.name || answer.title, file: small, side };
  seen.set(picture.name, picture);
  return picture;
}

const sentence = (words) => Object.assign(new Error(words), { sentence: words });

/** A large photograph, made smaller by the browser; what the browser cannot read goes as it is, and the server says why. */
async function reduced(file, side) {
  if (file.size <= LARGE && side === LONGEST_SIDE) return file;
  try {
    const bitmap = await createImageBitmap(file);
    const share = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
    if (share === 1 && file.size <= LARGE) return file;
    const canvas = make("canvas");
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * share)));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "white"; // what is transparent is shown on white
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return (await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92))) ?? file;
  } catch {
    return file;
  }
}

function base64(blob) {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => fail(sentence("The browser could not read this file."));
    reader.readAsDataURL(blob);
  });
}

/** The server has forgotten these: they are sent again. True if that could be done. */
async function bringBack(gone) {
  for (const name of gone) {
    const picture = seen.get(name);
    if (!picture?.file) return false;
    await serve("bring", { data: await base64(picture.file), name: picture.title, side: picture.side });
  }
  return true;
}

/** serve(), and once more when pictures had to be sent again. */
async function serveWithPictures(name, asked) {
  const answer = await serve(name, asked);
  if (!answer.gone) return answer;
  if (await bringBack(answer.gone)) {
    const second = await serve(name, asked);
    if (!second.gone) return second;
  }
  return { error: "Some of the pictures are no longer in the page's memory: take them out and add them again." };
}

for (const [button, input] of [[".tray-files", ".tray-file"], [".tray-camera", ".tray-photo"]]) {
  find(button).addEventListener("click", () => find(input).click());
  find(input).addEventListener("change", ({ target }) => {
    addFiles([...target.files]);
    target.value = "";
  });
}

find(".input").addEventListener("dragover", (event) => {
  if (![...event.dataTransfer.types].includes("Files")) return;
  event.preventDefault();
  find(".tray-box").classList.add("over");
});
for (const name of ["dragleave", "drop"]) find(".input").addEventListener(name, () => find(".tray-box").classList.remove("over"));
find(".input").addEventListener("drop", (event) => {
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  addFiles([...event.dataTransfer.files]);
});

document.addEventListener("paste", (event) => {
  if (!element.offsetParent) return; // another tab is on the screen
  const files = [...(event.clipboardData?.files ?? [])].filter(({ type }) => type.startsWith("image/"));
  if (!files.length) return;
  event.preventDefault();
  addFiles(files);
});

// -- an emoji -------------------------------------------------------------------------------------

find(".tray-sign").addEventListener("submit", (event) => {
  event.preventDefault();
  const box = find(".tray-emoji");
  const signs = [...new Intl.Segmenter().segment(box.value.trim())].map(({ segment }) => segment).filter((each) => each.trim());
  if (!signs.length) return box.focus();
  sayOfTray("");
  addNames(signs.map((sign) => `emoji:${sign}`));
  box.value = "";
});
