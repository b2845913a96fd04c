import assert from "node:assert/strict";
import { greyscale, haveSamePixels } from "./picture.js";

Deno.test("a picture is one byte a pixel, row after row", () => {
  const rgba = [0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255];
  assert.deepEqual(greyscale(rgba), Uint8Array.of(0, 128, 255));
});

Deno.test("a picture is new if any pixel is another, or if there was none", () => {
  assert.equal(haveSamePixels([0, 1, 2], [0, 1, 2]), true);
  assert.equal(haveSamePixels([0, 1, 2], [0, 1, 3]), false);
  assert.equal(haveSamePixels(null, [0]), false);
});
