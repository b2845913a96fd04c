import assert from "node:assert/strict";
import { History, MOST_STROKES } from "./history.js";

/** @param {...number} widths */
const strokes = (...widths) => widths.map((strokeWidth) => ({ strokeWidth }));

/** @param {...number} widths */
function drawn(...widths) {
  const history = new History();
  history.strokes = strokes(...widths);
  return history;
}

Deno.test("undo takes back one stroke at a time, also of those that came together", () => {
  const history = drawn(1, 2, 3);
  history.undo();
  assert.deepEqual(history.strokes, strokes(1, 2));
  history.undo();
  assert.deepEqual(history.strokes, strokes(1));
});

Deno.test("Clear can be undone, and then the strokes before it", () => {
  const history = drawn(1);
  history.clear();
  assert.deepEqual(history.strokes, []);
  history.undo();
  assert.deepEqual(history.strokes, strokes(1));
  history.undo();
  assert.deepEqual([history.strokes, history.canUndo], [[], false]);
});

Deno.test("after Clear a new stroke is undone first", () => {
  const history = drawn(1);
  history.clear();
  history.strokes = strokes(2);
  history.undo();
  assert.deepEqual([history.strokes, history.canUndo], [[], true]);
});

Deno.test("undo of nothing and Clear of nothing are nothing", () => {
  const history = new History();
  history.undo();
  history.clear();
  assert.deepEqual([history.strokes, history.canUndo], [[], false]);
});

Deno.test("after a reload undo goes back by the same steps", () => {
  const before = drawn(1, 2);
  before.clear();
  before.strokes = strokes(3);
  const history = new History(before.toText());
  const seen = [];
  for (; history.canUndo; history.undo()) seen.push(history.strokes);
  assert.deepEqual(seen, [strokes(3), [], strokes(1, 2), strokes(1)]);
});

Deno.test("more strokes than can be kept are not taken", () => {
  const history = drawn(...Array(MOST_STROKES + 1).fill(1));
  assert.equal(history.strokes.length, MOST_STROKES);
});

Deno.test("the oldest sheets are forgotten when all have too many strokes", () => {
  const history = drawn(...Array(MOST_STROKES - 1).fill(1));
  history.clear();
  history.strokes = strokes(2, 3);
  history.clear();
  history.undo();
  assert.deepEqual(history.strokes, strokes(2, 3));
  while (history.strokes.length) history.undo();
  assert.equal(history.canUndo, false);
});

Deno.test("a drawing that is taken off leaves the strokes drawn since, and cannot be undone", () => {
  const history = drawn(1);
  history.clear();
  history.strokes = strokes(2, 3, 4);
  history.takeOff(2);
  assert.deepEqual(history.strokes, strokes(4));
  history.undo();
  assert.equal(history.canUndo, false);
});

for (const text of [null, "", "no JSON", "null", "7", "{}", "[]", "[7]", "[[7]]", "[[null]]", "[[[]]]"]) {
  Deno.test(`a browser that has kept ${text || "nothing"} begins with an empty sheet`, () => {
    const history = new History(text);
    assert.deepEqual([history.strokes, history.canUndo], [[], false]);
  });
}
