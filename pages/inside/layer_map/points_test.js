import assert from "node:assert/strict";
import { between, middles, nearest, nextPoint } from "./points.js";

const all = () => true;
// A cross: in the middle, left, right, above, below.
const cross = [0, 0, -5, 0, 5, 0, 0, -5, 0, 5];

Deno.test("points go from their old places to the new ones", () => {
  assert.deepEqual([...between([0, 10], [4, 0], 0)], [0, 10]);
  assert.deepEqual([...between([0, 10], [4, 0], 0.5)], [2, 5]);
  assert.deepEqual([...between([0, 10], [4, 0], 1)], [4, 0]);
  assert.ok(between([0], [100], 0.1)[0] < 5, "they set out slowly");
  assert.ok(between([0], [100], 0.9)[0] > 95, "and arrive slowly");
});

Deno.test("the point next to the pointer is meant, if it is near enough and shown", () => {
  assert.equal(nearest(cross, [4, 1], 3, all), 2);
  assert.equal(nearest(cross, [4, 1], 1, all), -1);
  assert.equal(nearest(cross, [4, 1], 9, (place) => place !== 2), 0);
});

Deno.test("arrow keys lead to the next point in their direction", () => {
  assert.equal(nextPoint("ArrowLeft", cross, 0, all), 1);
  assert.equal(nextPoint("ArrowRight", cross, 0, all), 2);
  assert.equal(nextPoint("ArrowUp", cross, 0, all), 3);
  assert.equal(nextPoint("ArrowDown", cross, 0, all), 4);
  assert.equal(nextPoint("ArrowLeft", cross, 2, all), 0);
  assert.equal(nextPoint("ArrowLeft", cross, 2, (place) => place !== 0), 1);
  assert.equal(nextPoint("ArrowLeft", cross, 1, all), 1);
  assert.equal(nextPoint("Tab", cross, 0, all), null);
});

Deno.test("a stray image does not move the middle of its class", () => {
  const points = [0, 0, 1, 1, 2, 2, 900, 900, 5, 6];
  assert.deepEqual(middles(points, [0, 0, 0, 0, 2], 3), [[2, 2], null, [5, 6]]);
});
