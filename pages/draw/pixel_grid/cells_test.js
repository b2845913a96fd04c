import assert from "node:assert/strict";
import { Cells } from "./cells.js";

/** Three by three: the keyboard begins in the middle. @param {string} text */
function cellsWith(text) {
  const cells = new Cells(3);
  cells.load(text);
  return cells;
}

const EMPTY = "000" + "000" + "000";

Deno.test("the keyboard begins in the middle", () => {
  assert.equal(new Cells(3).here, 4);
  assert.equal(new Cells(14).here, 7 * 14 + 7);
});

Deno.test("space paints the cell, and wipes it again", () => {
  const cells = cellsWith(EMPTY);
  assert.equal(cells.press(" ", false), true);
  assert.equal(cells.text, "000" + "010" + "000");
  cells.press(" ", false);
  assert.equal(cells.text, EMPTY);
});

Deno.test("arrow keys move by a row or a column, and paint nothing", () => {
  const cells = cellsWith(EMPTY);
  const places = ["ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight"].map((key) => {
    cells.press(key, false);
    return cells.here;
  });
  assert.deepEqual(places, [1, 0, 3, 4]);
  assert.equal(cells.text, EMPTY);
});

Deno.test("arrow keys stop at the edges, and do not go on in the next row", () => {
  const cells = cellsWith(EMPTY);
  for (const key of ["ArrowRight", "ArrowRight"]) cells.press(key, false);
  assert.equal(cells.here, 5);
  for (const key of ["ArrowDown", "ArrowDown"]) cells.press(key, false);
  assert.equal(cells.here, 8);
  for (const key of ["ArrowUp", "ArrowUp", "ArrowUp"]) cells.press(key, false);
  assert.equal(cells.here, 2);
  for (const key of ["ArrowLeft", "ArrowLeft", "ArrowLeft"]) cells.press(key, false);
  assert.equal(cells.here, 0);
});

Deno.test("with Shift, arrow keys paint the cells that they come to, and wipe none", () => {
  const cells = cellsWith("010" + "000" + "000");
  cells.press("ArrowUp", true);
  cells.press("ArrowRight", true);
  assert.equal(cells.text, "011" + "000" + "000");
});

Deno.test("other keys are left to the page", () => {
  const cells = cellsWith(EMPTY);
  for (const key of ["Enter", "Tab", "a"]) assert.equal(cells.press(key, false), false);
  assert.equal(cells.text, EMPTY);
});

Deno.test("a stroke that begins on an empty cell paints all that it passes", () => {
  const cells = cellsWith("010" + "000" + "000");
  for (const [index, work] of [0, 1, 2].entries()) index ? cells.pass(work) : cells.lower(work);
  assert.equal(cells.text, "111" + "000" + "000");
  assert.equal(cells.here, 2);
});

Deno.test("a stroke that begins on a painted cell wipes all that it passes", () => {
  const cells = cellsWith("110" + "100" + "000");
  cells.lower(0);
  cells.pass(1);
  cells.pass(2);
  assert.equal(cells.text, "000" + "100" + "000");
});

Deno.test("a stroke that is reported at a few cells only paints those between as well", () => {
  const cells = new Cells(5);
  cells.lower(0);
  cells.pass(4);
  cells.pass(22);
  assert.equal(cells.text, "11111" + "00001" + "00010" + "00010" + "00100");
  assert.equal(cells.here, 22);
});

Deno.test("a stroke that left the grid goes on where it comes back, and paints nothing between", () => {
  const cells = cellsWith(EMPTY);
  cells.lower(0);
  cells.leave();
  cells.pass(8);
  assert.equal(cells.text, "100" + "000" + "001");
});

Deno.test("a new stroke does not go on from the one before", () => {
  const cells = cellsWith(EMPTY);
  cells.lower(0);
  cells.lift();
  cells.lower(8);
  assert.equal(cells.text, "100" + "000" + "001");
});

Deno.test("a pointer that is up paints and wipes nothing", () => {
  const cells = cellsWith("001" + "000" + "000");
  cells.lower(1);
  cells.lift();
  cells.pass(2);
  cells.pass(5);
  assert.equal(cells.text, "011" + "000" + "000");
  assert.equal(cells.here, 1);
});

Deno.test("clearing wipes every cell", () => {
  const cells = cellsWith("111" + "000" + "001");
  cells.clear();
  assert.equal(cells.text, EMPTY);
});

Deno.test("what is too short or something else is taken as empty cells", () => {
  assert.equal(cellsWith("1x1").text, "101" + "000" + "000");
});
