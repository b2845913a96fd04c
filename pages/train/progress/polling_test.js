import assert from "node:assert/strict";
import { PageState, RETRY, secondsLeft, secondsToWait } from "./polling.js";

Deno.test("the server is asked at its pace, and no more when the run is at rest", () => {
  assert.equal(secondsToWait(0.5, false), 0.5);
  assert.equal(secondsToWait(null, false), null);
});

Deno.test("while the page is out of date, the server is asked again, at its pace if it has one", () => {
  assert.equal(secondsToWait(null, true), RETRY / 1000);
  assert.equal(secondsToWait(0.5, true), 0.5);
});

Deno.test("what the server took to answer is a part of the wait", () => {
  assert.equal(secondsLeft(0.5, 0.125), 0.375);
  assert.equal(secondsLeft(0.5, 2), 0);
  assert.equal(secondsLeft(null, 2), null);
});

/** @param {string} drawn */
function pageDrawnFrom(drawn) {
  const page = new PageState();
  page.drawn = drawn;
  return page;
}

Deno.test("a page that is up to date is not rerun", () => {
  const page = pageDrawnFrom("active");
  assert.equal(page.isOutdated("active"), false);
  assert.equal(page.mustRedraw("active", 0), false);
});

Deno.test("a page that is out of date is rerun at once", () => {
  const page = pageDrawnFrom("active");
  assert.equal(page.isOutdated("paused"), true);
  assert.equal(page.mustRedraw("paused", 5), true);
});

Deno.test("a late server is asked again for the same page, but not at every turn", () => {
  const page = pageDrawnFrom("active");
  page.mustRedraw("paused", 0);
  assert.equal(page.mustRedraw("paused", RETRY - 1), false);
  assert.equal(page.mustRedraw("paused", RETRY), true);
  assert.equal(page.mustRedraw("paused", RETRY + 500), false);
});

Deno.test("another change is asked for without waiting for the one before", () => {
  const page = pageDrawnFrom("active");
  page.mustRedraw("paused", 0);
  assert.equal(page.mustRedraw("done", 100), true);
});
