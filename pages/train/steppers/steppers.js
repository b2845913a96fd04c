// Plus, minus and the arrow keys of some of Streamlit's fields go by factors, where Streamlit adds and subtracts.
// The wheel scrolls over all of them, where Streamlit keeps it from the page.

/** @import { Component, Cleanup } from "../../components/streamlit.d.ts" */
/** @import { Limits } from "./steps.js" */

import { nextText } from "./steps.js";

/** @typedef {Record<string, Limits & { several: boolean }>} Data by the key of the field in Python */

const BUTTONS = {
  up: "[data-testid=stNumberInputStepUp]",
  down: "[data-testid=stNumberInputStepDown]",
};

/** @type {Data} */
let fields = {};

/** @type {AbortController | undefined} */
let listening;

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data }) {
  fields = data;
  if (!listening) listen();
  addButtons();
  return () => {
    listening?.abort();
    listening = undefined;
  };
}

function listen() {
  listening = new AbortController();
  // Before Streamlit's own, which are further inside.
  const options = { capture: true, signal: listening.signal };
  addEventListener("click", onClick, options);
  addEventListener("keydown", onKey, options);
  addEventListener("wheel", onWheel, options);
  // Streamlit may replace a field at any time, and change its colours.
  const observer = new MutationObserver(addButtons);
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ["class"] });
  listening.signal.addEventListener("abort", () => observer.disconnect());
}

/** @param {WheelEvent} event */
function onWheel(event) {
  const { target } = event;
  const isField = target instanceof HTMLInputElement && target.type === "number";
  // With the focus, browsers would change the number, so that Streamlit is right to prevent what they do.
  if (isField && target !== document.activeElement) event.stopPropagation();
}

/** Give text fields of several numbers the buttons that a number field has: a copy of those of another field. */
function addButtons() {
  for (const key of Object.keys(fields).filter((it) => fields[it].several)) {
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
function onClick(event) {
  if (!(event.target instanceof Element)) return;
  if (event.target.closest(BUTTONS.up)) step(event, true);
  else if (event.target.closest(BUTTONS.down)) step(event, false);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.key === "ArrowUp" || event.key === "ArrowDown") step(event, event.key === "ArrowUp");
}

/**
 * @param {Event} event
 * @param {boolean} up
 */
function step(event, up) {
  const target = /** @type {Element} */ (event.target);
  const key = Object.keys(fields).find((it) => target.closest?.(`.st-key-${it}`));
  const input = key && document.querySelector(`.st-key-${key} input`);
  if (!key || !(input instanceof HTMLInputElement) || input.disabled) return;
  event.preventDefault();
  event.stopPropagation();
  enter(input, nextText(input.value, up, fields[key]));
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
