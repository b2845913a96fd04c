import assert from "node:assert/strict";
import { FakeClock } from "../../../tests/support/fake_clock.js";
import { Attention, REST } from "./attention.js";

/** A page that reports what is done on it, and on which some things may be open. */
class Page extends EventTarget {
  hidden = false;
  open = "";
  selected = "";
  lists = [{ scrollTop: 0 }];

  querySelector = (/** @type {string} */ selector) => this.open && selector.includes(this.open) ? {} : null;
  querySelectorAll = () => this.lists;
  getSelection = () => ({ isCollapsed: !this.selected });

  /** @param {string} kind @param {number} [buttons] that are held */
  hear(kind, buttons = 0) {
    this.dispatchEvent(Object.assign(new Event(kind), { buttons }));
  }
}

function watched() {
  const clock = new FakeClock(), page = new Page(), attention = new Attention(clock);
  attention.watch(page);
  return { clock, page, attention, isFree: () => attention.isFree(/** @type {any} */ (page)) };
}

Deno.test("a page is free until somebody does something, and again once they only look", () => {
  const { clock, page, isFree } = watched();
  assert(isFree());
  for (const kind of ["keydown", "pointerup", "pointermove", "wheel"]) {
    page.hear(kind);
    assert(!isFree(), kind);
    clock.pass(REST - 1);
    assert(!isFree(), kind);
    clock.pass(1);
    assert(isFree(), kind);
  }
});

Deno.test("it is not free as long as a slider is held, however long that is", () => {
  const { clock, page, isFree } = watched();
  page.hear("pointerdown", 1);
  clock.pass(10 * REST);
  assert(!isFree());
  page.hear("pointerup");
  assert(!isFree());
  clock.pass(REST);
  assert(isFree());
});

Deno.test("it is not free while something is open that would be lost, or nobody sees it", () => {
  const { page, isFree } = watched();
  for (const open of ["[role=dialog]", "[data-baseweb=popover]", ".st-key-of_this_network"]) {
    page.open = open;
    assert(!isFree(), open);
  }
  page.open = "";
  page.selected = "some words";
  assert(!isFree());
  page.selected = "";
  page.lists = [{ scrollTop: 0 }, { scrollTop: 300 }];
  assert(!isFree());
  page.lists = [];
  page.hidden = true;
  assert(!isFree());
  page.hidden = false;
  assert(isFree());
});

Deno.test("a page that is left is no longer listened to", () => {
  const { page, attention, isFree } = watched();
  attention.leave(page);
  page.hear("keydown");
  page.hear("pointerdown", 1);
  assert(isFree());
});
