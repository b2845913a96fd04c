import assert from "node:assert/strict";
import { testsWith } from "../../tests/support/fake_page.js";
import { RepeatedFetch } from "./repeated_fetch.js";

const PACE = 1000;

/**
 * What asks "class/runs", what it was told, and how often that was the end.
 *
 * @typedef {{ fetching: RepeatedFetch<unknown>, taken: unknown[], ends: number, remove: () => void }} Asking
 */

const test = testsWith((page) => {
  page.reply = () => Response.json(page.asked.length, { headers: { ETag: '"first"' } });
  /** @type {Asking} */
  const asking = {
    taken: [],
    ends: 0,
    fetching: new RepeatedFetch("class/runs", PACE, (answer) => asking.taken.push(answer), () => (asking.ends += 1)),
    remove: () => asking.fetching.stop(),
  };
  return asking;
});

test("an address is asked at once, and again a pace after each answer", async (page, { taken }) => {
  await page.pass(100);
  assert.deepEqual(taken, [1]);
  await page.pass(2 * PACE);
  assert.deepEqual([taken, page.asked[2]], [[1, 2, 3], "class/runs"]);
});

test("what has not changed is not handed on", async (page, { taken }) => {
  await page.pass(100);
  page.reply = () => new Response(null, { status: 304 });
  await page.pass(PACE);
  assert.deepEqual(page.headers, [undefined, { "If-None-Match": '"first"' }]);
  assert.deepEqual(taken, [1]);
});

test("a page that nobody looks at asks nothing, and at once when somebody does", async (page) => {
  await page.pass(100);
  page.hidden = true;
  await page.pass(10 * PACE);
  assert.equal(page.asked.length, 1);
  page.hidden = false;
  page.events.dispatchEvent(new Event("visibilitychange"));
  await page.pass(0);
  assert.equal(page.asked.length, 2);
});

test("a server that is away or busy is asked again", async (page, { taken }) => {
  await page.pass(100);
  page.reply = () => Promise.reject(new TypeError("no connection"));
  await page.pass(PACE);
  page.reply = () => new Response("", { status: 503 });
  await page.pass(PACE);
  page.reply = () => Response.json("back");
  await page.pass(PACE);
  assert.deepEqual(taken, [1, "back"]);
});

for (const status of [403, 404]) {
  test(`an address that answers ${status} is not asked again`, async (page, asking) => {
    await page.pass(100);
    page.reply = () => new Response("", { status });
    await page.pass(5 * PACE);
    page.events.dispatchEvent(new Event("visibilitychange"));
    await page.pass(PACE);
    assert.deepEqual([page.asked.length, asking.ends], [2, 1]);
  });
}

test("what was stopped takes no answer that is on its way, and asks nothing", async (page, { fetching, taken }) => {
  fetching.stop();
  await page.pass(5 * PACE);
  page.events.dispatchEvent(new Event("visibilitychange"));
  await page.pass(PACE);
  assert.deepEqual([page.asked.length, taken], [1, []]);
});
