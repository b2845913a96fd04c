import assert from "node:assert/strict";
import { recall, remember } from "./storage.js";

Deno.test("what is kept comes back, until nothing is to be kept any more", () => {
  remember("key", "a text");
  assert.equal(recall("key"), "a text");
  remember("key", null);
  assert.equal(recall("key"), null);
});

Deno.test("a browser that keeps nothing does without", () => {
  const storage = Object.getOwnPropertyDescriptor(globalThis, "sessionStorage");
  const refuse = () => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  };
  Object.defineProperty(globalThis, "sessionStorage", { get: refuse, configurable: true });
  try {
    remember("key", "a text");
    assert.equal(recall("key"), null);
  } finally {
    Object.defineProperty(globalThis, "sessionStorage", /** @type {PropertyDescriptor} */ (storage));
  }
});
