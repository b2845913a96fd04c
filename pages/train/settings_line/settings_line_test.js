/** @import { FakePage } from "../../../tests/support/fake_page.js" */

import assert from "node:assert/strict";
import { FakeElement, testsWith } from "../../../tests/support/fake_page.js";
import settingsLine from "./settings_line.js";

const RUN = ".st-key-live_run";
const RUNNING = "[data-test-script-state=running]";
const TO_TOP = { block: "start" };

/** The line on a page, and what people do with it. */
class Line {
  parent = new FakeElement();
  remove = () => {};

  /** @param {number | null} run @param {object} changes of the data */
  draw(run, changes = {}) {
    const data = { text: "64 units", run, linked: false, filledIn: 0, ...changes };
    this.remove = this.parent.removal(settingsLine(/** @type {any} */ ({ data, parentElement: this.parent })));
  }

  get button() {
    return this.parent.find("button");
  }
}

const test = testsWith((page) => {
  page.styles.scrollMarginTop = "50px";
  return new Line();
});

/** @param {FakePage} page */
function state(page) {
  return page.root.dataset.trainSettings;
}

/**
 * Put the run on the page, so far down.
 *
 * @param {FakePage} page
 * @param {number} top
 */
function place(page, top) {
  page.parts.add(RUN);
  Object.assign(page.part(RUN), { top, clientHeight: 600 });
}

test("settings are open where there is no run, or a link asks for them, and else folded", (page, line) => {
  line.draw(null);
  assert.deepEqual([state(page), line.button.ariaExpanded], ["open", "true"]);
  const linked = new Line();
  linked.draw(7, { linked: true });
  assert.deepEqual([state(page), linked.button.ariaExpanded], ["open", "true"]);
  linked.remove();
  const folded = new Line();
  folded.draw(7);
  assert.deepEqual([state(page), folded.button.ariaExpanded], ["folded", "false"]);
  assert.deepEqual([folded.button.find("span").textContent, folded.button.ariaLabel], [
    "64 units",
    "Settings: 64 units",
  ]);
  folded.remove();
  assert.equal(state(page), undefined, "other pages have none");
});

test("a press opens the settings, which are brought into view, and the next one folds them", (page, line) => {
  line.draw(7);
  /** @type {unknown[]} */
  const scrolled = [];
  line.button.scrollIntoView = (options) => scrolled.push(options);
  line.button.onclick();
  assert.deepEqual([state(page), scrolled], ["open", [{ block: "nearest" }]]);
  line.draw(7, { text: "128 units" });
  assert.equal(state(page), "open", "as long as it is the same run");
  line.button.onclick();
  assert.deepEqual([state(page), scrolled.length], ["folded", 1]);
});

test("a new run folds the settings, and one that is gone opens them", (page, line) => {
  line.draw(null);
  line.draw(7);
  assert.equal(state(page), "folded");
  line.button.onclick();
  line.draw(8);
  assert.equal(state(page), "folded");
  line.draw(null);
  assert.equal(state(page), "open");
});

test("what is filled in can be seen", (page, line) => {
  line.draw(7);
  line.draw(7, { filledIn: 1 });
  assert.equal(state(page), "open");
  line.button.onclick();
  line.draw(7, { filledIn: 1 });
  assert.equal(state(page), "folded");
});

test("a new run is scrolled to as the page is drawn, until it is at the top", (page, line) => {
  line.draw(7);
  place(page, 700);
  page.change();
  assert.deepEqual(page.scrolled, [TO_TOP]);
  place(page, 100); // all of it is in view, and the page is drawn further
  page.change();
  place(page, 300);
  page.change();
  assert.deepEqual(page.scrolled, [TO_TOP, TO_TOP]);
  place(page, 50);
  page.change();
  place(page, 300);
  page.change();
  assert.deepEqual([page.scrolled.length, page.observers.size], [2, 0]);
});

test("a run that is above the window is scrolled to", (page, line) => {
  place(page, -300);
  line.draw(7);
  assert.deepEqual(page.scrolled, [TO_TOP]);
});

for (const act of ["wheel", "touchstart", "keydown"]) {
  test(`the page is not scrolled against somebody who scrolls: ${act}`, (page, line) => {
    line.draw(7);
    dispatchEvent(new Event(act));
    place(page, 700);
    page.change();
    assert.deepEqual(page.scrolled, []);
  });
}

test("a run that comes late is not scrolled to, nor one of a page that was left", async (page, line) => {
  line.draw(7);
  await page.pass(5_100);
  place(page, 700);
  page.change();
  line.draw(8);
  const before = page.scrolled.length;
  line.remove();
  page.change();
  assert.deepEqual([before, page.scrolled.length], [1, 1]);
});

test("on a busy server the run is scrolled to when it comes at last", async (page, line) => {
  page.parts.add(RUNNING);
  line.draw(7);
  await page.pass(20_100);
  place(page, 700);
  page.change();
  assert.equal(page.scrolled.length, 1);
  page.parts.delete(RUNNING);
  await page.pass(5_100);
  place(page, 300);
  page.change();
  assert.equal(page.scrolled.length, 1, "the page was drawn long ago");
});

test("of two new runs, one after the other, nothing stays behind", (page, line) => {
  line.draw(7);
  line.draw(8);
  line.remove();
  assert.equal(page.observers.size, 0);
});
