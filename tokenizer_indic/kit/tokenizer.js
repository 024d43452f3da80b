// text -> ids, as tokenizer_indic does it in Python, with the same ids. No network, no library.
//
//   const tokenizer = makeTokenizer(KIT);       KIT is in data.js
//   tokenizer.encode("भारत एक देश है।")           the ids
//   tokenizer.tokens("भारत एक देश है।")           [{ id, text }], whose texts tile the normalised text
//
// Ids: 0 to 255 are the bytes; then the characters of the language; then merges (or entries); last the special tokens,
// which no text becomes. A character outside the vocabulary is spelled in UTF-8 bytes, so any text has ids.

function makeTokenizer({ tokenizer: file, split, classes, unassigned, broken }) {
  const utf8 = new TextEncoder();
  const bytes = Array.from({ length: 256 }, (_, byte) => [byte]); // id -> its bytes
  const ids = new Map(bytes.map(([byte]) => [String(byte), byte])); // bytes, "224,164" -> id
  const pairs = new Map(); // two neighbouring ids -> the id that replaces them: the lower, the earlier it is merged
  const pairOf = (left, right) => left * 0x1000000 + right;

  function add(spelled) {
    ids.set(spelled.join(), bytes.length);
    bytes.push(spelled);
  }

  function addMerge(left, right) {
    pairs.set(pairOf(left, right), bytes.length);
    add([...bytes[left], ...bytes[right]]);
  }

  const idOf = (text) => ids.get([...utf8.encode(text)].join());

  // -- the vocabulary, in the order of its ids ----------------------------------------------------

  const fewest = file.segmentation === "fewest";
  for (const character of file.characters) {
    const spelled = [...utf8.encode(character)];
    if (fewest) add(spelled);
    // क is E0 A4 95: first E0 A4, which many characters share, then the third byte to it
    else
      for (let end = 2; end <= spelled.length; end++) {
        const begin = ids.get(spelled.slice(0, end - 1).join());
        if (!ids.has(spelled.slice(0, end).join())) addMerge(begin, spelled[end - 1]);
      }
  }
  for (const [left, right] of file.merges ?? []) addMerge(idOf(left), idOf(right));
  for (const entry of file.entries ?? []) add([...utf8.encode(entry)]);
  for (const special of file.special_tokens) bytes.push([...utf8.encode(special)]);

  // -- 1. normalise ------------------------------------------------------------------------------

  // Letters that Unicode has added since are left as they are, as Python leaves them.
  const unknown = new RegExp(`([${unassigned}]+)`, "u");

  function normalize(text) {
    const half = /\p{Surrogate}/u.exec(text);
    if (half) {
      const place = [...text.slice(0, half.index)].length;
      const code = half[0].charCodeAt(0).toString(16).toUpperCase();
      throw new Error(`Character ${place} is U+${code}, half of a surrogate pair, which no UTF-8 text can hold.`);
    }
    if (file.normalization !== "NFC") return text;
    return text
      .split(unknown)
      .map((part, number) => (number % 2 ? part : part.normalize("NFC")))
      .join("");
  }

  // -- 2. cut into pieces, and merge inside each ---------------------------------------------------

  const rule = fewest ? null : new RegExp(split.replace(/@\{([^}]+)\}/g, (_, name) => classes[name]), "gu");

  function pieces(text) {
    const found = [];
    let end = 0;
    for (const match of text.matchAll(rule)) {
      found.push(text.slice(end, match.index), match[0]); // what the pattern leaves out is a piece too
      end = match.index + match[0].length;
    }
    return [...found, text.slice(end)].filter((piece) => piece);
  }

  /** The pair with the lowest id is merged everywhere, from left to right, until no pair is left that can be. */
  function merge(row) {
    for (;;) {
      let lowest = Infinity;
      for (let at = 1; at < row.length; at++) lowest = Math.min(lowest, pairs.get(pairOf(row[at - 1], row[at])) ?? Infinity);
      if (lowest === Infinity) return row;
      const shorter = [];
      for (let at = 0; at < row.length; at++) {
        const both = at + 1 < row.length && pairs.get(pairOf(row[at], row[at + 1])) === lowest;
        shorter.push(both ? lowest : row[at]);
        if (both) at++;
      }
      row = shorter;
    }
  }

  const known = new Map(); // piece -> its ids

  function encodePiece(piece) {
    if (!known.has(piece)) {
      if (known.size > 20000) known.clear();
      const whole = idOf(piece);
      const characters = [...piece].flatMap((character) => merge([...utf8.encode(character)]));
      known.set(piece, whole === undefined ? merge(characters) : [whole]);
    }
    return known.get(piece);
  }

  // -- or: the fewest tokens -----------------------------------------------------------------------

  // A token costs 16, and 4 more for each of its ends that lies inside an akshara: `broken` has their number, 0 to 2.
  const entries = new Map(); // text -> { id, cost, size }
  if (fewest) {
    const spelled = [...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)), ...file.characters, ...file.entries];
    spelled.forEach((text, number) => {
      const id = number < 128 ? number : number + 128;
      entries.set(text, { id, cost: 16 + 4 * Number(broken[number]), size: [...text].length });
    });
  }
  const longest = Math.max(1, ...[...entries.values()].map(({ size }) => size));

  /** The cheapest way to each place, out of the cheapest ways to earlier ones; of equals the one that ends longest. */
  function cheapest(text) {
    const characters = [...text];
    const best = [0]; // place -> cost of the way there
    const last = [null]; // place -> the entry that this way ends with
    for (let place = 1; place <= characters.length; place++) {
      let least = Infinity;
      let chosen = null;
      for (let size = Math.min(longest, place); size > 0; size--) {
        const entry = entries.get(characters.slice(place - size, place).join(""));
        if (entry && best[place - size] + entry.cost < least) {
          least = best[place - size] + entry.cost;
          chosen = entry;
        }
      }
      best.push(chosen ? least : best[place - 1]); // a character in no entry costs nothing: there is no choice
      last.push(chosen);
    }
    const found = [];
    for (let place = characters.length; place > 0; place -= last[place]?.size ?? 1) {
      found.push(last[place] ? [last[place].id] : [...utf8.encode(characters[place - 1])]);
    }
    return found.reverse().flat();
  }

  // -- what a page asks ----------------------------------------------------------------------------

  function encode(text) {
    const normal = normalize(text);
    return fewest ? cheapest(normal) : pieces(normal).flatMap(encodePiece);
  }

  /** A character that is split over several tokens stands with the first of them; the others have "". */
  function tokens(text) {
    const characters = [...normalize(text)];
    let [seen, spelled, next] = [0, 0, 0]; // bytes of the tokens, bytes of the characters, the next character
    return encode(text).map((id) => {
      seen += bytes[id].length;
      let own = "";
      for (; spelled < seen; next++) {
        own += characters[next];
        spelled += utf8.encode(characters[next]).length;
      }
      return { id, text: own };
    });
  }

  return { encode, tokens, normalize, pieces, size: bytes.length };
}

if (typeof module === "object") module.exports = { makeTokenizer }; // for `node`
