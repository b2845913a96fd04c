import assert from "node:assert/strict";
import { isUpToDate } from "./update_order.js";

Deno.test("an update that was overtaken by a newer one is not shown", () => {
  assert.equal(isUpToDate({ at: 99.5 }, { at: 100 }), false);
});

Deno.test("a newer update is shown, and of two equally old ones the one that comes last", () => {
  assert.equal(isUpToDate({ at: 100.5 }, { at: 100 }), true);
  assert.equal(isUpToDate({ at: 100 }, { at: 100 }), true);
});
