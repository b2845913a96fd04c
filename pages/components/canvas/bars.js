// The bars of all probabilities: as the page has them, or, while the pen is down, as an answer to a picture brings them.

/** @import { Component, Cleanup } from "../streamlit.d.ts" */

import { find } from "../find_element.js";
import { isUpToDate } from "../update_order.js";
import { receiveUpdates } from "../updates.js";
import { ElementViews } from "../element_views.js";

/**
 * `html`: written by the server, with all that people typed escaped; "" for none. `at`: of the drawing or picture that
 * they are about, in milliseconds by the browser's clock.
 *
 * @typedef {{ html: string, at: number }} Data
 */

/** @type {ElementViews<Bars>} */
const views = new ElementViews();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement }) {
  const bars = views.of(parentElement, () => new Bars(parentElement));
  bars.show(data);
  return views.removal(parentElement);
}

class Bars {
  /** @type {Data} */
  shown = { html: "", at: -Infinity };

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.box = find(parent, ".bars-box");
    this.stopReceiving = receiveUpdates("digits-bars", (/** @type {Data} */ update) => this.show(update));
  }

  /** @param {Data} data */
  show(data) {
    if (!isUpToDate(data, this.shown)) return;
    if (data.html !== this.shown.html) this.box.innerHTML = data.html;
    this.shown = data;
  }

  remove() {
    this.stopReceiving();
  }
}
