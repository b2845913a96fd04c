// A slider and a button that go through the epochs of a run. What is shown is fetched, and followed while the run trains.

/** @import { Moment } from "../playback.js" */

import { find } from "../find_element.js";
import { Playback } from "../playback.js";

/**
 * What a route answers: the frames after the one that was asked for, and why there is none.
 *
 * @template {Moment} Frame
 * @typedef {{ frames: Frame[], empty: string, atRest: boolean }} Answer
 */

/**
 * What a component does with it: `take` an answer before its frames are drawn, and `draw` the frame that is shown.
 *
 * @template {Moment} Frame
 * @typedef {{ take: (answer: Answer<Frame>) => void, draw: (frame: Frame) => void }} Screen
 */

// Milliseconds from an answer to the next question, while the run trains; and after an error.
const PACE = 1500;
const AFTER_ERROR = 4000;

/** @template {Moment} Frame */
export class EpochPlayer {
  /** @type {Playback<Frame>} */
  playback = new Playback();
  address = "";
  removed = false;
  /** Of the last question, since the answer to an earlier one may come later. */
  question = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  playTimer = undefined;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  askTimer = undefined;

  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {Screen<Frame>} screen
   */
  constructor(parent, screen) {
    this.screen = screen;
    this.find = (/** @type {string} */ selector) => find(parent, selector);
    this.slider = /** @type {HTMLInputElement} */ (this.find(".player input"));
    this.play = this.find(".player .play");
    this.play.addEventListener("click", () => this.act(() => this.playback.toggle()));
    this.slider.addEventListener("input", () => this.act(() => this.playback.seek(Number(this.slider.value))));
  }

  /**
   * Show the epochs that are at this address, relative to the app's own. The same address changes nothing.
   *
   * @param {string} address
   */
  show(address) {
    const absolute = new URL(address, document.baseURI).href;
    if (absolute === this.address) return;
    this.address = absolute;
    this.playback = new Playback();
    this.find(".empty").textContent = this.find(".empty").dataset.loading ?? "";
    this.draw();
    this.ask();
  }

  async ask() {
    clearTimeout(this.askTimer);
    if (this.removed) return;
    const question = ++this.question;
    let pause = AFTER_ERROR;
    try {
      const { step } = this.playback;
      const separator = this.address.includes("?") ? "&" : "?";
      const response = await fetch(`${this.address}${step < 0 ? "" : `${separator}after=${step}`}`);
      if (this.removed || question !== this.question) return;
      if (response.status === 404) return;
      if (!response.ok) throw new Error(response.statusText);
      /** @type {Answer<Frame>} */
      const answer = await response.json();
      if (this.removed || question !== this.question) return;
      this.take(answer);
      if (answer.atRest) return;
      pause = PACE;
    } catch (error) {
      if (!(error instanceof Error)) throw error; // the server may be back soon
    }
    this.askTimer = setTimeout(() => this.ask(), pause);
  }

  /** @param {Answer<Frame>} answer */
  take(answer) {
    const first = this.playback.last < 0;
    this.screen.take(answer);
    this.playback.add(answer.frames);
    if (first || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      if (this.playback.following) this.playback.toEnd();
    }
    this.find(".empty").textContent = this.playback.last < 0 ? answer.empty : "";
    this.draw();
    this.goOn();
  }

  /** @param {() => void} change of what is shown, which somebody asked for */
  act(change) {
    change();
    this.draw();
    this.goOn();
  }

  goOn() {
    clearTimeout(this.playTimer);
    const { pause } = this.playback;
    if (pause === null || this.removed) return;
    this.playTimer = setTimeout(() => {
      this.playback.advance();
      this.draw();
      this.goOn();
    }, pause);
  }

  draw() {
    const { playback, slider, play } = this;
    const frame = playback.shown;
    this.find(".shown").hidden = !frame;
    this.find(".player").hidden = playback.last < 1;
    if (!frame) return;
    slider.max = String(playback.last);
    slider.value = String(playback.index);
    slider.ariaValueText = frame.when;
    const label = (playback.playing ? play.dataset.pause : play.dataset.play) ?? "";
    if (play.textContent !== label) play.textContent = label;
    this.screen.draw(frame);
  }

  remove() {
    this.removed = true;
    clearTimeout(this.playTimer);
    clearTimeout(this.askTimer);
  }
}
