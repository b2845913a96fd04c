// The drawing canvas: streamlit-drawable-canvas, with strokes and undo kept in the browser. README.md explains it.

/** @import { Component, Cleanup } from "../streamlit.d.ts" */
/** @import { Content, DrawableCanvas, Options, Stroke } from "./drawable_canvas.d.ts" */

import { browserClock } from "../clock.js";
import { isInside } from "../find_element.js";
import { listenFirst } from "../window_events.js";
import { recall, remember } from "../storage.js";
import { ElementViews } from "../element_views.js";
import { Delivery } from "./delivery.js";
import { History } from "./history.js";

/**
 * `key`: class of the container of the canvas's buttons, `side`: pixels of the picture, `brush`: pixels of a stroke;
 * `strokes`: how many the server knows of, `received`: `at` of the drawing that it received last; `taken`: `at` of the
 * drawing that the server took off, and its number of strokes.
 *
 * `drawOver`: a picture of the canvas's size to be shown first, as a data URL, and when that was asked for.
 *
 * @typedef {{ at: number, picture: string }} DrawOver
 *
 * @typedef {object} Data
 * @property {string} key
 * @property {number} side
 * @property {number} brush
 * @property {number} strokes
 * @property {number} received
 * @property {{ at: number, strokes: number }} taken
 * @property {DrawOver | null} drawOver
 * @property {string} label of the canvas, for screen readers
 * @property {string} missing what is said where the canvas cannot be loaded
 */

const IMAGE_SIDE = 28; // pixels of MNIST's images
const MNIST_PEN = 2.2; // about how wide their lines are, see mnist_core/drawing
const HANDED_OVER = 300; // milliseconds after pen up, when the package has handed a stroke over if there is one

/** @type {ElementViews<DrawingCanvas>} */
const canvases = new ElementViews();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement, setStateValue }) {
  const canvas = canvases.of(parentElement, () => new DrawingCanvas(parentElement, data));
  canvas.update(data, setStateValue);
  return canvases.removal(parentElement);
}

class DrawingCanvas {
  /** @type {DrawableCanvas | null} The package's function, once it is loaded. */
  render = null;
  /** @type {Cleanup} */
  dispose = () => {};
  /** @type {Component<Data>["setStateValue"]} */
  setStateValue = () => {};
  /** @type {Options["initialDrawing"]} */
  shown = { objects: [], background: "black", revision: 0 };
  /** Whether the canvas has yet to show what the server asked for; what is on it is out of date until then. */
  isLoading = false;
  /** Whether a stroke has begun since the canvas handed over what is on it. */
  hasNewStroke = false;
  /** @type {number | null} The pointer that is down on the canvas. */
  pen = null;
  /** @type {Data | null} What the server says, as long as a stroke keeps it from being shown. */
  waiting = null;
  timer = 0;
  /** What was reported to the server last. */
  told = { count: -1, picture: "" };

  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {Data} data
   */
  constructor(parent, data) {
    this.parent = parent;
    this.data = data;
    this.taken = data.taken.at;
    this.store = `digits_strokes_${data.key}`;
    this.history = new History(recall(this.store, "localStorage"));
    /** @type {Delivery<string>} Of the picture. The server may be away, or behind. */
    this.delivery = new Delivery((picture, at) => this.tell(picture, at), { ...browserClock, now: Date.now });
    const press = (/** @type {Event} */ event) => this.press(event);
    this.stopListening = listenFirst({
      click: press,
      keydown: press,
      pointerdown: (event) => this.lower(event),
      pointerup: (event) => this.lift(event),
      pointercancel: (event) => this.lift(event),
      pagehide: () => this.send(),
    });
    import(new URL("drawable-canvas.js", document.baseURI).href).then(
      (library) => this.begin(library.default),
      () => parent.replaceChildren(data.missing),
    );
  }

  /** @param {DrawableCanvas} render */
  begin(render) {
    this.render = render;
    this.draw();
    const upper = this.parent.querySelector(".upper-canvas");
    upper?.setAttribute("role", "img");
    upper?.setAttribute("aria-label", this.data.label);
    this.drawOver();
    if (this.history.strokes.length || this.data.strokes) this.show();
  }

  /** Begin a sheet with the picture that the server asks for; once, however often the page is opened. */
  drawOver() {
    const { drawOver, side } = this.data;
    const known = `digits_drawn_over_${this.data.key}`;
    if (!drawOver || recall(known, "sessionStorage") === String(drawOver.at)) return;
    remember(known, String(drawOver.at), "sessionStorage");
    this.history.clear();
    this.history.strokes = [pictureToDrawOver(drawOver.picture, side)];
  }

  /**
   * The package would take another brush, and lose a stroke that is being drawn: all but the confirmation waits for it.
   *
   * @param {Data} data
   * @param {Component<Data>["setStateValue"]} setStateValue
   */
  update(data, setStateValue) {
    this.setStateValue = setStateValue;
    this.delivery.confirm(data.received);
    this.waiting = data;
    if (!this.hasNewStroke) this.apply();
  }

  /** Do what the server said last. */
  apply() {
    const data = this.waiting;
    if (!data) return;
    this.waiting = null;
    this.data = data;
    if (data.taken.at > this.taken) {
      this.taken = data.taken.at;
      this.send();
      this.history.takeOff(data.taken.strokes);
      this.show();
    } else this.draw();
  }

  /**
   * A stroke begins, or something else is pressed, for which the last stroke counts.
   *
   * @param {PointerEvent} event
   */
  lower(event) {
    this.pen = this.render && isInside(event, ".canvas-root") ? event.pointerId : null;
    if (this.pen !== null) this.hasNewStroke = true;
    else if (this.hasNewStroke) this.send();
  }

  /**
   * A press that made no stroke, such as one of the right button, is not handed over by itself.
   *
   * @param {PointerEvent} event
   */
  lift({ pointerId }) {
    if (pointerId !== this.pen) return;
    this.pen = null;
    browserClock.cancel(this.timer);
    this.timer = browserClock.later(() => this.waiting && this.send(), HANDED_OVER);
  }

  /**
   * Undo or clear, if the event is a click on the page's button for it, or its shortcut.
   *
   * @param {Event} event
   */
  press(event) {
    const name = pressed(event, this.data.key);
    if (!name) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.send(); // what was drawn a moment ago
    if (!this.history.canUndo) return;
    this.history[name]();
    this.show();
  }

  /** Have the canvas show the strokes of the history. It answers with a picture of them. */
  show() {
    this.save();
    this.shown = { objects: this.history.strokes, background: "black", revision: this.shown.revision + 1 };
    this.isLoading = true;
    this.draw();
  }

  /** Call the package as Streamlit would. */
  draw() {
    this.dispose = this.render?.({
      data: { ...OPTIONS, ...sizes(this.data), initialDrawing: this.shown },
      parentElement: this.parent,
      setStateValue: (name, value) => name === "drawing" && this.take(value),
    }) ?? this.dispose;
  }

  /** Make the canvas report at once what it would report 200 ms after pen up, by pressing its button. */
  send() {
    if (this.isLoading) return;
    /** @type {HTMLElement | null} */ (this.parent.querySelector(".dc-toolbar button"))?.click();
  }

  /** @param {Content} content */
  take({ raw: { objects }, data: picture }) {
    this.isLoading = false;
    this.hasNewStroke = this.pen !== null; // an earlier one is handed over where two follow each other closely
    if (picture !== this.told.picture || objects.length !== this.told.count) this.keep(objects, picture);
    if (!this.hasNewStroke) this.apply();
  }

  /**
   * @param {Stroke[]} objects
   * @param {string} picture
   */
  keep(objects, picture) {
    this.history.strokes = objects;
    this.save();
    if (this.history.strokes.length < objects.length) this.show(); // there were too many
    else this.delivery.begin(picture);
  }

  save() {
    remember(this.store, this.history.toText(), "localStorage");
  }

  /**
   * Tell the server of the drawing.
   *
   * @param {string} picture
   * @param {number} at
   */
  tell(picture, at) {
    const { strokes, canUndo } = this.history;
    const widths = strokes.map((stroke) => stroke.strokeWidth || MNIST_PEN * this.data.side / IMAGE_SIDE);
    this.told = { count: strokes.length, picture };
    this.setStateValue("drawing", { widths, picture, canUndo, at });
  }

  remove() {
    this.setStateValue = () => {};
    this.send(); // so that it is kept
    this.stopListening();
    browserClock.cancel(this.timer);
    this.delivery.stop();
    this.dispose();
  }
}

const OPTIONS = /** @type {const} */ ({
  drawingMode: "freedraw",
  strokeColor: "white", // on black like MNIST's own pictures, in the light theme as in the dark one
  fillColor: "black",
  backgroundColor: "black",
  backgroundImageURL: null,
  backgroundImageFit: "stretch",
  maxDisplayHeight: null,
  displayRadius: 0,
  fontSize: 0,
  label: "",
  disabled: false,
  realtimeUpdateStreamlit: true,
  returnImageData: true,
});

/**
 * Return a picture of the canvas's size as Fabric.js describes it.
 *
 * @param {string} src
 * @param {number} side
 * @returns {Stroke}
 */
function pictureToDrawOver(src, side) {
  const place = { left: 0, top: 0, width: side, height: side, originX: "left", originY: "top" };
  return { type: "Image", src, ...place, strokeWidth: 0 };
}

/** @param {Data} data */
function sizes({ side, brush }) {
  return { canvasWidth: side, canvasHeight: side, strokeWidth: brush };
}

/**
 * Return which button of the page an event presses, by a click or by the shortcut of Undo; null if none.
 *
 * @param {Event} event
 * @param {string} key
 */
function pressed(event, key) {
  if (event.type === "click") {
    if (isInside(event, `.${key}_undo button`)) return "undo";
    return isInside(event, `.${key}_clear button`) ? "clear" : null;
  }
  const { ctrlKey, metaKey, shiftKey, key: letter } = /** @type {KeyboardEvent} */ (event);
  const isShortcut = (ctrlKey || metaKey) && !shiftKey && letter.toLowerCase() === "z";
  return isShortcut && !isInside(event, "input, textarea, [contenteditable]") ? "undo" : null;
}
