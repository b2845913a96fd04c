// The rows of the instructor's tables: made once each, and changed in place, so that a button keeps its focus.

/**
 * @typedef {object} RunRow
 * @property {number} id
 * @property {string} name
 * @property {string} accuracy
 * @property {string} state
 * @property {boolean} active
 * @property {boolean} paused
 */

/** @typedef {"pause" | "resume" | "stop" | "show"} Action */

/**
 * Return what can be done with a run, in the order of its buttons.
 *
 * @param {RunRow} run
 * @returns {Action[]}
 */
export function actionsFor({ active, paused }) {
  if (active) return ["pause", "stop", "show"];
  return paused ? ["resume", "stop", "show"] : ["show"];
}

/**
 * Let a table's body have a row for each of these keys, in their order; rows of others are taken out. Return the rows.
 *
 * @param {HTMLElement} body
 * @param {string[]} keys
 * @param {(key: string) => HTMLElement} make
 * @returns {HTMLElement[]}
 */
export function rowsFor(body, keys, make) {
  const there = new Map(/** @type {HTMLElement[]} */ ([...body.children]).map((row) => [row.dataset.key ?? "", row]));
  const wanted = new Set(keys);
  for (const [key, row] of there) if (!wanted.has(key)) row.remove();
  return keys.map((key, index) => {
    const row = there.get(key) ?? make(key);
    row.dataset.key = key;
    // A row that is in its place already is left alone: what is put in again loses the focus.
    if (body.children[index] !== row) body.insertBefore(row, body.children[index] ?? null);
    return row;
  });
}

/**
 * Write texts into the cells of a row; one that has not changed is left alone.
 *
 * @param {HTMLElement} row
 * @param {string[]} texts
 */
export function fill(row, texts) {
  texts.forEach((text, index) => {
    const cell = row.children[index];
    if (cell.textContent !== text) cell.textContent = text;
  });
}
