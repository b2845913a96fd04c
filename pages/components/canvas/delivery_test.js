import assert from "node:assert/strict";
import { FakeClock } from "../../../tests/support/fake_clock.js";
import { Delivery, LONGEST_RETRY, RETRY } from "./delivery.js";

function begun() {
  const clock = new FakeClock();
  /** @type {[string, number][]} */
  const sent = [];
  /** @type {Delivery<string>} */
  const delivery = new Delivery((value, at) => sent.push([value, at]), clock);
  delivery.begin("a drawing");
  return { clock, sent, delivery };
}

Deno.test("a value is sent again until the server has it", () => {
  const { clock, sent, delivery } = begun();
  clock.pass(RETRY);
  assert.deepEqual(sent, [["a drawing", 10_000], ["a drawing", 10_000 + RETRY]]);
  delivery.confirm(10_000 + RETRY);
  clock.pass(10 * RETRY);
  assert.equal(sent.length, 2);
});

Deno.test("a reply that takes longer than the next time is enough", () => {
  const { clock, sent, delivery } = begun();
  clock.pass(3 * RETRY);
  delivery.confirm(10_000);
  clock.pass(10 * RETRY);
  assert.equal(sent.length, 3);
});

Deno.test("a reply to the value before is not enough", () => {
  const { clock, sent, delivery } = begun();
  clock.pass(10);
  delivery.begin("another");
  delivery.confirm(10_000);
  clock.pass(RETRY);
  assert.deepEqual(sent.map(([value]) => value), ["a drawing", "another", "another"]);
});

Deno.test("a server that is behind is asked less and less often, but not for ever", () => {
  const { clock, sent, delivery } = begun();
  clock.pass(30_000);
  const waits = sent.slice(1).map(([, at], index) => at - sent[index][1]);
  assert.deepEqual(waits.slice(0, 4), [RETRY, 2 * RETRY, 4 * RETRY, LONGEST_RETRY]);
  assert.equal(waits.at(-1), LONGEST_RETRY);
  delivery.begin("another");
  clock.pass(RETRY);
  assert.equal(sent.filter(([value]) => value === "another").length, 2);
});
