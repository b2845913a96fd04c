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
  /** @type {Answer | null} The last answer about a run, as long as its network waits to be shown. */
  waiting = null;

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.words = find(parent, "span");
    this.button = find(parent, "button");
    this.button.onclick = () => {
      this.stopWaiting();
      this.showNetwork();
    };
    this.onVisible = () => this.waiting && this.showLast(this.waiting);
    this.attention.watch(document);
    document.addEventListener("visibilitychange", this.onVisible);
  }

  remove() {
    this.follow("");
    this.attention.leave(document);
    document.removeEventListener("visibilitychange", this.onVisible);
  }

  /**
   * Show the network if it is time for that and nobody is busy on the page. Return whether it was shown.
   *
   * @param {Answer} answer
   */
  followUnasked({ button, atRest }) {
    const due = atRest || performance.now() - this.shownAt >= FOLLOW_PACE;
    if (!button || !due || !this.attention.isFree(document)) return false;
    this.showNetwork();
    return true;
  }

  /**
   * Show the last network of a run, now or once nobody is busy on the page. Nothing more is asked for that.
   *
   * @param {Answer} answer
   */
  showLast(answer) {
    this.stopWaiting();
    if (!answer.button || this.followUnasked(answer)) return;
    this.waiting = answer;
    this.timer = setTimeout(() => this.showLast(answer), PACE);
  }

  stopWaiting() {
    if (this.waiting) clearTimeout(this.timer);
    this.waiting = null;
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
    this.waiting = null;
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
        if (last) this.showLast(answer);
        else this.followUnasked(answer);
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
