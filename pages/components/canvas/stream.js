// Copies what the pen has drawn so far, small and grey, while it is down, and sends it: about ten times a second,
// and no faster than the server answers.

/** @import { Component, Cleanup } from "../streamlit.d.ts" */
/** @import { Picture } from "./picture.js" */

import { findDrawableCanvas } from "../elements.js";
import { viewOf } from "../views.js";
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
  const watcher = viewOf(watchers, parentElement, () => new Watcher(data));
  watcher.update(data, setStateValue);
  return () => {
    watcher.remove();
    watchers.delete(parentElement);
  };
}

class Watcher {
  /** @type {HTMLCanvasElement | undefined} The canvas that is watched. */
  upper = undefined;
  /** @type {HTMLCanvasElement[]} What is seen of it; the stroke that is being drawn is on the upper one. */
  layers = [];
  /** @type {Picture | undefined} The picture that was sent last. */
  sent = undefined;
  last = ""; // pixels of the copy before
  /** @type {ReturnType<typeof setInterval> | undefined} While the pen is down. */
  timer = undefined;
  waiting = 0;
  /** @type {Component<Data>["setStateValue"]} */
  setStateValue = () => {};

  /** @param {Data} data */
  constructor(data) {
    this.data = data;
    this.copy = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
    const context = this.copy.getContext("2d", { willReadFrequently: true });
    this.context = /** @type {CanvasRenderingContext2D} */ (context);
    this.lower = () => this.start();
    this.lift = () => this.stop();
    for (const kind of ["pointerup", "pointercancel", "blur"]) window.addEventListener(kind, this.lift);
  }

  /**
   * @param {Data} data
   * @param {Component<Data>["setStateValue"]} setStateValue
   */
  update(data, setStateValue) {
    this.data = data;
    this.setStateValue = setStateValue;
    this.find();
  }

  /** The canvas is in a shadow root, may come later than this, and may be replaced. */
  find() {
    cancelAnimationFrame(this.waiting);
    const found = findDrawableCanvas(this.data.box);
    if (!found) this.waiting = requestAnimationFrame(() => this.find());
    else if (found.upper !== this.upper) this.watch(found.root, found.upper);
  }

  /**
   * @param {ShadowRoot} root
   * @param {HTMLCanvasElement} upper
   */
  watch(root, upper) {
    this.upper?.removeEventListener("pointerdown", this.lower);
    const lower = /** @type {HTMLCanvasElement} */ (root.querySelector(".dc-canvas"));
    this.layers = [lower, upper];
    this.upper = upper;
    upper.addEventListener("pointerdown", this.lower);
  }

  start() {
    clearInterval(this.timer);
    this.last = "";
    this.timer = setInterval(() => this.sendIfNew(), PERIOD);
  }

  stop() {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = undefined;
    if (this.sent) this.send({ ...this.sent, down: false });
  }

  sendIfNew() {
    const now = Date.now();
    if (isAwaited(this.sent, this.data.seen, now)) return;
    const pixels = this.pixels();
    if (pixels === this.last) return;
    this.last = pixels;
    this.send({ frame: now, pixels, down: true });
  }

  /** @param {Picture} picture */
  send(picture) {
    this.sent = picture;
    this.setStateValue("picture", picture);
  }

  pixels() {
    this.context.clearRect(0, 0, SIDE, SIDE);
    for (const layer of this.layers) this.context.drawImage(layer, 0, 0, SIDE, SIDE);
    return greyscale(this.context.getImageData(0, 0, SIDE, SIDE).data);
  }

  remove() {
    clearInterval(this.timer);
    cancelAnimationFrame(this.waiting);
    this.upper?.removeEventListener("pointerdown", this.lower);
    for (const kind of ["pointerup", "pointercancel", "blur"]) window.removeEventListener(kind, this.lift);
  }
}
