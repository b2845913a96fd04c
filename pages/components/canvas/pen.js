// Draws on streamlit-drawable-canvas, which knows no other way, by events as of a mouse or of a finger.

/** @import { Point } from "./protocol.d.ts" */

/** @typedef {"down" | "move" | "up"} Phase */

export class Pen {
  /** @type {HTMLElement | null} */
  canvas = null;

  /** Whether the canvas is in the page. */
  get isReady() {
    return Boolean(this.canvas?.isConnected);
  }

  /**
   * Begin a stroke. What watches the pointer hears of it too.
   *
   * @param {Point} point
   * @param {boolean} finger
   */
  down(point, finger) {
    this.canvas?.dispatchEvent(new PointerEvent("pointerdown", passing()));
    this.draw("down", point, finger);
  }

  /**
   * @param {Point} point
   * @param {boolean} finger
   */
  move(point, finger) {
    this.draw("move", point, finger);
  }

  /**
   * @param {Point} point
   * @param {boolean} finger
   */
  up(point, finger) {
    this.draw("up", point, finger);
    this.canvas?.dispatchEvent(new PointerEvent("pointerup", passing()));
  }

  /**
   * With a finger's stroke as with a finger: for a moment after one the canvas does not listen to the mouse.
   *
   * @param {Phase} phase
   * @param {Point} point
   * @param {boolean} finger
   */
  draw(phase, point, finger) {
    if (!this.canvas) return;
    this.canvas.dispatchEvent((finger ? touchEvent : mouseEvent)(phase, this.canvas, onScreen(this.canvas, point)));
  }

  /**
   * Return where on the canvas something happened.
   *
   * @param {{ clientX: number, clientY: number }} event
   * @returns {Point}
   */
  place({ clientX, clientY }) {
    if (!this.canvas) throw new Error("there is no canvas");
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  }
}

/**
 * @param {HTMLElement} canvas
 * @param {Point} point
 */
function onScreen(canvas, [x, y]) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return { clientX: left + x * width, clientY: top + y * height };
}

function passing() {
  return { bubbles: true, cancelable: true, composed: true, view: window };
}

/**
 * @param {Phase} phase
 * @param {HTMLElement} _canvas
 * @param {{ clientX: number, clientY: number }} place
 */
function mouseEvent(phase, _canvas, place) {
  return new MouseEvent(`mouse${phase}`, { ...passing(), ...place, buttons: phase === "up" ? 0 : 1 });
}

/**
 * @param {Phase} phase
 * @param {HTMLElement} target
 * @param {{ clientX: number, clientY: number }} place
 */
function touchEvent(phase, target, place) {
  const changedTouches = [new Touch({ identifier: 0, target, ...place })];
  const touches = phase === "up" ? [] : changedTouches;
  const kind = { down: "touchstart", move: "touchmove", up: "touchend" }[phase];
  return new TouchEvent(kind, { ...passing(), changedTouches, touches, targetTouches: touches });
}
