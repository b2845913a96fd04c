import assert from "node:assert/strict";
import { actionsFor } from "./table_rows.js";

/** @param {boolean} active @param {boolean} paused */
function run(active, paused) {
  return { id: 1, name: "Ada", accuracy: "–", state: "", active, paused };
}

Deno.test("a run can be paused while it trains, and resumed while it is paused; one that has ended is shown", () => {
  assert.deepEqual(actionsFor(run(true, false)), ["pause", "stop", "show"]);
  assert.deepEqual(actionsFor(run(false, true)), ["resume", "stop", "show"]);
  assert.deepEqual(actionsFor(run(false, false)), ["show"]);
});
