import assert from "node:assert/strict";
import { nextStep, nextText } from "./steps.js";

const UNITS = { whole: true, low: 1, high: 2048 };
const RATE = { whole: false, low: 1e-6, high: 10 };

Deno.test("units are doubled and halved", () => {
  assert.equal(nextStep(128, true, UNITS), 256);
  assert.equal(nextStep(128, false, UNITS), 64);
});

Deno.test("from a number in between, the next power of two is next", () => {
  assert.equal(nextStep(100, true, UNITS), 128);
  assert.equal(nextStep(100, false, UNITS), 64);
});

Deno.test("no step leads beyond the limits", () => {
  assert.equal(nextStep(2048, true, UNITS), 2048);
  assert.equal(nextStep(1, false, UNITS), 1);
  assert.equal(nextStep(1500, true, { ...UNITS, high: 1800 }), 1800);
});

Deno.test("a refused number is brought to the limit that it is beyond, and none to the smallest", () => {
  assert.equal(nextStep(5000, false, UNITS), 2048);
  assert.equal(nextStep(1900, false, { ...UNITS, high: 1800 }), 1800);
  assert.equal(nextStep(-3, true, UNITS), 1);
  assert.equal(nextStep(NaN, true, UNITS), 1);
});

Deno.test("a learning rate changes by a factor of about three", () => {
  const up = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 10];
  for (let index = 0; index + 1 < up.length; index++) assert.equal(nextStep(up[index], true, RATE), up[index + 1]);
  assert.equal(nextStep(0.001, false, RATE), 0.0003);
  assert.equal(nextStep(0.002, true, RATE), 0.003);
  assert.equal(nextStep(0.002, false, RATE), 0.001);
  assert.equal(nextStep(1e-6, false, RATE), 1e-6);
});

Deno.test("of several numbers in a field, each goes its step", () => {
  assert.equal(nextText("256, 64", true, UNITS), "512, 128");
  assert.equal(nextText("256,1", false, UNITS), "128, 1");
  assert.equal(nextText("100", true, UNITS), "128");
  assert.equal(nextText("", true, UNITS), "1");
  assert.equal(nextText("many, 8", false, UNITS), "1, 4");
});
