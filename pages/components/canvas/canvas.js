// Tends the drawing canvas, whose component sits in a shadow root, out of reach of the page's styles and scripts, and
// may come later than this script. What the queue (queue.js) holds back is kept from the canvas, and drawn by the pen.
// protocol.d.ts says what is sent to the server and back.

/** @import { Component, Cleanup } from "../streamlit.d.ts" */
/** @import { PressName, ServerRequest, ServerState } from "./protocol.d.ts" */

import { browserClock } from "../clock.js";
import { findDrawableCanvas, isInside } from "../elements.js";
import { listenFirst } from "../events.js";
import { Pen } from "./pen.js";
import { StrokeQueue } from "./queue.js";

// 280 pixels shown as 336: large enough to draw with a finger, and no wider than a phone.
const SIZE = "min(336px, calc(100vw - 2rem)) !important";
// The layers lie over each other from the first moment: the component's own stylesheet says so too, but arrives late,
// and until then the layer that is drawn on stands below the other.
const STYLE = `.dc-toolbar { display: none !important } .dc-container { border-radius: 4px; overflow: hidden }
  .dc-container, .dc-container canvas, .dc-container .canvas-container { width: ${SIZE}; height: ${SIZE} }
  .dc-container { position: relative } .dc-container canvas { position: absolute; top: 0; left: 0 }`;
const LABEL = "Canvas: draw a digit here with the mouse, a finger or a pen";

/** @type {Component<ServerState>["setStateValue"]} */
let setStateValue = () => {};
const pen = new Pen(); // there is one canvas in a page
/** @param {ServerRequest} request */
const send = (request) => setStateValue("asked", request);
const queue = new StrokeQueue(pen, send, browserClock);

/**
 * @param {Component<ServerState>} component
 * @returns {Cleanup}
 */
export default function (component) {
  const { data } = component;
  setStateValue = component.setStateValue;
  let frame = 0;
  const look = () => {
    const found = findDrawableCanvas(`${data.key}_box`);
    if (found) tidy(found);
    frame = requestAnimationFrame(found ? () => receive(found.upper, data) : look);
  };
  look();
  const press = (/** @type {Event} */ event) => pressButton(event, data);
  const pointer = { pointerdown: lower, pointermove: move, pointerup: lift, pointercancel: lift };
  const mouse = { mousedown: hold, mousemove: hold, mouseup: hold };
  const touch = { touchstart: hold, touchmove: hold, touchend: hold };
  const stopListening = listenFirst({ click: press, keydown: press, ...pointer, ...mouse, ...touch });
  return () => {
    cancelAnimationFrame(frame);
    stopListening();
  };
}

/**
 * @param {HTMLElement} canvas
 * @param {ServerState} state
 */
function receive(canvas, state) {
  if (canvas === pen.canvas) return queue.receive(state);
  pen.canvas = canvas;
  queue.restore(state);
}

/**
 * @param {Event} event
 * @param {ServerState} state
 */
function pressButton(event, { presses, key }) {
  const names = /** @type {PressName[]} */ (Object.keys(presses));
  const name = event.isTrusted && names.find((name) => isPress(event, name, key));
  if (!name) return;
  stop(event);
  queue.press(name);
}

/** @param {PointerEvent} event */
function lower(event) {
  if (!pen.canvas || !event.isTrusted || !isOnCanvas(event) || event.button || !event.isPrimary) return;
  queue.penDown(pen.place(event), event.pointerType === "touch");
  if (queue.held) event.stopPropagation();
}

/** @param {PointerEvent} event */
function move(event) {
  if (queue.stroke && event.isPrimary) queue.penMove(pen.place(event));
}

/** @param {PointerEvent} event */
function lift(event) {
  if (event.isTrusted && event.isPrimary) queue.penUp();
}

/**
 * Keep from the canvas what goes through the queue; what the pen draws is not trusted.
 *
 * @param {MouseEvent | TouchEvent} event
 */
function hold(event) {
  if (!queue.held || !event.isTrusted || (event instanceof MouseEvent && isHovering(event))) return;
  if (isOnCanvas(event) || queue.stroke) stop(event);
}

/** @param {MouseEvent} event */
function isHovering(event) {
  return event.type === "mousemove" && !event.buttons;
}

/** @param {Event} event */
function isOnCanvas(event) {
  return event.composedPath()[0] === pen.canvas;
}

/** @param {Event} event */
function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

/**
 * Whether the event presses the button of that name: a click, or the shortcut of Undo.
 *
 * @param {Event} event
 * @param {PressName} name
 * @param {string} key
 */
function isPress(event, name, key) {
  if (event.type === "click") return isInside(event, `.${key}_${name} button`);
  if (isInside(event, "input, textarea, [contenteditable]") || name !== "undo") return false;
  const { ctrlKey, metaKey, shiftKey, key: letter } = /** @type {KeyboardEvent} */ (event);
  return (ctrlKey || metaKey) && !shiftKey && letter.toLowerCase() === "z";
}

/**
 * The canvas has a toolbar of its own, which shows when a mouse is over it. On touch screens it is never seen, but lies
 * on the upper right corner and swallows the strokes there. Its undo and clear are buttons of the page, so it goes.
 *
 * @param {{ root: ShadowRoot, upper: HTMLElement }} found
 */
function tidy({ root, upper }) {
  if (!root.querySelector("style[data-digits]")) {
    const style = document.createElement("style");
    style.dataset.digits = "";
    style.textContent = STYLE;
    root.append(style);
  }
  upper.setAttribute("role", "img");
  upper.setAttribute("aria-label", LABEL);
}
