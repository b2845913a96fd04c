import assert from "node:assert/strict";
import { helpPosition } from "./help_position.js";

const TEXT = { width: 200, height: 50 };
const VIEW = { innerWidth: 390, innerHeight: 800 };

Deno.test("help is below what it explains", () => {
  assert.deepEqual(helpPosition({ left: 20, top: 100, bottom: 140 }, TEXT, VIEW), { left: 20, top: 148 });
});

Deno.test("help is above what is at the bottom of the window", () => {
  assert.deepEqual(helpPosition({ left: 20, top: 700, bottom: 745 }, TEXT, VIEW), { left: 20, top: 642 });
});

Deno.test("help stays inside of the window on either side", () => {
  assert.equal(helpPosition({ left: 300, top: 100, bottom: 140 }, TEXT, VIEW).left, 182);
  assert.equal(helpPosition({ left: -30, top: 100, bottom: 140 }, TEXT, VIEW).left, 8);
});
