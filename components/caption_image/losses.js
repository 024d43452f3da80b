// The losses of trained.py, again, for a slider that answers at once. Numbers in, numbers out; nothing of the page.

/** ln Σ e^z */
function logSum(values) {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, z) => sum + Math.exp(z - most), 0));
}

/** −ln sigmoid(z) = ln(1 + e^−z) */
const softplusOfMinus = (z) => (z > 0 ? Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z)) - z);

const meanOf = (values) => values.reduce((sum, each) => sum + each, 0) / values.length;
const columnOf = (table, place) => table.map((row) => row[place]);

/** CLIP's: every row and every column is a choice among n. `logits` n x n. */
function contrastiveLoss(logits) {
  const rows = logits.map((row, place) => logSum(row) - row[place]);
  const columns = logits.map((row, place) => logSum(columnOf(logits, place)) - row[place]);
  return { rows, columns, loss: (meanOf(rows) + meanOf(columns)) / 2, guessing: Math.log(logits.length) };
}

/** SigLIP's: every cell is a question by itself. */
function sigmoidLoss(logits) {
  const n = logits.length;
  const cells = logits.map((row, place) => row.map((z, column) => softplusOfMinus(place === column ? z : -z)));
  const sum = (values) => values.reduce((one, other) => one + other, 0);
  const rows = cells.map(sum);
  const columns = cells.map((_, place) => sum(columnOf(cells, place)));
  return { rows, columns, loss: sum(rows) / n, guessing: Math.log(n) - (n - 1) * Math.log1p(-1 / n) };
}

/** A table of cosines -> its logits. */
const logitsOf = (cosine, scale, bias) => cosine.map((row) => row.map((each) => scale * each + bias));

/** Each caption moves to another picture: a cycle through all n places, by Sattolo's algorithm. */
function cycle(n, random = Math.random) {
  const order = Array.from({ length: n }, (_, place) => place);
  for (let place = n - 1; place > 0; place--) {
    const other = Math.floor(random() * place);
    [order[place], order[other]] = [order[other], order[place]];
  }
  return order;
}
