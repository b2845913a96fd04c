import { KnownDrawings } from "./known_drawings.js";

/**
 * @param {unknown} found
 * @param {unknown} expected
 */
function same(found, expected) {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${one}, not ${other}`);
}

/** @type {[number, number, number, number][]} */
const TWO = [[3, 7, 7, 0], [5, 1, 7, 1]];
const SHEET = { ids: [3, 5], across: 2, down: 1, url: "data:" };

Deno.test("pictures are asked for once", () => {
  const known = new KnownDrawings();
  same(known.after, 0);
  known.update({ drawings: TWO, writers: ["Ada", "Bob"], sheet: SHEET });
  same(known.after, 5);
  same(known.places.get(5), { sheet: 0, x: 100, y: 0 });
  known.update({ drawings: [...TWO, [9, 2, 2, 0]], writers: ["Ada", "Bob"], sheet: { ...SHEET, ids: [9], across: 1 } });
  same(known.places.get(9), { sheet: 1, x: 0, y: 0 });
  same(known.places.get(3), { sheet: 0, x: 0, y: 0 });
});

Deno.test("a drawing that is brought back after the page was opened is asked for", () => {
  const known = new KnownDrawings();
  known.update({ drawings: [TWO[1]], writers: ["", "Bob"], sheet: { ...SHEET, ids: [5], across: 1 } });
  known.update({ drawings: TWO, writers: ["Ada", "Bob"], sheet: null });
  same(known.after, 2);
});

Deno.test("a deleted drawing is gone, and its picture stays for Undo", () => {
  const known = new KnownDrawings();
  known.update({ drawings: TWO, writers: ["Ada", "Bob"], sheet: SHEET });
  known.update({ drawings: [TWO[1]], writers: ["Ada", "Bob"], sheet: null });
  same(known.drawings.map(({ id }) => id), [5]);
  known.update({ drawings: TWO, writers: ["Ada", "Bob"], sheet: null });
  same(known.after, 5);
});

Deno.test("right ones and writers are counted", () => {
  const known = new KnownDrawings();
  known.update({ drawings: TWO, writers: ["Ada", "Bob"], sheet: SHEET });
  same(known.counts, { drawings: 2, right: 1, writers: 2 });
});
