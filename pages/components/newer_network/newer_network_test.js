/** @import { FakePage } from "../../../tests/support/fake_page.js" */

/** @import { Answer } from "./newer_network.js" */

import assert from "node:assert/strict";
import { FakeElement, testsWith } from "../../../tests/support/fake_page.js";
import newerNetwork from "./newer_network.js";

/** The line on a page, and how often it had the page drawn again. */
class Line {
  parent = new FakeElement();
  shown = 0;
  remove = () => {};

  /** @param {string} address */
  follow(address) {
    const setTriggerValue = () => (this.shown += 1);
    const component = /** @type {any} */ ({ data: { address }, parentElement: this.parent, setTriggerValue });
    this.remove = this.parent.removal(newerNetwork(component));
  }

  get button() {
    return this.parent.find("button");
  }
}

const test = testsWith((page) => {
  const line = new Line();
  answer(page);
  line.follow("newer/1");
  return line;
});

/** @param {FakePage} page @param {Partial<Answer>} words */
function answer(page, words = {}) {
  page.reply = () => Response.json({ words: "Epoch 2 is there", button: "Show it", atRest: false, ...words });
}

test("a newer network is said, and shown by itself after ten seconds", async (page, line) => {
  await page.pass(9_000);
  assert.equal(line.parent.find("span").textContent, "Epoch 2 is there");
  assert.deepEqual([line.button.textContent, line.button.hidden, line.shown], ["Show it", false, 0]);
  await page.pass(2_000);
  assert.equal(line.shown, 1);
});

test("the last network of a run is shown at once, and nothing is asked any more", async (page, line) => {
  answer(page, { atRest: true });
  line.follow("newer/2");
  await page.pass(20_000);
  assert.deepEqual([line.shown, page.asked], [1, ["newer/1", "newer/2"]]);
});

test("the last network waits until nobody is busy on the page, and nothing is asked meanwhile", async (page, line) => {
  answer(page, { atRest: true });
  page.events.dispatchEvent(new Event("keydown"));
  line.follow("newer/2");
  await page.pass(4_000);
  assert.equal(line.shown, 0);
  await page.pass(20_000);
  assert.deepEqual([line.shown, page.asked], [1, ["newer/1", "newer/2"]]);
});

test("the last network waits until the page is looked at, and is shown at once then", async (page, line) => {
  answer(page, { atRest: true });
  page.hidden = true;
  line.follow("newer/2");
  await page.pass(20_000);
  assert.equal(line.shown, 0);
  page.hidden = false;
  page.events.dispatchEvent(new Event("visibilitychange"));
  assert.deepEqual([line.shown, page.asked], [1, ["newer/1", "newer/2"]]);
  page.events.dispatchEvent(new Event("visibilitychange"));
  assert.equal(line.shown, 1, "once");
});

test("the last network that its button has shown is not shown again", async (page, line) => {
  answer(page, { atRest: true });
  page.events.dispatchEvent(new Event("keydown"));
  line.follow("newer/2");
  await page.pass(1_000);
  line.button.onclick();
  await page.pass(20_000);
  assert.equal(line.shown, 1);
});

test("where there is nothing newer there is no button", async (page, line) => {
  answer(page, { button: "" });
  await page.pass(20_000);
  assert.deepEqual([line.button.hidden, line.shown], [true, 0]);
});

test("while somebody is busy on the page, only the button shows the newer network", async (page, line) => {
  for (let turn = 0; turn < 5; turn++) {
    page.events.dispatchEvent(new Event("keydown"));
    await page.pass(4_000);
  }
  assert.equal(line.shown, 0);
  line.button.onclick();
  assert.equal(line.shown, 1);
});

test("a page that nobody looks at is not drawn again", async (page, line) => {
  page.hidden = true;
  await page.pass(20_000);
  assert.equal(line.shown, 0);
  page.hidden = false;
  await page.pass(2_000);
  assert.ok(line.shown);
});

test("a server that is away is asked again, one without the run is not", async (page) => {
  page.reply = () => Promise.reject(new TypeError("no connection"));
  await page.pass(4_000);
  assert.equal(page.asked.length, 3);
  page.reply = () => new Response("", { status: 404 });
  await page.pass(10_000);
  assert.equal(page.asked.length, 4);
});

test("the late answer about a network before is not shown", async (page, line) => {
  /** @type {(answer: Response) => void} */
  let late = () => {};
  page.reply = () => new Promise((resolve) => (late = resolve));
  line.follow("newer/2");
  const first = late;
  answer(page, { words: "Epoch 3 is there" });
  line.follow("newer/3");
  await page.pass(100);
  first(Response.json({ words: "Epoch 2 is there", button: "Show it", atRest: true }));
  await page.pass(100);
  assert.equal(line.parent.find("span").textContent, "Epoch 3 is there");
  await page.pass(3_000);
  assert.equal(page.asked.at(-1), "newer/3");
});

test("a line that was left asks for nothing", async (page, line) => {
  await page.pass(100);
  line.remove();
  const before = page.asked.length;
  await page.pass(10_000);
  assert.equal(page.asked.length, before);
});
