// The drawing canvas without a browser, for the tests of queue.js.

/** @import { ServerRequest, ServerState } from "../../pages/components/canvas/protocol.d.ts" */

import { StrokeQueue } from "../../pages/components/canvas/queue.js";
import { FakeClock } from "./fake_clock.js";

class FakePen {
  isReady = true;
  /** @type {string[]} The strokes that were drawn, by the places at which they begin, and begun ones. */
  drawn = [];
  down = (/** @type {[number, number]} */ [x], /** @type {boolean} */ finger) => this.draw(`down ${x}`, finger);
  move = (/** @type {[number, number]} */ [x], /** @type {boolean} */ finger) => this.draw(`move ${x}`, finger);
  up = (/** @type {[number, number]} */ [x], /** @type {boolean} */ finger) => this.draw(`up ${x}`, finger);

  /**
   * @param {string} what
   * @param {boolean} finger
   */
  draw(what, finger) {
    this.drawn.push(finger ? `finger ${what}` : what);
  }
}

/** A page with the canvas, and a server that answers when a test says so. */
export class Page {
  clock = new FakeClock();
  pen = new FakePen();
  /** @type {ServerRequest[]} */
  requests = [];
  queue = new StrokeQueue(this.pen, (request) => void this.requests.push(request), this.clock);

  /** @param {Partial<ServerState>} told */
  open(told = {}) {
    this.queue.restore({ ...EMPTY_SHEET, ...told });
    return this;
  }

  /** @param {Partial<ServerState>} told differences from what it told before */
  answer(told) {
    this.queue.receive({ ...EMPTY_SHEET, ...this.queue.server, ...told });
  }

  /**
   * @param {number} x where it begins; it ends beside
   * @param {boolean} finger
   */
  draw(x, finger = false) {
    this.queue.penDown([x, 0], finger);
    this.queue.penMove([x + 1, 0]);
    this.queue.penUp();
  }

  get presses() {
    return this.requests.map(({ press, number }) => [press, number]);
  }
}

/** @type {ServerState} */
const EMPTY_SHEET = {
  key: "st-key-canvas",
  number: 1,
  pressed: -1,
  known: 0,
  shown: true,
  presses: { undo: false, clear: false },
  heard: 0,
};
export const BOTH = { undo: true, clear: true };

/**
 * @param {string} behaviour
 * @param {() => void} check
 */
export function test(behaviour, check) {
  Deno.test(behaviour, () => {
    sessionStorage.clear();
    check();
  });
}
