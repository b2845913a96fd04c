// Painted cells are sent to the server a moment later, and kept until it knows of them: the page may be left before.

/** @import { Clock } from "../../components/clock.js" */

import { recall, remember } from "../../components/storage.js";

export const STORE = "digits_untold_cells";
export const DELAY = 60; // milliseconds: cells that are painted in one go are sent together

export class PendingCells {
  timer = 0;

  /**
   * @param {(cells: string) => void} send
   * @param {Clock} clock
   */
  constructor(send, clock) {
    this.send = send;
    this.clock = clock;
  }

  /**
   * Return the cells to begin with: those that the server did not get, which are sent again, or those it knows.
   *
   * @param {string} known
   */
  begin(known) {
    const pending = recall(STORE);
    if (pending !== null) this.sendSoon(pending);
    return pending ?? known;
  }

  /** @param {string} cells */
  sendSoon(cells) {
    remember(STORE, cells);
    this.clock.cancel(this.timer);
    this.timer = this.clock.later(() => this.send(cells), DELAY);
  }

  /**
   * The server knows these cells. If others are painted by now, this reply is late.
   *
   * @param {string} known
   * @param {string} painted
   */
  acknowledge(known, painted) {
    if (known === painted) remember(STORE, null);
  }
}
