// Copies what the pen has drawn so far, small and grey, while it is down, and sends it: about ten times a second,
// and no faster than the server answers.

/** @import { Component, Cleanup } from "../streamlit.d.ts" */
/** @import { Picture } from "./picture.js" */

import { isInside } from "../find_element.js";
import { listenFirst } from "../window_events.js";
import { viewOf } from "../element_views.js";
import { greyscale, isAwaited } from "./picture.js";

/**
 * `box`: class of an element around the canvas; `seen`: `frame` of the picture that the server saw last.
 *
 * @typedef {{ box: string, seen: number | null }} Data
 */

const SIDE = 140; // of the copy in pixels: half of the canvas's, and five of MNIST's own for each
const PERIOD = 90; // milliseconds from copy to copy

/** @type {WeakMap<Node, Watcher>} */
const watchers = new WeakMap();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement, setStateValue }) {
  const watcher = viewOf(watchers, parentElement, () => new Watcher());
  Object.assign(watcher, { data, setStateValue });
  return () => {
    watcher.remove();
    watchers.delete(parentElement);
  };
}

class Watcher {
  /** @type {Data} */
  data = { box: "", seen: null };
  /** @type {Component<Data>["setStateValue"]} */
  setStateValue = () => {};
  /** @type {Picture | undefined} The picture that was sent last. */
  sent = undefined;
  last = ""; // pixels of the copy before
  /** @type {ReturnType<typeof setInterval> | undefined} While the pen is down. */
  timer = undefined;

  constructor() {
    this.copy = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
    const context = this.copy.getContext("2d", { willReadFrequently: true });
    this.context = /** @type {CanvasRenderingContext2D} */ (context);
    const lower = (/** @type {Event} */ event) => isInside(event, `.${this.data.box} canvas`) && this.start();
    const lift = () => this.stop();
    this.stopListening = listenFirst({ pointerdown: lower, pointerup: lift, pointercancel: lift, blur: lift });
  }

  start() {
    this.stop();
    this.last = "";
    this.timer = setInterval(() => this.sendIfNew(), PERIOD);
  }

  stop() {
    clearInterval(this.timer);
  }

  sendIfNew() {
    const now = Date.now();
    if (isAwaited(this.sent, this.data.seen, now)) return;
    const pixels = this.pixels();
    if (pixels === this.last) return;
    this.last = pixels;
    this.sent = { frame: now, pixels };
    this.setStateValue("picture", this.sent);
  }

  /** The stroke that is being drawn is on a canvas of its own, above that of the others. */
  pixels() {
    this.context.clearRect(0, 0, SIDE, SIDE);
    for (const layer of document.querySelectorAll(`.${this.data.box} :is(.dc-canvas, .upper-canvas)`)) {
      this.context.drawImage(/** @type {HTMLCanvasElement} */ (layer), 0, 0, SIDE, SIDE);
    }
    return greyscale(this.context.getImageData(0, 0, SIDE, SIDE).data);
  }

  remove() {
    this.stop();
    this.stopListening();
  }
}
