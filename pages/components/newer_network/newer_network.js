// Says that a run in training has a newer network than the page shows. It asks the server, so that nothing is drawn again.

/** @import { Component, Cleanup } from "../streamlit.d.ts" */

import { find } from "../find_element.js";

/** @typedef {{ address: string }} Data */
/**
 * What the server answers: the line, the label of the button ("" for none), and whether the line is the last one.
 *
 * @typedef {{ words: string, button: string, atRest: boolean }} Answer
 */

/** Milliseconds from an answer to the next question. */
const PACE = 1500;

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const words = find(parentElement, "span");
  const button = find(parentElement, "button");
  const address = new URL(data.address, document.baseURI).href;
  let removed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  button.onclick = () => setTriggerValue("asked", true);

  async function ask() {
    let last = false;
    try {
      const response = await fetch(address);
      if (removed) return;
      if (response.ok) {
        /** @type {Answer} */
        const answer = await response.json();
        if (removed) return;
        if (words.textContent !== answer.words) words.textContent = answer.words;
        button.textContent = answer.button;
        button.hidden = !answer.button;
        last = answer.atRest;
      } else last = response.status === 404;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // the server may be back soon
    }
    if (!last && !removed) timer = setTimeout(ask, PACE);
  }

  ask();
  return () => {
    removed = true;
    clearTimeout(timer);
  };
}
