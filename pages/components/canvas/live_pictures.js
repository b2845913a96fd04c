// When the canvas is copied and an answer asked for: about ten times a second while the pen is down, one picture at a
// time, and the newest next. After an answer that took longer than a period comes a pause as long as it was late. Without
// it, forty people get a third more answers from a busy server at most, but each picture waits for those of all others.

/** @import { Clock } from "../clock.js" */

import { haveSamePixels } from "./picture.js";

export const PERIOD = 90; // milliseconds from copy to copy
export const LONGEST_PAUSE = 500; // milliseconds from an answer to the next copy
export const REST = 1000; // milliseconds until the next one where there was no answer

/** `frame`: milliseconds by the browser's clock when it was taken; `pixels`: see `greyscale`. */
/** @typedef {{ frame: number, pixels: Uint8Array<ArrayBuffer> }} Picture */

/** @template Answer */
export class LivePictures {
  isDown = false;
  isAsking = false;
  timer = 0;
  /** @type {Uint8Array<ArrayBuffer> | null} Of the picture that was asked about last. */
  last = null;
  /** @type {(frame: number, answer: Answer) => void} */
  show = () => {};

  /**
   * @param {() => Picture} copy
   * @param {(pixels: Uint8Array<ArrayBuffer>) => Promise<Answer | null>} ask
   * @param {Clock} clock
   */
  constructor(copy, ask, clock) {
    this.copy = copy;
    this.ask = ask;
    this.clock = clock;
  }

  /** The pen is down. */
  start() {
    this.stop();
    this.isDown = true;
    this.last = null;
    this.lookAfter(PERIOD);
  }

  /** The pen is up. An answer that is still to come is shown. */
  stop() {
    this.isDown = false;
    this.clock.cancel(this.timer);
  }

  /** @param {number} milliseconds */
  lookAfter(milliseconds) {
    this.clock.cancel(this.timer);
    if (this.isDown && !this.isAsking) this.timer = this.clock.later(() => this.look(), Math.max(0, milliseconds));
  }

  async look() {
    const begun = this.clock.now();
    const { frame, pixels } = this.copy();
    let pause = 0;
    if (!haveSamePixels(this.last, pixels)) {
      this.last = pixels;
      this.isAsking = true;
      try {
        const answer = await this.ask(pixels);
        pause = Math.min(LONGEST_PAUSE, this.clock.now() - begun - PERIOD);
        if (answer) this.show(frame, answer);
      } catch { // the server is away, or has too much to do
        this.last = null;
        pause = REST;
      }
      this.isAsking = false;
    }
    this.lookAfter(Math.max(pause, PERIOD - (this.clock.now() - begun)));
  }
}
