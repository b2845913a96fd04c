// Shows who has joined the class. It asks the server, so that the page with the QR code is not drawn again.

/** @import { Component, Cleanup } from "../../components/streamlit.d.ts" */

import { ElementViews } from "../../components/element_views.js";
import { find } from "../../components/find_element.js";
import { RepeatedFetch } from "../../components/repeated_fetch.js";

/** @typedef {{ address: string }} Data */
/**
 * What the server answers.
 *
 * @typedef {{ words: string, nicknames: string[] }} Answer
 */

/** Milliseconds from an answer to the next question. */
const PACE = 1500;

/** @type {ElementViews<Students>} */
const views = new ElementViews();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement }) {
  views.of(parentElement, () => new Students(parentElement, data.address));
  return views.removal(parentElement);
}

class Students {
  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {string} address relative to the app's own
   */
  constructor(parent, address) {
    this.words = find(parent, "p");
    this.list = find(parent, "ul");
    // Whoever gives up the role sees the last answer until the page is drawn.
    this.fetching = new RepeatedFetch(address, PACE, (/** @type {Answer} */ answer) => this.show(answer));
  }

  /** @param {Answer} answer */
  show({ words, nicknames }) {
    if (this.words.textContent !== words) this.words.textContent = words;
    const shown = [...this.list.children].map((item) => item.textContent);
    if (shown.join("\n") === nicknames.join("\n")) return;
    this.list.replaceChildren(...nicknames.map((nickname) => {
      const item = document.createElement("li");
      item.textContent = nickname; // text, whatever somebody typed
      return item;
    }));
  }

  remove() {
    this.fetching.stop();
  }
}
