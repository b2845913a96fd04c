import assert from "node:assert/strict";
import { close, openItems } from "./closed_items.js";

/** @param {string} version */
function handout(version, kind = "handout") {
  return { kind, version, words: "Try this", button: "Go", picture: "" };
}

function storage(content = "") {
  const kept = new Map(content ? [["digits_class_notice_closed", content]] : []);
  return {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
  };
}

Deno.test("what is closed stays closed until something new is handed out", () => {
  const kept = storage();
  const other = handout("run-7", "shown");
  assert.deepEqual(openItems([handout("1"), other], kept), [handout("1"), other]);
  close(handout("1"), kept);
  assert.deepEqual(openItems([handout("1"), other], kept), [other]);
  assert.deepEqual(openItems([handout("2")], kept), [handout("2")]);
  close(other, kept);
  assert.deepEqual(openItems([handout("1"), other], kept), []);
});

Deno.test("what somebody else has left in the storage closes nothing", () => {
  for (const content of ["no JSON", "null", "[]"]) assert.equal(openItems([handout("1")], storage(content)).length, 1);
});
