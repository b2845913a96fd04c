// Says that a run in training has a newer network than the page shows. It asks the server, so that nothing is drawn again.
// The page follows the run by itself as long as nobody is busy on it, and nothing is open that would be lost.

/** @import { Component, Cleanup } from "../streamlit.d.ts" */

import { ElementViews } from "../element_views.js";
import { find } from "../find_element.js";
import { Attention } from "./attention.js";

/** @typedef {{ address: string }} Data */
/**
 * What the server answers: the line, the label of the button ("" for none), and whether the line is the last one.
 *
 * @typedef {{ words: string, button: string, atRest: boolean }} Answer
 */

/** Milliseconds from an answer to the next question. */
const PACE = 1500;
/** Milliseconds between networks that are shown unasked: each has the whole page drawn again. */
const FOLLOW_PACE = 10_000;

/** @type {ElementViews<Line>} */
const lines = new ElementViews();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const line = lines.of(parentElement, () => new Line(parentElement));
  line.showNetwork = () => setTriggerValue("asked", true);
  line.follow(data.address);
  return lines.removal(parentElement);
}

class Line {
  address = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer = undefined;
  attention = new Attention();
  shownAt = performance.now();
  showNetwork = () => {};

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.words = find(parent, "span");
    this.button = find(parent, "button");
    this.button.onclick = () => this.showNetwork();
    this.attention.watch(document);
  }

  remove() {
    this.follow("");
    this.attention.leave(document);
  }

  /** @param {Answer} answer */
  followUnasked({ button, atRest }) {
    const due = atRest || performance.now() - this.shownAt >= FOLLOW_PACE;
    if (button && due && this.attention.isFree(document)) this.showNetwork();
  }

  /** @param {string} address relative to the app's own; "" for none */
  follow(address) {
    if (address === this.address) return;
    this.address = address;
    this.shownAt = performance.now();
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
      if (answer) {
        last = this.say(answer);
        this.followUnasked(answer);
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // the server may be back soon
    }
    if (!last && address === this.address) this.timer = setTimeout(() => this.ask(address), PACE);
  }

  /** @param {Answer} answer */
  say({ words, button, atRest }) {
    if (this.words.textContent !== words) this.words.textContent = words;
    this.button.textContent = button;
    this.button.hidden = !button;
    return atRest;
  }
}
