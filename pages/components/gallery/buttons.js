// A gallery whose images are buttons. It is one tab stop: the arrow keys go from image to image.

/** @import { Component } from "../streamlit.d.ts" */

import { find } from "../find_element.js";
import { indexAfter } from "./arrow_keys.js";

/**
 * `html`: the images, each a button with the number of its image.
 *
 * @typedef {{ html: string }} Data
 */

/** @type {WeakMap<Node, string>} what each gallery shows */
const shown = new WeakMap();

/** @param {Component<Data>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const box = find(parentElement, ".digits-buttons");
  if (shown.get(box) !== data.html) show(box, data.html); // else the focus and the scrolling would be lost
  box.onclick = (event) => {
    const button = buttonOf(event);
    if (!button) return;
    makeTabStop(buttonsOf(box), button);
    setTriggerValue("click", Number(button.dataset.number));
  };
  box.onkeydown = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return; // of the browser, such as Alt+Left: back
    const button = buttonOf(event);
    if (!button) return;
    const buttons = buttonsOf(box);
    const next = indexAfter(event.key, buttons.indexOf(button), buttons.length, columnsOf(buttons));
    if (next === null) return;
    event.preventDefault();
    makeTabStop(buttons, buttons[next]);
    buttons[next].focus();
  };
}

/**
 * @param {HTMLElement} box
 * @param {string} html
 */
function show(box, html) {
  const focused = buttonsOf(box).find((button) => button === document.activeElement)?.dataset.number;
  box.innerHTML = html;
  box.scrollTop = 0;
  shown.set(box, html);
  const buttons = buttonsOf(box);
  const stop = buttons.find((button) => button.dataset.number === focused) ?? buttons[0];
  if (!stop) return;
  makeTabStop(buttons, stop);
  if (focused !== undefined) stop.focus({ preventScroll: true }); // the network may have changed, not the person
}

/**
 * @param {HTMLElement[]} buttons
 * @param {HTMLElement} stop
 */
function makeTabStop(buttons, stop) {
  for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
}

/** @param {HTMLElement} box */
function buttonsOf(box) {
  return /** @type {HTMLElement[]} */ ([...box.querySelectorAll("button")]);
}

/** @param {Event} event */
function buttonOf({ target }) {
  return target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("button")) : null;
}

/**
 * Return how many buttons are in the first row.
 *
 * @param {HTMLElement[]} buttons
 */
function columnsOf(buttons) {
  const tops = buttons.map((button) => button.getBoundingClientRect().top); // offsetTop is that in a cell of a table
  const below = tops.findIndex((top) => top > tops[0]);
  return below < 0 ? buttons.length : below;
}
