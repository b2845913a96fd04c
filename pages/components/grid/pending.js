// What is painted is told to the server a moment later, and kept until it is known there: the page may be left before.

/** @import { Clock } from "../clock.js" */

import { recall, remember } from "../storage.js";

export const STORE = "digits_untold_cells";
export const DELAY = 60; // milliseconds: cells that are painted in one go are told together

export class UntoldCells {
  timer = 0;

  /**
   * @param {(cells: string) => void} tell
   * @param {Clock} clock
   */
  constructor(tell, clock) {
    this.tell = tell;
    this.clock = clock;
  }

  /**
   * Return the cells to begin with: those that the server did not hear of, which it is told again, or those it knows.
   *
   * @param {string} known
   */
  begin(known) {
    const untold = recall(STORE);
    if (untold !== null) this.tellSoon(untold);
    return untold ?? known;
  }

  /** @param {string} cells */
  tellSoon(cells) {
    remember(STORE, cells);
    this.clock.cancel(this.timer);
    this.timer = this.clock.later(() => this.tell(cells), DELAY);
  }

  /**
   * The server knows these cells. If others are painted, it repeats, late, what it was told before.
   *
   * @param {string} known
   * @param {string} painted
   */
  hear(known, painted) {
    if (known === painted) remember(STORE, null);
  }
}
