// A clock for the tests of JavaScript that waits: its time passes when a test says so.

/** @import { Clock } from "../../pages/components/clock.js" */

/** @implements {Clock} */
export class FakeClock {
  time = 10_000;
  lastTimer = 0;
  /** @type {Map<number, { at: number, work: () => void }>} */
  timers = new Map();

  now = () => this.time;

  later = (/** @type {() => void} */ work, /** @type {number} */ milliseconds) => {
    this.lastTimer += 1;
    this.timers.set(this.lastTimer, { at: this.time + milliseconds, work });
    return this.lastTimer;
  };

  cancel = (/** @type {number} */ timer) => {
    this.timers.delete(timer);
  };

  /**
   * Let time pass, and do in its turn what is due by then.
   *
   * @param {number} milliseconds
   */
  pass(milliseconds) {
    const end = this.time + milliseconds;
    for (let due; (due = this.next(end)); due.work()) {
      this.timers.delete(due.timer);
      this.time = due.at;
    }
    this.time = end;
  }

  /** @param {number} end */
  next(end) {
    const [first] = [...this.timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
    return first && { timer: first[0], ...first[1] };
  }
}
