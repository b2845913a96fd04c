// Scrolls a part of the page into view when the page says so; where all of it is in view, nothing moves.

/** @import { Component } from "../streamlit.d.ts" */

/**
 * `container`: the key of the part to scroll to; `times`: how often this was requested.
 *
 * @typedef {{ container: string, times: number }} Data
 */

/** @type {WeakMap<Node, number>} how often each component was asked */
const asked = new WeakMap();

/** @param {Component<Data>} component */
export default function ({ data, parentElement }) {
  const before = asked.get(parentElement);
  asked.set(parentElement, data.times);
  if (before === undefined || before === data.times) return;
  requestAnimationFrame(() => { // what has changed is laid out by then
    if (!parentElement.isConnected) return;
    document.querySelector(`.st-key-${data.container}`)?.scrollIntoView({ block: "nearest", behavior: motion() });
  });
}

/** @returns {ScrollBehavior} */
function motion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
}
