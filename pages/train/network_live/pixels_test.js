import assert from "node:assert/strict";
import { ink, painted, strengths } from "./pixels.js";

Deno.test("the strongest weights are one in size, the weakest nothing", () => {
  assert.deepEqual(strengths("#?["), [-1, 0, 1]);
});

Deno.test("a weight of half the size has less than half the colour, with its sign", () => {
  const [less, more] = strengths("1M");
  assert.ok(0.2 < more && more < 0.5);
  assert.equal(less, -more);
});

Deno.test("paper has no ink", () => {
  assert.deepEqual(ink("#V"), [0, 1]);
});

Deno.test("weights of both signs have colours of their own, the stronger the fuller", () => {
  const [paper, above, below] = /** @type {const} */ ([[200, 200, 200], [255, 100, 0], [0, 100, 255]]);
  const pixels = painted([0, 1, -1, 0.5], { paper, above, below });
  assert.deepEqual([...pixels.slice(0, 4)], [200, 200, 200, 255]);
  assert.deepEqual([...pixels.slice(4, 8)], [255, 100, 0, 255]);
  assert.deepEqual([...pixels.slice(8, 12)], [0, 100, 255, 255]);
  assert.deepEqual([...pixels.slice(12, 15)], [228, 150, 100]);
});
