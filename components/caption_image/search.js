// Section: search by an idea. The gallery is the samples, or a folder of the visitor's; each picture is sent and encoded
// once, with a progress bar, and then every query is a matter of milliseconds.

const FOLDER_SIDE = 384; // pixels of the longer side of what a folder's pictures are sent as
const ENCODE = 25; // pictures a step of the progress bar

const searchBox = find(".search-query");
const otherBox = find(".search-other");
const signBox = find(".search-sign");
let own = []; // the visitor's gallery: names
let searchPicture = ""; // the picture that is searched with, or ""
let searchTimer = 0;
let loading = 0; // which folder is being read; another number stops it

const galleryNow = () => (own.length ? own : drawings.map(({ name }) => name));

function drawSearch() {
  drawGalleryName();
  if (!searchBox.value && !searchPicture) searchBox.value = props.known.queries[0];
  askSearch(0);
}

function drawGalleryName() {
  find(".search-gallery").textContent = own.length ? `${own.length} pictures of yours` : `${drawings.length} samples`;
  find(".search-samples").hidden = !own.length;
}

const sayOfSearch = sayIn(".search-says");

function askSearch(pause = 250) {
  clearTimeout(searchTimer);
  searchTimer = setTimeout(askSearchNow, pause);
}

function askSearchNow() {
  if (searchPicture || searchBox.value.trim()) return searchNow();
  sayOfSearch("Write what you look for: a thing, or an idea.");
}

const searchNow = asker({
  name: "search",
  says: ".search-says",
  slow: "The model is looking at the pictures: some seconds, once.",
  send() {
    const other = otherBox.value.trim();
    const query = searchPicture ? { picture: searchPicture } : { text: searchBox.value };
    return serveWithPictures("find", { gallery: galleryNow(), query, other: other ? { text: other } : null, sign: Number(signBox.value), model });
  },
  take: async (answer) => drawFound(answer, await known(answer.pictures)),
});

function drawFound(answer, found) {
  find(".search-made").textContent = `${answer.model} · ${answer.made}`;
  const [high, low] = [answer.cosine[0], answer.cosine.at(-1)];
  find(".found").replaceChildren(
    ...found.map((picture, place) => {
      const item = make("li");
      const made = make("button", "found-one");
      made.type = "button";
      made.title = `${picture.title}: search with this picture`;
      const track = make("span", "found-track");
      const bar = make("span", "bar");
      bar.style.inlineSize = `${(100 * (answer.cosine[place] - low)) / (high - low || 1)}%`;
      track.append(bar);
      made.append(image(picture), track, make("small", "", answer.cosine[place].toFixed(3)));
      made.ariaLabel = `${place + 1}: ${picture.title}, cosine ${answer.cosine[place].toFixed(3)}. Search with this picture`;
      made.addEventListener("click", () => searchWith(picture));
      item.append(made);
      return item;
    }),
  );
  roving(find(".found"));
}

/** Pictures search pictures, until a text is typed. */
function searchWith(picture) {
  searchPicture = picture.name;
  drawSearchPicture();
  askSearch(0);
  find(".search-query").focus();
}

function drawSearchPicture() {
  const held = find(".search-picture");
  held.hidden = !searchPicture;
  if (!searchPicture) return;
  known([searchPicture])
    .then(([picture]) => {
      held.querySelector("img").src = picture?.url ?? "";
      held.querySelector("img").alt = picture?.title ?? "";
    })
    .catch(() => null);
}

find(".search-picture button").addEventListener("click", () => {
  searchPicture = "";
  drawSearchPicture();
  searchBox.focus();
  askSearch(0);
});

searchBox.addEventListener("input", () => {
  searchPicture = "";
  drawSearchPicture();
  askSearch();
});
otherBox.addEventListener("input", () => askSearch());
signBox.addEventListener("change", () => askSearch(0));
find(".search-form").addEventListener("submit", (event) => {
  event.preventDefault();
  askSearch(0);
});

element.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-query]")?.dataset.query;
  if (chosen === undefined) return;
  searchBox.value = props.known.queries[chosen];
  otherBox.value = "";
  searchPicture = "";
  drawSearchPicture();
  askSearch(0);
});

// -- a folder -------------------------------------------------------------------------------------

async function readFolder(files) {
  const all = files.filter(({ type, name }) => type.startsWith("image/") || /\.tiff?$/i.test(name));
  const some = all.slice(0, limits.gallery);
  if (!some.length) return sayOfSearch("There is no picture among these files.", true);
  const mine = ++loading;
  const taken = [];
  const refused = [];
  progress(0, some.length, "Reading");
  for (const [place, file] of some.entries()) {
    if (mine !== loading) return;
    try {
      taken.push((await send(file, FOLDER_SIDE)).name);
    } catch (problem) {
      refused.push(problem.sentence ?? DOWN);
      if (!problem.sentence) break;
    }
    progress(place + 1, some.length, "Reading");
  }
  const names = [...new Set(taken)];
  for (let done = 0; done < names.length && mine === loading; done += ENCODE) {
    progress(done, names.length, "Encoding");
    const answer = await serveWithPictures("encode", { pictures: names.slice(done, done + ENCODE), model }).catch(() => ({ error: DOWN }));
    if (answer.error) refused.push(answer.error);
    if (answer.error) break;
  }
  if (mine !== loading) return;
  progress(0, 0, "");
  const left = all.length - some.length;
  if (left) refused.unshift(`The limit is ${limits.gallery} pictures: ${left} were left out.`);
  if (names.length) own = names;
  drawGalleryName();
  if (names.length) await askSearchNow();
  const more = refused.length > 3 ? ` … and ${refused.length - 3} more.` : "";
  if (refused.length) sayOfSearch(refused.slice(0, 3).join(" ") + more, true);
}

function progress(done, all, what) {
  find(".search-progress").hidden = !all;
  if (!all) return;
  find(".search-progress progress").max = all;
  find(".search-progress progress").value = done;
  find(".search-progress span").textContent = `${what} ${done} of ${all} pictures`;
}

find(".search-stop").addEventListener("click", () => {
  loading++;
  progress(0, 0, "");
  sayOfSearch("Stopped. The gallery is what it was.");
});
find(".search-samples").addEventListener("click", () => {
  own = [];
  drawGalleryName();
  askSearch(0);
});
for (const [button, input] of [[".search-folder", ".search-directory"], [".search-files", ".search-file"]]) {
  find(button).addEventListener("click", () => find(input).click());
  find(input).addEventListener("change", ({ target }) => {
    readFolder([...target.files]);
    target.value = "";
  });
}
