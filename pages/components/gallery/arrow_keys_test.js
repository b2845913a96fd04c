import assert from "node:assert/strict";
import { indexAfter } from "./arrow_keys.js";

/** Eight images in rows of three: 0 1 2, 3 4 5, 6 7. */
const from = (/** @type {number} */ index, /** @type {string} */ key) => indexAfter(key, index, 8, 3);

Deno.test("arrow keys lead to the neighbours in the grid", () => {
  assert.deepEqual(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].map((key) => from(4, key)), [3, 5, 1, 7]);
});

Deno.test("rows follow each other, and the ends are ends", () => {
  assert.equal(from(2, "ArrowRight"), 3);
  assert.deepEqual([from(0, "ArrowLeft"), from(7, "ArrowRight"), from(1, "ArrowUp"), from(5, "ArrowDown")], [
    null,
    null,
    null,
    null,
  ]);
});

Deno.test("Home and End lead to the first and the last image", () => {
  assert.deepEqual([from(4, "Home"), from(4, "End")], [0, 7]);
  assert.equal(from(0, "Home"), null);
});

Deno.test("other keys lead nowhere", () => assert.equal(from(4, "a"), null));
