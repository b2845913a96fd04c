// Shows who has joined the class. It asks the server, so that the page with the QR code is not drawn again.

/** @import { Component, Cleanup } from "../../components/streamlit.d.ts" */

import { viewOf } from "../../components/element_views.js";
import { find } from "../../components/find_element.js";

/** @typedef {{ address: string }} Data */
/**
 * What the server answers.
 *
 * @typedef {{ words: string, nicknames: string[] }} Answer
 */

/** Milliseconds from an answer to the next question. */
const PACE = 1500;

/** @type {WeakMap<Node, Students>} */
const views = new WeakMap();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement }) {
  const view = viewOf(views, parentElement, () => new Students(parentElement));
  view.follow(data.address);
  return () => {
    view.follow("");
    views.delete(parentElement);
  };
}

class Students {
  address = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer = undefined;

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.words = find(parent, "p");
    this.list = find(parent, "ul");
  }

  /** @param {string} address relative to the app's own; "" for none */
  follow(address) {
    if (address === this.address) return;
    this.address = address;
    this.ask(address);
  }

  /** @param {string} address */
  async ask(address) {
    clearTimeout(this.timer);
    if (!address) return;
    let last = false;
    try {
      const response = await fetch(new URL(address, document.baseURI));
      last = response.status === 403; // whoever gives up the role sees the last answer until the page is drawn
      /** @type {Answer | null} */
      const answer = response.ok ? await response.json() : null;
      if (address !== this.address) return;
      if (answer) this.show(answer);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // the server may be back soon
    }
    if (!last && address === this.address) this.timer = setTimeout(() => this.ask(address), PACE);
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
}
