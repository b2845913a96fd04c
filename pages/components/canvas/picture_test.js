import assert from "node:assert/strict";
import { greyscale, isAwaited, PATIENCE } from "./picture.js";

const SENT = { frame: 1000, pixels: "", down: true };

Deno.test("the first picture is sent at once", () => {
  assert.equal(isAwaited(undefined, null, 1000), false);
});

Deno.test("the next picture is held back until the server has seen the one before", () => {
  assert.equal(isAwaited(SENT, null, 1090), true);
  assert.equal(isAwaited(SENT, 910, 1090), true);
  assert.equal(isAwaited(SENT, 1000, 1090), false);
});

Deno.test("a server that does not answer is waited for no longer than that", () => {
  assert.equal(isAwaited(SENT, null, 1000 + PATIENCE - 1), true);
  assert.equal(isAwaited(SENT, null, 1000 + PATIENCE), false);
});

Deno.test("a picture is one byte a pixel, row after row", () => {
  assert.equal(greyscale([0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255]), "AID/"); // bytes 00 80 ff
});
