import assert from "node:assert/strict";
import { Pen } from "./pen.js";

/** An event as a browser has it, with what it was made of. */
class FakeEvent extends Event {
  /**
   * @param {string} type
   * @param {EventInit & Record<string, unknown>} init
   */
  constructor(type, init) {
    super(type, init);
    const { bubbles: _, cancelable: __, composed: ___, ...others } = init;
    Object.assign(this, others);
  }
}

/** @param {Record<string, unknown>} place */
function FakeTouch(place) {
  return place;
}

Object.assign(globalThis, { MouseEvent: FakeEvent, PointerEvent: FakeEvent, TouchEvent: FakeEvent, Touch: FakeTouch });
Object.assign(globalThis, { window: globalThis });

/** A canvas that notes which events it gets, 200 pixels wide, at 10 and 20 on the screen. */
class FakeCanvas {
  isConnected = true;
  /** @type {any[]} */
  events = [];
  getBoundingClientRect = () => ({ left: 10, top: 20, width: 200, height: 200 });

  /** @param {Event} event */
  dispatchEvent(event) {
    this.events.push(event);
    return true;
  }
}

/** @returns {{ canvas: FakeCanvas, pen: Pen }} */
function penOnCanvas() {
  const [canvas, pen] = [new FakeCanvas(), new Pen()];
  pen.canvas = /** @type {any} */ (canvas);
  return { canvas, pen };
}

/** @param {boolean} finger */
function eventsOfStroke(finger) {
  const { canvas, pen } = penOnCanvas();
  pen.down([0, 0], finger);
  pen.move([0.5, 0.25], finger);
  pen.up([1, 1], finger);
  return canvas.events;
}

Deno.test("a finger's stroke is drawn as with a finger", () => {
  const types = eventsOfStroke(true).map(({ type }) => type);
  assert.deepEqual(types, ["pointerdown", "touchstart", "touchmove", "touchend", "pointerup"]);
});

Deno.test("the mouse's stroke is drawn as with the mouse", () => {
  const types = eventsOfStroke(false).map(({ type }) => type);
  assert.deepEqual(types, ["pointerdown", "mousedown", "mousemove", "mouseup", "pointerup"]);
});

Deno.test("strokes are drawn where they were on the canvas, wherever it is now", () => {
  const [, , mouse] = eventsOfStroke(false);
  assert.deepEqual([mouse.clientX, mouse.clientY], [110, 70]);
  const [, , touch] = eventsOfStroke(true);
  assert.deepEqual([touch.changedTouches[0].clientX, touch.changedTouches[0].clientY], [110, 70]);
});

Deno.test("a button, or a finger, is down until the stroke ends", () => {
  assert.deepEqual(eventsOfStroke(false).slice(1, 4).map(({ buttons }) => buttons), [1, 1, 0]);
  assert.deepEqual(eventsOfStroke(true).slice(1, 4).map(({ touches }) => touches.length), [1, 1, 0]);
});

Deno.test("a place on the screen is one on the canvas, from 0 to 1", () => {
  assert.deepEqual(penOnCanvas().pen.place({ clientX: 60, clientY: 220 }), [0.25, 1]);
});

Deno.test("a canvas that has left the page is not ready", () => {
  const { canvas, pen } = penOnCanvas();
  assert.equal(pen.isReady, true);
  canvas.isConnected = false;
  assert.equal(pen.isReady, false);
  assert.equal(new Pen().isReady, false);
});
