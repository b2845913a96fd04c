import assert from "node:assert/strict";
import { FakeClock } from "../../../tests/support/fake_clock.js";
import { LivePictures, LONGEST_PAUSE, PERIOD, REST } from "./live_pictures.js";

/** A canvas whose picture is the number of its strokes, and a server that answers when a test says so. */
class Page {
  clock = new FakeClock();
  strokes = 1;
  /** @type {number[]} Pictures that were asked about. */
  asked = [];
  /** @type {string[]} */
  shown = [];
  /** @type {{ resolve: (answer: string | null) => void, reject: (error: Error) => void }[]} */
  open = [];

  constructor() {
    /** @type {LivePictures<string>} */
    this.pictures = new LivePictures(
      () => ({ frame: this.clock.now(), pixels: Uint8Array.of(this.strokes) }),
      (pixels) => {
        this.asked.push(pixels[0]);
        return new Promise((resolve, reject) => this.open.push({ resolve, reject }));
      },
      this.clock,
    );
    this.pictures.show = (_frame, answer) => this.shown.push(answer);
    this.pictures.start();
  }

  /** @param {number} milliseconds */
  draw(milliseconds) {
    this.strokes += 1;
    this.clock.pass(milliseconds);
  }

  /** @param {string | null} answer */
  async answer(answer) {
    this.open.shift()?.resolve(answer);
    await settled();
  }

  async fail() {
    this.open.shift()?.reject(new Error("The server is away"));
    await settled();
  }
}

/** Let all go on that waits for nothing but promises. */
function settled() {
  return new Promise((resolve) => setTimeout(resolve));
}

Deno.test("the first picture is copied a moment after the pen is down, the next after its answer", async () => {
  const page = new Page();
  page.clock.pass(PERIOD - 1);
  assert.deepEqual(page.asked, []);
  page.clock.pass(1);
  await page.answer("a 1");
  page.draw(PERIOD);
  assert.deepEqual(page.asked, [1, 2]);
  assert.deepEqual(page.shown, ["a 1"]);
});

Deno.test("a slow server gets one picture at a time, and the newest after a pause as long as it was late", async () => {
  const page = new Page();
  page.clock.pass(PERIOD);
  for (let copy = 0; copy < 3; copy++) page.draw(PERIOD);
  assert.deepEqual(page.asked, [1]);
  await page.answer("a 1");
  assert.deepEqual(page.shown, ["a 1"]);
  page.draw(2 * PERIOD - 1);
  assert.deepEqual(page.asked, [1]);
  page.clock.pass(1);
  assert.deepEqual(page.asked, [1, 5]);
});

Deno.test("the pause after an answer is not longer than half a second, however long the answer took", async () => {
  const page = new Page();
  page.clock.pass(PERIOD);
  page.draw(20 * PERIOD);
  await page.answer("a 1");
  page.clock.pass(LONGEST_PAUSE - 1);
  assert.deepEqual(page.asked, [1]);
  page.clock.pass(1);
  assert.deepEqual(page.asked, [1, 2]);
});

Deno.test("a quick server is asked again after a period, not later", async () => {
  const page = new Page();
  page.clock.pass(PERIOD);
  page.draw(PERIOD / 3);
  await page.answer("a 1");
  page.clock.pass(PERIOD - PERIOD / 3 - 1);
  assert.deepEqual(page.asked, [1]);
  page.clock.pass(1);
  assert.deepEqual(page.asked, [1, 2]);
});

Deno.test("a picture that has not changed is not asked about again", async () => {
  const page = new Page();
  page.clock.pass(PERIOD);
  await page.answer("a 1");
  page.clock.pass(5 * PERIOD);
  assert.deepEqual(page.asked, [1]);
  page.draw(PERIOD);
  assert.deepEqual(page.asked, [1, 2]);
});

Deno.test("after the pen is up nothing more is asked, and the answer to come is shown", async () => {
  const page = new Page();
  page.clock.pass(PERIOD);
  page.draw(1);
  page.pictures.stop();
  await page.answer("a 1");
  page.clock.pass(5 * PERIOD);
  assert.deepEqual(page.asked, [1]);
  assert.deepEqual(page.shown, ["a 1"]);
});

Deno.test("a pen that is down again does not ask a second time beside a request that is open", async () => {
  const page = new Page();
  page.clock.pass(PERIOD);
  page.pictures.stop();
  page.pictures.start();
  page.draw(5 * PERIOD);
  assert.deepEqual(page.asked, [1]);
  await page.answer("a 1");
  page.clock.pass(LONGEST_PAUSE);
  assert.deepEqual(page.asked, [1, 2]);
});

Deno.test("a server that is away is asked again after a rest, about the newest picture", async () => {
  const page = new Page();
  page.clock.pass(PERIOD);
  await page.fail();
  page.draw(REST - 1);
  assert.deepEqual(page.asked, [1]);
  page.clock.pass(1);
  assert.deepEqual(page.asked, [1, 2]);
  assert.deepEqual(page.shown, []);
});

Deno.test("a picture for which the server was away is asked about again, also if it has not changed", async () => {
  const page = new Page();
  page.clock.pass(PERIOD);
  await page.fail();
  page.clock.pass(REST);
  assert.deepEqual(page.asked, [1, 1]);
});

Deno.test("the first picture of a stroke is asked about, also if it is that of the stroke before", async () => {
  const page = new Page();
  page.clock.pass(PERIOD);
  await page.answer("a 1");
  page.pictures.stop();
  page.pictures.start();
  page.clock.pass(PERIOD);
  assert.deepEqual(page.asked, [1, 1]);
});

Deno.test("a pen that is up before the first picture asks for nothing", () => {
  const page = new Page();
  page.clock.pass(PERIOD - 1);
  page.pictures.stop();
  page.draw(5 * PERIOD);
  assert.deepEqual(page.asked, []);
});

Deno.test("a picture in which nothing can be read leaves the answer that is shown", async () => {
  const page = new Page();
  page.clock.pass(PERIOD);
  await page.answer(null);
  assert.deepEqual(page.shown, []);
});
