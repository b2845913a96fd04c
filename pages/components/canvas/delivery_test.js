import assert from "node:assert/strict";
import { FakeClock } from "../../../tests/support/fake_clock.js";
import { Delivery, RETRY } from "./delivery.js";

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
  clock.pass(2 * RETRY);
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
