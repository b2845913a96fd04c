import assert from "node:assert/strict";
import { BOTH, Page, test } from "../../../tests/support/fake_canvas.js";
import { CANVAS_DELAY, RETRY } from "./queue.js";

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

test("presses are asked one at a time, each of the revision that it meets", () => {
  const page = new Page().open({ known: 2, presses: BOTH });
  page.queue.press("undo");
  page.queue.press("clear");
  assert.deepEqual(page.presses, [["undo", 1]]);
  page.answer({ number: 2, pressed: 1, known: 1 });
  assert.deepEqual(page.presses, [["undo", 1], ["clear", 2]]);
});

test("a stroke drawn after a press is held back until the canvas shows the new revision", () => {
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
