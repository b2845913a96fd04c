// Shows hints for a run: those that Python gives, and later ones that progress.js receives, as an event `digits-hints`.

/** @import { Component, Cleanup } from "../../components/streamlit.d.ts" */

import { find } from "../../components/find_element.js";
import { isUpToDate } from "../../components/update_order.js";
import { receiveUpdates } from "../../components/updates.js";
import { ElementViews } from "../../components/element_views.js";

/** @typedef {{ title: string, text: string, label: string, pressed: string, setting: string, value: unknown }} Hint */

/**
 * See hints.py.
 *
 * @typedef {object} Data
 * @property {number} run
 * @property {number} at
 * @property {Hint[]} hints
 */

/** @type {ElementViews<Hints>} */
const hintsOf = new ElementViews();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const view = hintsOf.of(parentElement, () => new Hints(parentElement, data));
  view.setTriggerValue = setTriggerValue;
  view.update(data);
  return hintsOf.removal(parentElement);
}

class Hints {
  /** What the list was made of. */
  drawn = "";
  /** @type {Component<Data>["setTriggerValue"]} */
  setTriggerValue = () => {};

  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {Data} data
   */
  constructor(parent, data) {
    this.list = find(parent, "ul");
    this.shown = data;
    this.stopReceiving = receiveUpdates("digits-hints", (/** @type {Partial<Data>} */ update) => {
      if (update.run === this.shown.run) this.update({ ...this.shown, ...update });
    });
  }

  /** @param {Data} data */
  update(data) {
    if (!isUpToDate(data, this.shown)) return;
    this.shown = data;
    const wanted = JSON.stringify(data.hints);
    if (wanted === this.drawn) return; // they would be read out again
    this.drawn = wanted;
    this.list.replaceChildren(...data.hints.map((hint) => this.line(hint)));
  }

  /** @param {Hint} hint */
  line({ title, text, label, pressed, setting, value }) {
    const line = document.createElement("li");
    const said = document.createElement("p");
    const name = document.createElement("strong");
    name.textContent = `${title}. `;
    said.append(name, text);
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => {
      button.replaceWith(filledIn(pressed));
      this.setTriggerValue("chosen", { setting, value });
    });
    line.append(said, button);
    return line;
  }

  remove() {
    this.stopReceiving();
  }
}

/**
 * The text that replaces a button that was pressed: the form may be out of sight.
 *
 * @param {string} words
 */
function filledIn(words) {
  const done = document.createElement("span");
  done.className = "done";
  done.textContent = words;
  return done;
}
