/** @import { Trace } from "./plotly.d.ts" */

import assert from "node:assert/strict";
import { formOf, isLine, pointsOf } from "./growing_lines.js";

const LAYOUT = { title: "Loss" };

/** @type {(y: Trace["y"], more?: object) => Trace} */
function line(y, more) {
  return { type: "scatter", name: "training", x: [1, 2, 3], y, ...more };
}

Deno.test("a curve that has grown has the form that it had", () => {
  const before = { ...line([2.3, 1.1]), x: [1, 2] };
  assert.equal(formOf([before], LAYOUT, null), formOf([line([2.3, 1.1, 0.9])], LAYOUT, null));
});

Deno.test("a curve that gets its first point is another form: the legend gets its name", () => {
  const empty = { ...line([]), x: [] };
  assert.notEqual(formOf([empty], LAYOUT, null), formOf([line([2.3])], LAYOUT, null));
});

Deno.test("numbers in base64 are points like others", () => {
  const packed = { ...line({ bdata: "AAAA", dtype: "f4" }), x: { bdata: "AAAA", dtype: "f4" } };
  const none = { ...packed, x: { bdata: "", dtype: "f4" } };
  assert.equal(formOf([packed], LAYOUT, null), formOf([line([1])], LAYOUT, null));
  assert.notEqual(formOf([packed], LAYOUT, null), formOf([none], LAYOUT, null));
});

Deno.test("another name, another layout, other buttons or one curve more are another form", () => {
  const form = formOf([line([1])], LAYOUT, "hover");
  assert.notEqual(formOf([line([1], { name: "test" })], LAYOUT, "hover"), form);
  assert.notEqual(formOf([line([1])], { title: "Accuracy" }, "hover"), form);
  assert.notEqual(formOf([line([1])], LAYOUT, false), form);
  assert.notEqual(formOf([line([1]), line([1])], LAYOUT, "hover"), form);
});

Deno.test("of other charts the numbers are part of the form: they are redrawn when those change", () => {
  const bars = (/** @type {number[]} */ y) => [{ type: "bar", x: [0, 1], y }];
  assert.notEqual(formOf(bars([1, 2]), LAYOUT, null), formOf(bars([1, 3]), LAYOUT, null));
  assert.equal(isLine(bars([1])[0]), false);
  assert.equal(isLine(line([1])), true);
});

Deno.test("a growing chart is given the places of all its points, and nothing else", () => {
  assert.deepEqual(pointsOf([line([4, 5, 6])]), { data: [{ x: [1, 2, 3], y: [4, 5, 6] }] });
});
