// When the canvas is copied and an answer asked for: about ten times a second while the pen is down, one picture at a
// time, and the newest next. So a slow server is asked as often as it answers, and no queue grows anywhere.

/** @import { Clock } from "../clock.js" */

import { haveSamePixels } from "./picture.js";

export const PERIOD = 90; // milliseconds from copy to copy
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
    let wait = PERIOD;
    if (!haveSamePixels(this.last, pixels)) {
      this.last = pixels;
      this.isAsking = true;
      try {
        const answer = await this.ask(pixels);
        if (answer) this.show(frame, answer);
      } catch { // the server is away, or has too much to do
        this.last = null;
        wait = REST;
      }
      this.isAsking = false;
    }
    this.lookAfter(wait === REST ? REST : PERIOD - (this.clock.now() - begun));
  }
}
