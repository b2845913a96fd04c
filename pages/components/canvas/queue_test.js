/** @import { ServerRequest, ServerState } from "./protocol.d.ts" */

import assert from "node:assert/strict";
import { FakeClock } from "../../../tests/support/fake_clock.js";
import { CANVAS_DELAY, RETRY, STORE, StrokeQueue } from "./queue.js";

class FakePen {
  isReady = true;
  /** @type {string[]} The strokes that were drawn, by the places at which they begin, and begun ones. */
  drawn = [];
  down = (/** @type {[number, number]} */ [x], /** @type {boolean} */ finger) => this.draw(`down ${x}`, finger);
  move = (/** @type {[number, number]} */ [x], /** @type {boolean} */ finger) => this.draw(`move ${x}`, finger);
  up = (/** @type {[number, number]} */ [x], /** @type {boolean} */ finger) => this.draw(`up ${x}`, finger);

  /**
   * @param {string} what
   * @param {boolean} finger
   */
  draw(what, finger) {
    this.drawn.push(finger ? `finger ${what}` : what);
  }
}

/** A page with the canvas, and a server that answers when a test says so. */
class Page {
  clock = new FakeClock();
  pen = new FakePen();
  /** @type {ServerRequest[]} */
  requests = [];
  queue = new StrokeQueue(this.pen, (request) => void this.requests.push(request), this.clock);

  /** @param {Partial<ServerState>} told */
  open(told = {}) {
    this.queue.restore({ ...EMPTY_SHEET, ...told });
    return this;
  }

  /** @param {Partial<ServerState>} told differences from what it told before */
  answer(told) {
    this.queue.receive({ ...EMPTY_SHEET, ...this.queue.server, ...told });
  }

  /**
   * @param {number} x where it begins; it ends beside
   * @param {boolean} finger
   */
  draw(x, finger = false) {
    this.queue.penDown([x, 0], finger);
    this.queue.penMove([x + 1, 0]);
    this.queue.penUp();
  }

  get presses() {
    return this.requests.map(({ press, number }) => [press, number]);
  }
}

/** @type {ServerState} */
const EMPTY_SHEET = {
  key: "st-key-canvas",
  number: 1,
  pressed: -1,
  known: 0,
  shown: true,
  presses: { undo: false, clear: false },
  heard: 0,
};
const BOTH = { undo: true, clear: true };

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

test("a stroke that nothing waits for is left to the canvas", () => {
  const page = new Page().open();
  page.queue.penDown([5, 0], false);
  assert.equal(page.queue.held, false);
  page.queue.penUp();
  assert.deepEqual(page.pen.drawn, []);
});

test("Undo of nothing asks the server for nothing, and holds nothing back", () => {
  const page = new Page().open();
  page.queue.press("undo");
  page.clock.pass(2 * RETRY);
  assert.deepEqual(page.requests, []);
  page.queue.penDown([5, 0], false);
  assert.equal(page.queue.held, false);
});

test("Clear of an empty canvas asks for nothing where only Undo has something to take back", () => {
  const page = new Page().open({ presses: { undo: true, clear: false } });
  page.queue.press("clear");
  assert.deepEqual(page.requests, []);
  page.queue.press("undo");
  assert.deepEqual(page.presses, [["undo", 1]]);
});

test("Undo takes back a stroke that the server does not know of yet", () => {
  const page = new Page().open();
  page.draw(5);
  page.queue.press("undo");
  page.clock.pass(CANVAS_DELAY + 100);
  assert.deepEqual(page.presses, [["undo", 1]]);
});

test("a press waits until the canvas has told the server of the stroke before it", () => {
  const page = new Page().open();
  page.draw(5);
  page.queue.press("clear");
  page.clock.pass(CANVAS_DELAY - 50);
  assert.deepEqual(page.requests, []);
  page.clock.pass(150);
  assert.deepEqual(page.presses, [["clear", 1]]);
});

test("presses are asked one at a time, each of the sheet that it meets", () => {
  const page = new Page().open({ known: 2, presses: BOTH });
  page.queue.press("undo");
  page.queue.press("clear");
  assert.deepEqual(page.presses, [["undo", 1]]);
  page.answer({ number: 2, pressed: 1, known: 1 });
  assert.deepEqual(page.presses, [["undo", 1], ["clear", 2]]);
});

test("a stroke drawn after a press is held back until the canvas shows the new sheet", () => {
  const page = new Page().open({ known: 1, presses: BOTH });
  page.queue.press("clear");
  page.draw(5);
  assert.equal(page.queue.held, true);
  page.answer({ number: 2, pressed: 1, known: 0, shown: false });
  assert.deepEqual(page.pen.drawn, []);
  page.answer({ shown: true });
  assert.deepEqual(page.pen.drawn, ["down 5", "move 6", "up 6"]);
});

test("strokes and presses that wait go on in the order in which they were made", () => {
  const page = new Page().open({ known: 1, presses: BOTH });
  page.queue.press("clear");
  page.draw(3);
  page.draw(4);
  page.queue.press("undo");
  page.draw(7);
  page.answer({ number: 2, pressed: 1, known: 0 });
  assert.deepEqual(page.pen.drawn, ["down 3", "move 4", "up 4", "down 4", "move 5", "up 5"]);
  page.clock.pass(CANVAS_DELAY + 100);
  assert.deepEqual(page.presses, [["clear", 1], ["undo", 2]]);
  page.answer({ number: 3, pressed: 2, known: 1 });
  assert.deepEqual(page.pen.drawn.slice(6), ["down 7", "move 8", "up 8"]);
});

test("a held stroke goes on under the pen once the canvas is ready for it", () => {
  const page = new Page().open({ known: 1, presses: BOTH });
  page.queue.press("clear");
  page.queue.penDown([3, 0], false);
  page.queue.penMove([4, 0]);
  page.answer({ number: 2, pressed: 1, known: 0 });
  assert.deepEqual(page.pen.drawn, ["down 3", "move 4"]);
  page.queue.penMove([5, 0]);
  assert.deepEqual(page.pen.drawn, ["down 3", "move 4", "move 5"]);
  page.queue.penUp();
  assert.deepEqual(page.pen.drawn, ["down 3", "move 4", "move 5", "up 5"]);
});

test("a finger's stroke that was held back is drawn as with a finger, the mouse's as with the mouse", () => {
  const page = new Page().open({ known: 1, presses: BOTH });
  page.queue.press("clear");
  page.draw(3, true);
  page.draw(7);
  page.answer({ number: 2, pressed: 1, known: 0 });
  assert.deepEqual(page.pen.drawn.slice(0, 3), ["finger down 3", "finger move 4", "finger up 4"]);
  assert.deepEqual(page.pen.drawn.slice(3), ["down 7", "move 8", "up 8"]);
});

test("a server that does not answer a press is asked again until it does", () => {
  const page = new Page().open({ known: 1, presses: BOTH });
  page.queue.press("undo");
  page.clock.pass(RETRY - 100);
  assert.equal(page.requests.length, 1);
  page.clock.pass(200);
  assert.deepEqual(page.presses, [["undo", 1], ["undo", 1]]);
  assert.notEqual(page.requests[0].at, page.requests[1].at);
  page.answer({ number: 2, pressed: 1, known: 0 });
  page.clock.pass(3 * RETRY);
  assert.equal(page.requests.length, 2);
});

test("a press that came too late for its sheet is repeated for the new one", () => {
  const page = new Page().open({ known: 1, presses: BOTH });
  page.queue.press("undo");
  page.answer({ number: 2, pressed: -1 });
  assert.deepEqual(page.presses, [["undo", 1], ["undo", 2]]);
});

test("a server that never heard of a stroke is asked what it knows", () => {
  const page = new Page().open();
  page.draw(5);
  page.clock.pass(RETRY + 100);
  assert.deepEqual(page.presses, [[null, 0]]);
});

test("a server that knows of the stroke is not asked", () => {
  const page = new Page().open();
  page.draw(5);
  page.answer({ known: 1 });
  page.clock.pass(3 * RETRY);
  assert.deepEqual(page.requests, []);
});

test("strokes that a restarted server does not know of are drawn again, the known ones are not", () => {
  const page = new Page().open();
  page.draw(3);
  page.answer({ known: 1 });
  page.draw(5);
  page.draw(7);
  page.answer({ number: 2, known: 1, shown: false });
  assert.deepEqual(page.pen.drawn, []);
  page.answer({ shown: true });
  assert.deepEqual(page.pen.drawn, ["down 5", "move 6", "up 6", "down 7", "move 8", "up 8"]);
});

test("strokes that the server did not know of are drawn again when the canvas comes back", () => {
  const page = new Page().open();
  page.draw(3);
  page.answer({ known: 1 });
  page.draw(5);
  page.draw(7);
  const later = new Page().open({ number: 2, known: 2 }); // it has heard of one of them meanwhile
  assert.deepEqual(later.pen.drawn, ["down 7", "move 8", "up 8"]);
});

test("strokes of another drawing are not drawn again", () => {
  const page = new Page().open({ known: 5 });
  page.draw(7);
  const later = new Page().open({ number: 2, known: 1 });
  assert.deepEqual(later.pen.drawn, []);
});

test("a press that was not answered before the page was left is asked again, unless it had counted", () => {
  const page = new Page().open({ known: 1, presses: BOTH });
  page.queue.press("clear");
  const left = /** @type {string} */ (sessionStorage.getItem(STORE));
  assert.deepEqual(new Page().open({ number: 2, pressed: 1, presses: BOTH }).requests, []);
  sessionStorage.setItem(STORE, left);
  assert.deepEqual(new Page().open({ number: 2, known: 1, presses: BOTH }).presses, [["clear", 2]]);
});

test("what was held back when the page was left goes on after what the server had not heard of", () => {
  const page = new Page().open({ known: 1, presses: BOTH });
  page.queue.press("clear");
  page.draw(3);
  const later = new Page().open({ number: 2, known: 1, presses: BOTH });
  assert.deepEqual(later.presses, [["clear", 2]]);
  later.answer({ number: 3, pressed: 2, known: 0 });
  assert.deepEqual(later.pen.drawn, ["down 3", "move 4", "up 4"]);
});

test("a press while the canvas is on its way counts when it is there", () => {
  const page = new Page();
  page.pen.isReady = false;
  page.queue.press("undo");
  assert.deepEqual(page.requests, []);
  page.pen.isReady = true;
  page.open({ known: 1, presses: BOTH });
  assert.deepEqual(page.presses, [["undo", 1]]);
});

test("a stroke that is being drawn when the page is left is not kept", () => {
  const page = new Page().open({ known: 1, presses: BOTH });
  page.queue.press("clear");
  page.queue.penDown([3, 0], false);
  page.queue.penMove([4, 0]);
  page.answer({ number: 2, pressed: 1, known: 0, shown: false });
  assert.deepEqual(JSON.parse(sessionStorage.getItem(STORE) ?? "").queue, []);
});

test("a browser that keeps something else, or nothing, does without", () => {
  sessionStorage.setItem(STORE, "not JSON");
  assert.deepEqual(new Page().open({ known: 1 }).pen.drawn, []);
});

test("a press waits for the end of the stroke that is being drawn", () => {
  const page = new Page().open({ known: 1, presses: BOTH });
  page.queue.penDown([5, 0], false);
  page.queue.press("undo");
  page.clock.pass(2 * CANVAS_DELAY);
  assert.deepEqual(page.requests, []);
  page.queue.penUp();
  page.clock.pass(2 * CANVAS_DELAY);
  assert.deepEqual(page.presses, [["undo", 1]]);
});

test("a press waits for the canvas even where the server knows of the stroke already, and goes on by itself", () => {
  const page = new Page().open();
  page.draw(5);
  page.answer({ known: 1, presses: BOTH });
  page.queue.press("undo");
  assert.deepEqual(page.requests, []);
  page.clock.pass(2 * CANVAS_DELAY);
  assert.deepEqual(page.presses, [["undo", 1]]);
});

test("a stroke after a press that waits is held back too", () => {
  const page = new Page().open();
  page.draw(5);
  page.queue.press("clear");
  page.queue.penDown([7, 0], false);
  assert.equal(page.queue.held, true);
});

test("nothing is asked while a stroke is being drawn", () => {
  const page = new Page().open();
  page.draw(5);
  page.clock.pass(RETRY - 100);
  page.queue.penDown([7, 0], false);
  page.clock.pass(2 * RETRY);
  assert.deepEqual(page.requests, []);
});

test("a server that has answered what it knows since the last stroke is not asked again", () => {
  const page = new Page().open();
  page.draw(5);
  page.clock.pass(RETRY + 100);
  page.answer({ known: 0, heard: page.requests[0].at });
  page.clock.pass(3 * RETRY);
  assert.equal(page.requests.length, 1);
});

test("of the strokes before a restart those are drawn again that the server had not heard of", () => {
  const page = new Page().open();
  page.draw(3);
  page.draw(5);
  page.answer({ number: 2, known: 1 });
  assert.deepEqual(page.pen.drawn, ["down 5", "move 6", "up 6"]);
});

test("a press that waited when the page was left comes after the strokes before it", () => {
  const page = new Page().open();
  page.draw(3);
  page.queue.press("clear");
  const later = new Page().open({ number: 2, known: 0 });
  assert.deepEqual(later.pen.drawn, ["down 3", "move 4", "up 4"]);
  later.clock.pass(2 * CANVAS_DELAY);
  assert.deepEqual(later.presses, [["clear", 2]]);
});

test("a stroke that was held back, drawn, and not heard of is drawn again when the canvas comes back", () => {
  const page = new Page().open({ known: 1, presses: BOTH });
  page.queue.press("clear");
  page.draw(3);
  page.answer({ number: 2, pressed: 1, known: 0 });
  const later = new Page().open({ number: 3, pressed: 1, known: 0 });
  assert.deepEqual(later.pen.drawn, ["down 3", "move 4", "up 4"]);
});

test("what waits for a canvas that is replaced goes on once, on the new one", () => {
  const page = new Page().open({ known: 2, presses: BOTH });
  page.queue.press("clear");
  page.draw(3);
  page.pen.isReady = false;
  page.queue.press("undo");
  page.pen.isReady = true;
  page.open({ number: 2, pressed: 1, known: 0, presses: BOTH });
  assert.deepEqual(page.pen.drawn, ["down 3", "move 4", "up 4"]);
  page.clock.pass(2 * CANVAS_DELAY);
  assert.deepEqual(page.presses, [["clear", 1], ["undo", 2]]);
  page.answer({ number: 3, pressed: 2, known: 0 });
  page.clock.pass(2 * CANVAS_DELAY);
  assert.equal(page.requests.length, 2);
});
