import assert from "node:assert/strict";
import { viewOf } from "./element_views.js";

Deno.test("an element keeps its view, and another element has its own", () => {
  /** @type {WeakMap<Node, object>} */
  const views = new WeakMap();
  const [first, second] = /** @type {Node[]} */ (/** @type {unknown[]} */ ([{}, {}]));
  const view = viewOf(views, first, () => ({}));
  assert.equal(viewOf(views, first, () => ({})), view);
  assert.notEqual(viewOf(views, second, () => ({})), view);
});
