// Section 2: one picture, labels, templates. A label more, and all probabilities move while no cosine does.

const labelsBox = find(".zero-labels");
const templatesBox = find(".zero-templates");
const templatesOf = find(".zero-language");
let zeroPicture = ""; // its name
let zeroTimer = 0;

const linesOf = (box) => box.value.split("\n").map((line) => line.trim()).filter(Boolean);

function drawZero() {
  if (!labelsBox.value) fillLabels(props.known.labels[0]);
  drawChoice();
  askZero(0);
}

/** The pictures of the tray, and that of the example. */
function drawChoice() {
  const all = [...new Set([zeroPicture, ...names()].filter(Boolean))];
  if (!all.includes(zeroPicture)) zeroPicture = all[0] ?? "";
  const list = find(".zero-pictures");
  known(all.filter((name) => !name.startsWith("file:") || seen.has(name)))
    .then((found) => {
      choice(list, found, zeroPicture, (name) => {
        zeroPicture = name;
        askZero(0);
      });
    })
    .catch((problem) => sayOfZero(problem.sentence ?? DOWN, true));
}

function fillLabels({ picture, labels, language, why }) {
  zeroPicture = picture;
  labelsBox.value = labels.join("\n");
  templatesOf.value = language;
  fillTemplates(language);
  find(".zero-told").textContent = why;
}

function fillTemplates(language) {
  templatesBox.value = props.known.templates.find(({ code }) => code === language)?.templates.join("\n") ?? "";
}

const sayOfZero = sayIn(".zero-says");

function askZero(pause = 300) {
  clearTimeout(zeroTimer);
  zeroTimer = setTimeout(() => (zeroPicture ? askZeroNow() : sayOfZero("Choose a picture first.", true)), pause);
}

const askZeroNow = asker({
  name: "zero",
  says: ".zero-says",
  slow: "The model is being loaded: this takes some seconds, once.",
  send: () => serveWithPictures("classify", { picture: zeroPicture, labels: linesOf(labelsBox), templates: linesOf(templatesBox), model }),
  take: drawBars,
});

function drawBars(answer) {
  find(".zero-made").textContent = `${answer.model} · ${answer.made}`;
  const order = answer.labels.map((_, place) => place).sort((one, other) => answer.cosine[other] - answer.cosine[one]);
  const head = make("tr");
  const last = answer.labels.at(-1);
  const titles = ["label", answer.sigmoid ? "sigmoid" : "softmax", "", `before “${last}”`, "cosine"];
  head.append(...titles.map((title) => make("th", "", title)));
  const body = order.map((place) => {
    const row = make("tr");
    const label = make("th");
    label.scope = "row";
    const words = make("bdi", "", answer.labels[place]);
    words.dir = "auto";
    label.append(words);
    const track = make("td", "zero-track");
    const bar = make("span", "bar");
    bar.style.inlineSize = `${(100 * answer.probability[place]).toFixed(2)}%`;
    track.append(bar);
    const before = answer.before[place];
    row.append(label, make("td", "number", share(answer.probability[place])), track);
    row.append(make("td", "number", before === null ? "–" : share(before)), make("td", "number", answer.cosine[place].toFixed(3)));
    return row;
  });
  find(".zero-bars").replaceChildren(head, ...body);
  drawEach(answer, order);
  if (answer.labels.length > 1) {
    find(".zero-told").textContent = answer.sigmoid
      ? `A sigmoid looks at each label by itself: “${last}” changed no other.`
      : `With “${last}” in the list the other probabilities share what is left; every cosine is what it was without it.`;
  }
}

/** The cosine with each template alone: how much a sentence around the label matters. */
function drawEach({ labels, templates, each }, order) {
  const head = make("tr");
  head.append(make("th", "", "cosine with each template"));
  for (const template of templates) {
    const made = make("th");
    const words = make("bdi", "caption", template);
    words.dir = "auto";
    made.append(words);
    head.append(made);
  }
  const rows = order.map((place) => {
    const row = make("tr");
    const label = make("th");
    const words = make("bdi", "", labels[place]);
    words.dir = "auto";
    label.append(words);
    row.append(label, ...each[place].map((value) => make("td", "number", value.toFixed(2))));
    return row;
  });
  find(".zero-each").replaceChildren(head, ...rows);
}

for (const box of [labelsBox, templatesBox]) box.addEventListener("input", () => askZero());
templatesOf.addEventListener("change", () => {
  fillTemplates(templatesOf.value);
  askZero(0);
});
find(".zero-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const box = find(".zero-more");
  if (!box.value.trim()) return box.focus();
  labelsBox.value = [...linesOf(labelsBox), box.value.trim()].join("\n");
  box.value = "";
  askZero(0);
});
element.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-labels]")?.dataset.labels;
  if (chosen === undefined) return;
  fillLabels(props.known.labels[chosen]);
  drawChoice();
  askZero(0);
});
