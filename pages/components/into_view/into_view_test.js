import assert from "node:assert/strict";
import { FakeElement, FakePage } from "../../../tests/support/fake_page.js";
import intoView from "./into_view.js";

/**
 * A part of a page that was asked for so many times, one after the other.
 *
 * @param {FakePage} page
 * @param {number[]} times
 */
function request(page, ...times) {
  page.parts.add(".st-key-images");
  const parentElement = new FakeElement();
  for (const each of times) {
    intoView(/** @type {any} */ ({ data: { container: "images", times: each }, parentElement }));
  }
  return parentElement;
}

Deno.test(
  "a part is scrolled into view when the page says so, and not when the page is opened or drawn again",
  FakePage.with(async (page) => {
    request(page, 3, 3);
    await page.pass(100);
    assert.deepEqual(page.scrolled, []);
    request(page, 3, 4);
    await page.pass(100);
    assert.deepEqual(page.scrolled, [{ block: "nearest", behavior: "smooth" }]);
  }),
);

Deno.test(
  "who wants less motion is there at once",
  FakePage.with(async (page) => {
    page.reducedMotion = true;
    request(page, 0, 1);
    await page.pass(100);
    assert.deepEqual(page.scrolled, [{ block: "nearest", behavior: "instant" }]);
  }),
);

Deno.test(
  "a part that is left before it is drawn is not scrolled to",
  FakePage.with(async (page) => {
    request(page, 0, 1).isConnected = false;
    await page.pass(100);
    assert.deepEqual(page.scrolled, []);
  }),
);
