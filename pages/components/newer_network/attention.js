// Whether a page may be drawn with another network without disturbing the person who looks at it.

/** @import { Clock } from "../clock.js" */

import { browserClock } from "../clock.js";

/** Milliseconds since somebody last did something on the page, after which they only look. */
export const REST = 5000;

const ACTS = ["pointerdown", "pointermove", "pointerup", "pointercancel", "keydown", "wheel"];

/** What would be closed or changed under somebody's eyes: dialogs, opened lists, what belongs to the network shown. */
const OPEN = "[role=dialog], [data-baseweb=popover], .st-key-of_this_network";
/** Lists that begin at their top again if they change. */
const LISTS = ".digits-buttons";

export class Attention {
  actedAt = -Infinity;
  pressing = false;

  /** @param {Clock} clock */
  constructor(clock = browserClock) {
    this.clock = clock;
    this.act = (/** @type {Event} */ event) => {
      this.actedAt = this.clock.now();
      if ("buttons" in event) this.pressing = event.buttons !== 0;
    };
  }

  /** @param {EventTarget} page */
  watch(page) {
    for (const kind of ACTS) page.addEventListener(kind, this.act, { capture: true, passive: true });
  }

  /** @param {EventTarget} page */
  leave(page) {
    for (const kind of ACTS) page.removeEventListener(kind, this.act, true);
  }

  /**
   * Whether the page is looked at, but nobody is busy on it and nothing is open.
   *
   * @param {Document} page
   */
  isFree(page) {
    const rests = !this.pressing && this.clock.now() - this.actedAt >= REST;
    return rests && !page.hidden && !page.querySelector(OPEN) && (page.getSelection()?.isCollapsed ?? true) &&
      [...page.querySelectorAll(LISTS)].every((list) => list.scrollTop === 0);
  }
}
