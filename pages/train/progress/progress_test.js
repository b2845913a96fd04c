import assert from "node:assert/strict";
import { FakeElement, testsWith } from "../../../tests/support/fake_page.js";
import { receiveUpdates } from "../../components/updates.js";
import progress from "./progress.js";

/** @param {number} at @param {object} changes */
function news(at, changes = {}) {
  const numbers = { fraction: at / 100, no_numbers: false, words: `step ${at}`, numbers: [], validation: "" };
  return { at, page: "active", pace: 0.5, notice: null, charts: {}, ...numbers, ...changes };
}

/** The progress of a run on a page, and what it had the page redrawn for. */
class Bar {
  parent = new FakeElement();
  /** @type {unknown[]} */
  redrawn = [];
  remove = () => {};

  /** @param {object} update that the page was drawn from */
  draw(update) {
    const remove = progress(
      /** @type {any} */ ({
        data: { address: "news/1", news: update },
        parentElement: this.parent,
        setTriggerValue: (/** @type {string} */ _name, /** @type {unknown} */ value) => this.redrawn.push(value),
      }),
    );
    this.remove = this.parent.removal(remove);
  }

  get words() {
    return this.parent.find(".words").textContent;
  }

  get notice() {
    const { hidden, textContent } = this.parent.find(".notice");
    return hidden ? null : textContent;
  }
}

const test = testsWith((page) => {
  const bar = new Bar();
  page.reply = () => Response.json(news(20), { headers: { ETag: "twenty" } });
  bar.draw(news(10));
  return bar;
});

test("the server is asked at its pace, and told which news the page has", async (page, bar) => {
  assert.equal(bar.words, "step 10");
  await page.pass(600);
  assert.deepEqual([bar.words, page.headers], ["step 20", [undefined]]);
  page.reply = () => new Response(null, { status: 304 });
  await page.pass(1_000);
  assert.deepEqual([bar.words, page.headers.at(-1), page.asked.length], ["step 20", { "If-None-Match": "twenty" }, 3]);
});

test("a chart that comes to the page after the last update gets it all the same", async (page) => {
  const charts = { loss: { figure: "{}", summary: "the loss" } };
  page.reply = () => Response.json(news(20, { pace: null, charts }));
  await page.pass(20_000);
  /** @type {unknown[]} */
  const got = [];
  receiveUpdates("digits-plot", (update) => got.push(update))();
  assert.deepEqual(got, [{ name: "loss", at: 20, ...charts.loss }]);
});

test("a run at rest is not asked about", async (page, bar) => {
  page.reply = () => Response.json(news(20, { pace: null }));
  await page.pass(20_000);
  assert.deepEqual([bar.words, page.asked.length], ["step 20", 1]);
});

test("a page that is drawn from older news does not turn the numbers back", async (page, bar) => {
  await page.pass(600);
  bar.draw(news(15));
  assert.equal(bar.words, "step 20");
  bar.draw(news(25));
  assert.equal(bar.words, "step 25");
});

test("a tab that nobody looks at does not ask, and asks at once when somebody looks", async (page, bar) => {
  page.hidden = true;
  await page.pass(5_000);
  assert.deepEqual(page.asked, []);
  page.hidden = false;
  page.events.dispatchEvent(new Event("visibilitychange"));
  await page.pass(0);
  assert.equal(bar.words, "step 20");
});

test("what is wrong is said until it is right again", async (page, bar) => {
  page.reply = () => Response.json({ error: "The disk is full." }, { status: 503 });
  await page.pass(600);
  assert.equal(bar.notice, "The disk is full.");
  page.reply = () => new Response(null, { status: 304 });
  await page.pass(600);
  assert.equal(bar.notice, null);
});

test("a server that is away is asked again after three seconds", async (page) => {
  page.reply = () => Promise.reject(new TypeError("no connection"));
  await page.pass(3_000);
  assert.equal(page.asked.length, 1);
  await page.pass(1_000);
  assert.equal(page.asked.length, 2);
});

test("the page is redrawn when the run is in another state, or gone", async (page, bar) => {
  page.reply = () => Response.json(news(20, { page: "paused", pace: null }));
  await page.pass(600);
  assert.deepEqual(bar.redrawn, ["paused"]);
  page.reply = () => new Response("", { status: 404 });
  await page.pass(4_000);
  assert.deepEqual(bar.redrawn, ["paused", "none"]);
});

test("a page that was left asks for nothing", async (page, bar) => {
  bar.remove();
  await page.pass(5_000);
  assert.deepEqual(page.asked, []);
});
