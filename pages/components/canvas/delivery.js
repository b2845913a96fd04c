// Has a value arrive at the server, however busy that is. No DOM.

/** @import { Clock } from "../clock.js" */

// Milliseconds after which a value is sent again of which the server does not know; twice as long each time, at most
// LONGEST_RETRY: a server that is behind is not asked for more than it can do.
export const RETRY = 1500;
export const LONGEST_RETRY = 6000;

/**
 * Sends a value again and again until the server says that it has it. Each time has its own time stamp, and any of them
 * is enough: a server that takes longer for its reply than the next one takes to be sent would never be done.
 *
 * @template Value
 */
export class Delivery {
  /** When the value was sent first. */
  since = 0;
  timer = 0;
  retry = RETRY;

  /**
   * @param {(value: Value, at: number) => void} send
   * @param {Clock} clock
   */
  constructor(send, clock) {
    this.send = send;
    this.clock = clock;
  }

  /** @param {Value} value */
  begin(value) {
    this.since = this.clock.now();
    this.retry = RETRY;
    this.sendAgain(value);
  }

  /** @param {Value} value */
  sendAgain(value) {
    this.stop();
    this.send(value, this.clock.now());
    this.timer = this.clock.later(() => this.sendAgain(value), this.retry);
    this.retry = Math.min(2 * this.retry, LONGEST_RETRY);
  }

  /**
   * The server has what was sent at this time.
   *
   * @param {number} at
   */
  confirm(at) {
    if (at >= this.since) this.stop();
  }

  stop() {
    this.clock.cancel(this.timer);
  }
}
