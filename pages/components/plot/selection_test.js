import assert from "node:assert/strict";
import { brushedRanges, clickedCell } from "./selection.js";

/** A matrix of ten by ten cells, 30 pixels wide and 20 high, at 100 and 50 on the screen. */
const AREA = { left: 100, top: 50, width: 300, height: 200 };
const AXES = {
  xaxis: { p2c: (/** @type {number} */ pixels) => pixels / 30 - 0.5 },
  yaxis: { p2c: (/** @type {number} */ pixels) => pixels / 20 - 0.5 },
};

/** @type {(clientX: number, clientY: number, moved?: [number, number]) => [number | null, number | null] | null} */
function click(clientX, clientY, [across, down] = [0, 0]) {
  return clickedCell({ clientX: clientX - across, clientY: clientY - down }, { clientX, clientY }, AREA, AXES);
}

Deno.test("a click is on the cell at that place: its row, then its column", () => {
  assert.deepEqual(click(100 + 7.5 * 30, 50 + 2.5 * 20), [2, 7]);
  assert.deepEqual(click(116, 61), [0, 0]);
  assert.deepEqual(click(399, 249), [9, 9]);
});

Deno.test("a click beside the matrix is on no cell", () => {
  for (const [x, y] of [[400, 100], [200, 250], [99, 49]]) assert.equal(click(x, y), null);
});

Deno.test("a click to the left of the matrix is on a row's name, one above it on a column's", () => {
  assert.deepEqual(click(80, 50 + 2.5 * 20), [2, null]);
  assert.deepEqual(click(100 + 7.5 * 30, 40), [null, 7]);
});

Deno.test("a pointer that was moved did not click, one that shook did", () => {
  assert.deepEqual(click(200, 100, [4, 4]), [2, 3]);
  assert.equal(click(200, 100, [8, 1]), null);
});

Deno.test("brushed ranges are told with the names of their axes, whatever their order", () => {
  const ranges = brushedRanges([
    { name: "epochs" },
    { name: "batch", constraintrange: [32, 64] },
    { name: "units", constraintrange: [[16, 32], [128, 256]] },
  ]);
  assert.deepEqual(ranges, [
    { name: "batch", low: 32, high: 64 },
    { name: "units", low: 16, high: 32 },
    { name: "units", low: 128, high: 256 },
  ]);
});
