// Time as the browser has it. Logic that waits is given a clock: its tests put one that they set in place of this.

/**
 * `now`: milliseconds since some moment; `later`: does some work after so many milliseconds, unless that is cancelled.
 *
 * @typedef {object} Clock
 * @property {() => number} now
 * @property {(work: () => void, milliseconds: number) => number} later
 * @property {(timer: number) => void} cancel
 */

/** @type {Clock} */
export const browserClock = {
  now: () => performance.now(),
  later: (work, milliseconds) => window.setTimeout(work, milliseconds),
  cancel: (timer) => window.clearTimeout(timer),
};
