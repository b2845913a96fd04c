import assert from "node:assert/strict";
import { FakeClock } from "../../../tests/support/fake_clock.js";
import { DELAY, PendingCells } from "./pending_cells.js";

/** A page with the grid: what it tells the server, and the time that passes. */
class Page {
  /** @type {string[]} */
  sent = [];
  clock = new FakeClock();
  pending = new PendingCells((cells) => this.sent.push(cells), this.clock);
}

/**
 * @param {string} behaviour
 * @param {() => void} check
 */
function test(behaviour, check) {
  Deno.test(behaviour, () => {
    sessionStorage.clear();
    check();
  });
}

test("cells that are painted in one go are sent together", () => {
  const { pending, clock, sent } = new Page();
  pending.sendSoon("1000");
  clock.pass(DELAY - 1);
  pending.sendSoon("1100");
  clock.pass(DELAY - 1);
  assert.deepEqual(sent, []);
  clock.pass(1);
  assert.deepEqual(sent, ["1100"]);
});

test("the grid begins with what the server knows, and sends nothing", () => {
  const { pending, clock, sent } = new Page();
  assert.equal(pending.begin("0110"), "0110");
  clock.pass(DELAY);
  assert.deepEqual(sent, []);
});

test("cells that the server has not heard of outlast a reload, and are sent again", () => {
  new Page().pending.sendSoon("1100");
  const { pending, clock, sent } = new Page();
  assert.equal(pending.begin("0000"), "1100");
  clock.pass(DELAY);
  assert.deepEqual(sent, ["1100"]);
});

test("cells that the server knows are not kept", () => {
  const { pending } = new Page();
  pending.sendSoon("1100");
  pending.acknowledge("1100", "1100");
  assert.equal(new Page().pending.begin("0000"), "0000");
});

test("a late answer of the server wipes nothing that was painted since", () => {
  const { pending } = new Page();
  pending.sendSoon("1110");
  pending.acknowledge("1100", "1110");
  assert.equal(new Page().pending.begin("1100"), "1110");
});
