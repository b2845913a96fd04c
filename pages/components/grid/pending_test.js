import assert from "node:assert/strict";
import { FakeClock } from "../../../tests/support/fake_clock.js";
import { DELAY, UntoldCells } from "./untold.js";

/** A page with the grid: what it tells the server, and the time that passes. */
class Page {
  /** @type {string[]} */
  told = [];
  clock = new FakeClock();
  untold = new UntoldCells((cells) => this.told.push(cells), this.clock);
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

test("cells that are painted in one go are told together", () => {
  const { untold, clock, told } = new Page();
  untold.tellSoon("1000");
  clock.pass(DELAY - 1);
  untold.tellSoon("1100");
  clock.pass(DELAY - 1);
  assert.deepEqual(told, []);
  clock.pass(1);
  assert.deepEqual(told, ["1100"]);
});

test("the grid begins with what the server knows, and tells nothing", () => {
  const { untold, clock, told } = new Page();
  assert.equal(untold.begin("0110"), "0110");
  clock.pass(DELAY);
  assert.deepEqual(told, []);
});

test("cells that the server has not heard of outlast a reload, and are told again", () => {
  new Page().untold.tellSoon("1100");
  const { untold, clock, told } = new Page();
  assert.equal(untold.begin("0000"), "1100");
  clock.pass(DELAY);
  assert.deepEqual(told, ["1100"]);
});

test("cells that the server knows are not kept", () => {
  const { untold } = new Page();
  untold.tellSoon("1100");
  untold.hear("1100", "1100");
  assert.equal(new Page().untold.begin("0000"), "0000");
});

test("a late answer of the server wipes nothing that was painted since", () => {
  const { untold } = new Page();
  untold.tellSoon("1110");
  untold.hear("1100", "1110");
  assert.equal(new Page().untold.begin("1100"), "1110");
});
