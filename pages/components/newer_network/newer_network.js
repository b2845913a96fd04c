// Says that a run in training has a newer network than the page shows. It asks the server, so that nothing is drawn again.

/** @import { Component, Cleanup } from "../streamlit.d.ts" */

import { viewOf } from "../element_views.js";
import { find } from "../find_element.js";

/** @typedef {{ address: string }} Data */
/**
 * What the server answers: the line, the label of the button ("" for none), and whether the line is the last one.
 *
 * @typedef {{ words: string, button: string, atRest: boolean }} Answer
 */

/** Milliseconds from an answer to the next question. */
const PACE = 1500;

/** @type {WeakMap<Node, Line>} */
const lines = new WeakMap();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const line = viewOf(lines, parentElement, () => new Line(parentElement));
  line.button.onclick = () => setTriggerValue("asked", true);
  line.follow(data.address);
  return () => {
    line.follow("");
    lines.delete(parentElement);
  };
}

class Line {
  address = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer = undefined;

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.words = find(parent, "span");
    this.button = find(parent, "button");
  }

  /** @param {string} address relative to the app's own; "" for none */
  follow(address) {
    if (address === this.address) return;
    this.address = address;
    this.button.hidden = true;
    this.ask(address);
  }

  /** @param {string} address */
  async ask(address) {
    clearTimeout(this.timer);
    if (!address) return;
    let last = false;
    try {
      const response = await fetch(new URL(address, document.baseURI));
      last = response.status === 404;
      /** @type {Answer | null} */
      const answer = response.ok ? await response.json() : null;
      if (address !== this.address) return;
      if (answer) last = this.show(answer);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // the server may be back soon
    }
    if (!last && address === this.address) this.timer = setTimeout(() => this.ask(address), PACE);
  }

  /** @param {Answer} answer */
  show({ words, button, atRest }) {
    if (this.words.textContent !== words) this.words.textContent = words;
    this.button.textContent = button;
    this.button.hidden = !button;
    return atRest;
  }
}
