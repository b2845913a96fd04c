import assert from "node:assert/strict";

import { FakePage } from "../../tests/support/fake_page.js";
import { receiveUpdates, UpdateSender } from "./updates.js";

/**
 * @param {string} kind
 * @returns {{ got: unknown[], stop: () => void }}
 */
function receiver(kind) {
  /** @type {unknown[]} */
  const got = [];
  return { got, stop: receiveUpdates(kind, (update) => got.push(update)) };
}

Deno.test(
  "who comes later gets the last update of each name, and of its own kind alone",
  FakePage.with(() => {
    const sender = new UpdateSender();
    sender.send("plot", { name: "loss", at: 1 });
    sender.send("plot", { name: "accuracy", at: 1 });
    sender.send("plot", { name: "loss", at: 2 });
    sender.send("hints", { at: 3 });
    assert.deepEqual(receiver("plot").got, [{ name: "loss", at: 2 }, { name: "accuracy", at: 1 }]);
    assert.deepEqual(receiver("hints").got, [{ at: 3 }]);
  }),
);

Deno.test(
  "who is there gets each update once, until it ends that",
  FakePage.with(() => {
    const sender = new UpdateSender();
    const { got, stop } = receiver("plot");
    sender.send("plot", { name: "loss", at: 1 });
    receiver("plot"); // its question is not for others
    assert.deepEqual(got, [{ name: "loss", at: 1 }]);
    stop();
    sender.send("plot", { name: "loss", at: 2 });
    assert.equal(got.length, 1);
  }),
);

Deno.test(
  "what has left the page tells nobody what it had sent",
  FakePage.with(() => {
    const sender = new UpdateSender();
    sender.send("plot", { name: "loss", at: 1 });
    sender.stop();
    assert.deepEqual(receiver("plot").got, []);
  }),
);
