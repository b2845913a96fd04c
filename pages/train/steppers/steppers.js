// Plus, minus and the arrow keys of some of Streamlit's fields go by factors, where Streamlit adds and subtracts.
// The wheel scrolls over all of them, where Streamlit keeps it from the page.

/** @import { Component, Cleanup } from "../../components/streamlit.d.ts" */
/** @import { Limits } from "./steps.js" */

import { ElementViews } from "../../components/element_views.js";
import { isInside } from "../../components/find_element.js";
import { nextText } from "./steps.js";

/** @typedef {Record<string, Limits & { several: boolean }>} Data by the key of the field in Python */

const BUTTONS = {
  up: "[data-testid=stNumberInputStepUp]",
  down: "[data-testid=stNumberInputStepDown]",
};

/** @type {ElementViews<Steppers>} */
const views = new ElementViews();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement }) {
  views.of(parentElement, () => new Steppers()).update(data);
  return views.removal(parentElement);
}

class Steppers {
  /** @type {Data} */
  fields = {};

  constructor() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    const options = { capture: true, signal }; // before Streamlit's own listeners, which are further inside
    addEventListener("click", (event) => this.click(event), options);
    addEventListener("keydown", (event) => this.press(event), options);
    addEventListener("wheel", onWheel, options);
    // Streamlit may replace a field at any time, and change its colours.
    const observer = new MutationObserver(() => this.addButtons());
    observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ["class"] });
    signal.addEventListener("abort", () => observer.disconnect());
  }

  /** @param {Data} fields */
  update(fields) {
    this.fields = fields;
    this.addButtons();
  }

  /** Give text fields of several numbers the buttons that a number field has: a copy of those of another field. */
  addButtons() {
    for (const key of Object.keys(this.fields).filter((it) => this.fields[it].several)) {
      const field = document.querySelector(`.st-key-${key} [data-testid=stTextInputRootElement]`);
      const buttons = document.querySelector(`[data-testid=stNumberInputContainer] ${BUTTONS.up}`)?.parentElement;
      const wanted = field?.querySelector("input:enabled") ? buttons : undefined;
      const present = field?.querySelector(BUTTONS.up)?.parentElement;
      if (!field || (wanted ? present?.isEqualNode(wanted) : !present)) continue;
      present?.remove();
      if (wanted) field.append(wanted.cloneNode(true));
    }
  }

  /** @param {MouseEvent} event */
  click(event) {
    if (isInside(event, BUTTONS.up)) this.step(event, true);
    else if (isInside(event, BUTTONS.down)) this.step(event, false);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.key === "ArrowUp" || event.key === "ArrowDown") this.step(event, event.key === "ArrowUp");
  }

  /**
   * @param {Event} event
   * @param {boolean} up
   */
  step(event, up) {
    const key = Object.keys(this.fields).find((it) => isInside(event, `.st-key-${it}`));
    const input = key && document.querySelector(`.st-key-${key} input`);
    if (!key || !(input instanceof HTMLInputElement) || input.disabled) return;
    event.preventDefault();
    event.stopPropagation();
    enter(input, nextText(input.value, up, this.fields[key]));
  }

  remove() {
    this.listening.abort();
  }
}

/** @param {WheelEvent} event */
function onWheel(event) {
  const { target } = event;
  const isField = target instanceof HTMLInputElement && target.type === "number";
  // With the focus, browsers would change the number, so that Streamlit is right to prevent what they do.
  if (isField && target !== document.activeElement) event.stopPropagation();
}

/**
 * Put a text into a field as a person would, with Enter at its end: React sees no other change.
 *
 * @param {HTMLInputElement} input
 * @param {string} text
 */
function enter(input, text) {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(input, text);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  setTimeout(() => input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true })));
}
