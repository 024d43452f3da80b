// Section 3: the same meaning in twelve languages, for each model that is here: the rank of the right picture.

const sampleOf = find(".languages-sample");
const drawLanguages = asker({
  name: "languages",
  says: ".languages-says",
  slow: "Reading all captions in all languages: some seconds, once.",
  send: () => serve("translate", { sample: sampleOf.value, models: [] }),
  async take(answer) {
    const [picture] = await known([`sample:${answer.sample}`]);
    find(".languages-picture").src = picture.url;
    find(".languages-picture").alt = picture.title;
    drawRanks(answer);
  },
});

/** Rows are languages; each model has the rank of the right picture, its tokens, and its share of all samples. */
function drawRanks(answer) {
  find(".languages-made").textContent = answer.models.map(({ model: id, made }) => `${id} · ${made}`).join("; ");
  const head = make("tr");
  head.append(make("th", "", "language"), make("th", "", "caption"));
  for (const { model: id } of answer.models) {
    const made = make("th", "of-model", id);
    made.colSpan = 3;
    head.append(made);
  }
  const second = make("tr", "second");
  second.append(make("td"), make("td"));
  for (const _ of answer.models) second.append(make("th", "", "rank"), make("th", "", "tokens"), make("th", "", "first, of all samples"));
  const all = answer.pictures.length;
  const rows = answer.languages.map((language, place) => {
    const row = make("tr");
    const name = make("th");
    name.scope = "row";
    const native = make("bdi", "", language.name);
    native.lang = language.code;
    name.append(native, make("small", "", ` ${language.english === language.name ? "" : language.english}`));
    const caption = make("td", "said");
    const words = make("bdi", "", language.caption);
    words.dir = "auto";
    words.lang = language.code;
    caption.append(words);
    row.append(name, caption);
    for (const each of answer.models) {
      const rank = make("td", "rank", String(each.ranks[place]));
      const near = 1 - Math.log(each.ranks[place]) / Math.log(all);
      rank.style.setProperty("--share", `${Math.round(100 * near)}%`);
      rank.classList.toggle("strong", near > 0.55);
      rank.classList.toggle("chance", each.ranks[place] >= answer.chance);
      const nearest = seen.get(each.nearest[place])?.title ?? each.nearest[place].split(":")[1];
      rank.title = each.ranks[place] === 1 ? "the right picture is the nearest" : `nearest: ${nearest}`;
      if (!each.covered[place]) rank.append(make("small", "", " ∗"));
      const first = make("td", "number", share(each.first[place]));
      row.append(rank, make("td", "number", String(each.tokens[place])), first);
    }
    return row;
  });
  const chance = make("tr", "by-chance");
  const word = make("th", "", "guessing");
  word.scope = "row";
  chance.append(word, make("td", "said", "by chance"));
  for (const _ of answer.models) {
    chance.append(make("td", "rank", answer.chance.toFixed(1)), make("td"), make("td", "number", share(1 / all)));
  }
  find(".ranks").replaceChildren(head, second, ...rows, chance);
  const foreign = answer.models.some(({ covered }) => covered.includes(false));
  const others = answer.models.length > 1 ? "" : " Download a second model above, CLIP for instance, and it stands beside this one.";
  find(".languages-told").textContent = `${foreign ? "∗ a language that the model's card does not name. " : ""}“First, of all samples”: how many of the ${all} captions of this language have their own picture as the nearest.${others}`;
}

sampleOf.addEventListener("change", drawLanguages);
