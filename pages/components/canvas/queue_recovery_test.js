import assert from "node:assert/strict";
import { BOTH, Page, test } from "../../../tests/support/fake_canvas.js";
import { CANVAS_DELAY, RETRY, STORE } from "./queue.js";

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

test("a press that came too late for its revision is repeated for the new one", () => {
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
