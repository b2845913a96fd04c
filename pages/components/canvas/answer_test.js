/** @import { FakePage } from "../../../tests/support/fake_page.js" */

import assert from "node:assert/strict";
import { FakeElement, testsWith } from "../../../tests/support/fake_page.js";
import component from "./answer.js";

const LIVE = { box: "canvas_box", address: "live/answer" };

/** The answer on a page, and the pen on the canvas beside it. */
class Screen {
  parent = new FakeElement();
  canvas = new FakeElement();
  /** @type {any[]} What the bars of all probabilities were sent. */
  bars = [];
  remove = () => {};

  constructor() {
    this.canvas.inside.add(`.${LIVE.box} canvas`);
    window.addEventListener("digits-bars", (event) => this.bars.push(/** @type {CustomEvent} */ (event).detail));
  }

  /** @param {string} html @param {number} at @param {typeof LIVE | null} live */
  draw(html, at, live = LIVE) {
    const data = { html, at, live };
    this.remove = this.parent.removal(component(/** @type {any} */ ({ data, parentElement: this.parent })));
  }

  /** @param {string} kind of event @param {EventTarget} target */
  pen(kind, target = this.canvas) {
    const event = new Event(kind);
    Object.defineProperty(event, "target", { value: target });
    window.dispatchEvent(event);
  }

  get box() {
    return /** @type {any} */ (this.parent.find(".answer-box"));
  }

  html() {
    return this.box.innerHTML;
  }
}

const test = testsWith((page) => {
  page.reply = () => Response.json({ html: "live: 7", bars: null });
  const screen = new Screen();
  screen.draw("page: 1", Date.now() - 1000);
  return screen;
});

const LATER = Date.now() + 1_000_000; // of a drawing that was sent after every picture of these tests

test("while the pen is down the answer is that to a picture, and then that of the page", async (page, screen) => {
  assert.equal(screen.html(), "page: 1");
  screen.pen("pointerdown");
  await page.pass(200);
  assert.deepEqual([page.asked, screen.html()], [["live/answer"], "live: 7"]);
  assert.deepEqual(screen.bars, [], "where there are none");
  assert.ok(Number(screen.box.find(".answer").attributes["data-frame"]) > 0);
  screen.pen("pointerup");
  screen.draw("page: 7", LATER);
  assert.equal(screen.html(), "page: 7");
});

test("an answer of the page to what was there before the picture comes too late", async (page, screen) => {
  screen.pen("pointerdown");
  await page.pass(200);
  screen.draw("page: late", Date.now() - 500);
  assert.equal(screen.html(), "live: 7");
});

test("an answer to a picture that is older than the page's comes too late", async (page, screen) => {
  const late = lateReply(page);
  screen.pen("pointerdown");
  await page.pass(200);
  screen.draw("page: 7", LATER);
  late();
  await page.pass(10);
  assert.equal(screen.html(), "page: 7");
});

/** @param {FakePage} page @returns {() => void} what has the reply come at last */
function lateReply(page) {
  const { promise, resolve } = Promise.withResolvers();
  page.reply = () => /** @type {Promise<Response>} */ (promise);
  return () => resolve(Response.json({ html: "live: late", bars: null }));
}

test("the bars come with the answer that they belong to, in its order", async (page, screen) => {
  page.reply = () => Response.json({ html: "live: 7", bars: "bars of 7" });
  screen.pen("pointerdown");
  await page.pass(200);
  assert.deepEqual(
    screen.bars.map(({ html, at }) => [html, String(at)]),
    [["bars of 7", screen.box.find(".answer").attributes["data-frame"]]],
  );
});

test("where nothing can be read yet, the answer stays", async (page, screen) => {
  page.reply = () => new Response(null, { status: 204 });
  screen.pen("pointerdown");
  await page.pass(2_000);
  assert.deepEqual([page.asked.length, screen.html()], [1, "page: 1"]);
});

test("an answer that is the same is not put onto the page again, and so not read out again", (_page, screen) => {
  screen.box.innerHTML = "it was read out";
  screen.draw("page: 1", LATER);
  assert.equal(screen.html(), "it was read out");
});

test("without a canvas, the answer is that of the page", async (page, screen) => {
  const late = lateReply(page);
  screen.pen("pointerdown");
  await page.pass(200);
  screen.draw("photo: 3", 0, null);
  late();
  await page.pass(10);
  assert.equal(screen.html(), "photo: 3");
});

test("after a visit to what has no canvas, the page's answer counts again", async (page, screen) => {
  screen.pen("pointerdown");
  await page.pass(200);
  screen.draw("photo: 3", 0, null);
  screen.draw("page: 1", Date.now() - 1000);
  assert.equal(screen.html(), "page: 1");
});

test("only a pen on the canvas is followed, and only where something is drawn", async (page, screen) => {
  screen.pen("pointerdown", new FakeElement());
  await page.pass(200);
  screen.draw("", 0, null);
  screen.pen("pointerdown");
  await page.pass(200);
  assert.deepEqual(page.asked, []);
});

for (const end of ["pointerup", "pointercancel", "blur"]) {
  test(`nothing is asked when the pen is up: ${end}`, async (page, screen) => {
    screen.pen("pointerdown");
    screen.pen(end, end === "blur" ? window : screen.canvas);
    await page.pass(1_000);
    assert.deepEqual(page.asked, []);
  });
}

test("a stroke that takes the focus from a field is followed", async (page, screen) => {
  screen.pen("pointerdown");
  screen.pen("blur", new FakeElement());
  await page.pass(200);
  assert.equal(screen.html(), "live: 7");
});

test("a page that was left asks for nothing, and shows nothing", async (page, screen) => {
  const late = lateReply(page);
  screen.pen("pointerdown");
  await page.pass(200);
  screen.remove();
  late();
  screen.pen("pointerdown");
  await page.pass(1_000);
  assert.deepEqual([page.asked.length, screen.html()], [1, "page: 1"]);
  const next = new Screen();
  next.draw("page: 1", 0);
  next.pen("pointerdown");
  next.remove();
  assert.equal(page.clock.timers.size, 0, "not even with the pen down");
});
