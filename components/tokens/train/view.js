// Train your own: a text, a tokenizer that is learned from it, and what it is worth.
//
//   a text ─► send() in pieces ─► "read" says what it is
//   Train ─► "start" ─► follow() asks every 300 ms ─► results: learned, judged (the tokenizer), drawn (the curve)
//
// The text and the settings stay as they are whatever happens; the last tokenizer stays until there is a new one.

const EVERY = 50; // ms between two questions; the server takes 250 more when it has nothing new
const QUEUED = 1000; // ms between two questions while others are served
const PAUSE = 700; // ms of silence after which a pasted text is sent
const JOB = "pathshala-training"; // of this browser tab: the training that it follows
const { samples, languages, limit, least, most, mark } = props.known;
const number = (value) => value.toLocaleString("en-US");
const language = find("#train-language");
const entries = find("#train-entries");
const patternMenu = find("#train-pattern");
const ownPattern = find(".own-pattern");
const superwords = find("#train-superwords");
const pasted = find(".pasted");
const say = sayIn(".train-says");
const sayRead = sayIn(".read");
