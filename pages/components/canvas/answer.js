// The answer beside the canvas: as the page has it, or, while the pen is down, as a route answers a picture of the canvas.

/** @import { Component, Cleanup } from "../streamlit.d.ts" */
/** @import { Picture } from "./live_pictures.js" */

import { browserClock } from "../clock.js";
import { find, isInside } from "../find_element.js";
import { listenFirst } from "../window_events.js";
import { ElementViews } from "../element_views.js";
import { LivePictures } from "./live_pictures.js";
import { greyscale } from "./picture.js";

/**
 * `html`: the answer as the page has it, "" for none; `at`: of the drawing that it is about, in milliseconds by the
 * browser's clock.
 *
 * `live`: null where nothing is drawn; `box`: class of an element around the canvas; `address`: of the route that
 * answers pictures.
 *
 * @typedef {{ box: string, address: string }} Live
 *
 * @typedef {{ html: string, at: number, live: Live | null }} Data
 */

/**
 * What the route answers; `bars`: as HTML, null where the page has none.
 *
 * @typedef {{ html: string, bars: string | null }} LiveAnswer
 */

const PICTURE_SIDE = 140; // of the copy in pixels: half of the canvas's, and five of MNIST's own for each
const TIME_LIMIT = 10_000; // milliseconds after which a request is given up

/** @type {ElementViews<Answer>} */
const answers = new ElementViews();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement }) {
  const answer = answers.of(parentElement, () => new Answer(parentElement));
  answer.update(data);
  return answers.removal(parentElement);
}

class Answer {
  /** @type {Data} */
  data = { html: "", at: 0, live: null };
  shown = "";
  frame = 0; // when the picture was taken to which the answer is shown, 0 for that of the page

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.box = find(parent, ".answer-box");
    this.copy = Object.assign(document.createElement("canvas"), { width: PICTURE_SIDE, height: PICTURE_SIDE });
    const context = this.copy.getContext("2d", { willReadFrequently: true });
    this.context = /** @type {CanvasRenderingContext2D} */ (context);
    this.pictures = new LivePictures(() => this.picture(), (pixels) => this.ask(pixels), browserClock);
    const { pictures } = this;
    pictures.show = (frame, answer) => this.showLive(frame, answer);
    const lower = (/** @type {Event} */ event) => {
      const { live } = this.data;
      if (live && isInside(event, `.${live.box} canvas`)) pictures.start();
    };
    const lift = () => pictures.stop();
    const leave = (/** @type {Event} */ event) => {
      if (event.target === window) lift(); // not where a stroke takes the focus from a button or a field
    };
    this.stopListening = listenFirst({ pointerdown: lower, pointerup: lift, pointercancel: lift, blur: leave });
  }

  /**
   * The page's answer to a drawing replaces that to an older picture. One that comes late, when the pen has gone on,
   * does not.
   *
   * @param {Data} data
   */
  update(data) {
    this.data = data;
    if (data.live && this.frame > data.at) return;
    this.frame = 0;
    this.show(data.html);
  }

  /**
   * @param {number} frame
   * @param {LiveAnswer} answer
   */
  showLive(frame, { html, bars }) {
    const { live, at } = this.data;
    if (!live || frame <= Math.max(this.frame, at)) return;
    this.frame = frame;
    this.show(html);
    const answer = this.box.querySelector(".answer");
    answer?.setAttribute("data-frame", String(frame));
    // They keep to the same order: `at` of the page's bars is that of its answer, too.
    if (bars) window.dispatchEvent(new CustomEvent("digits-bars", { detail: { html: bars, at: frame } }));
  }

  /** @param {string} html written by the server, with all that people typed escaped */
  show(html) {
    if (this.shown === html) return;
    this.shown = html;
    this.box.innerHTML = html;
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} body
   * @returns {Promise<LiveAnswer | null>} null where nothing can be read yet
   */
  async ask(body) {
    const address = new URL(this.data.live?.address ?? "", document.baseURI).href;
    const headers = { "Content-Type": "application/octet-stream" };
    const reply = await fetch(address, { method: "POST", body, headers, signal: AbortSignal.timeout(TIME_LIMIT) });
    if (!reply.ok) throw new Error(`The route for answers says ${reply.status}`);
    return reply.status === 204 ? null : await reply.json();
  }

  /**
   * The stroke that is being drawn is on a canvas of its own, above that of the others.
   *
   * @returns {Picture}
   */
  picture() {
    const { context, data } = this;
    context.clearRect(0, 0, PICTURE_SIDE, PICTURE_SIDE);
    for (const layer of document.querySelectorAll(`.${data.live?.box} :is(.dc-canvas, .upper-canvas)`)) {
      context.drawImage(/** @type {HTMLCanvasElement} */ (layer), 0, 0, PICTURE_SIDE, PICTURE_SIDE);
    }
    return { frame: Date.now(), pixels: greyscale(context.getImageData(0, 0, PICTURE_SIDE, PICTURE_SIDE).data) };
  }

  remove() {
    this.pictures.show = () => {};
    this.pictures.stop();
    this.stopListening();
  }
}
