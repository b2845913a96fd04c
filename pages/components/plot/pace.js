// When a chart is drawn for figures that come by themselves, ten a second while somebody draws. A slow browser has the
// pen to follow as well, so that it draws a chart for a small share of the time, and only the newest figure.

/** @import { Clock } from "../clock.js" */

const REST = 8; // times as long as the chart took to be drawn
const LONGEST_REST = 500; // milliseconds

export class Pace {
  due = 0; // when the next figure may be drawn
  timer = 0;

  /** @param {Clock} clock */
  constructor(clock) {
    this.clock = clock;
  }

  /**
   * Draw at once, or when the chart has rested; then in place of what waited for that.
   *
   * @param {() => void} draw
   */
  drawInTime(draw) {
    this.cancel();
    const wait = this.due - this.clock.now();
    if (wait > 0) this.timer = this.clock.later(draw, wait);
    else draw();
  }

  /**
   * Do what draws the chart, for a figure that came in time or for the page, and let the chart rest afterwards.
   *
   * @param {() => Promise<unknown>} draw
   */
  async measure(draw) {
    const begun = this.clock.now();
    await draw();
    const end = this.clock.now();
    this.due = end + Math.min(REST * (end - begun), LONGEST_REST);
  }

  cancel() {
    this.clock.cancel(this.timer);
  }
}
