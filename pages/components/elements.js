// Finding elements of the page, of ours and of others' components.

/**
 * Return the element for a selector that the component's own HTML has.
 *
 * @param {ParentNode} parent
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function find(parent, selector) {
  const element = parent.querySelector(selector);
  if (!element) throw new Error(`${selector} is missing`);
  return /** @type {HTMLElement} */ (element);
}

/**
 * Whether an event happened to an element for that selector, or inside of one.
 *
 * @param {Event} event
 * @param {string} selector
 */
export function isInside(event, selector) {
  return event.target instanceof Element && event.target.closest(selector) !== null;
}

/**
 * Return the element in which streamlit-drawable-canvas takes what is drawn, and the shadow root that it is in; null
 * until it is there.
 *
 * @param {string} box class of an element around it
 * @returns {{ root: ShadowRoot, upper: HTMLCanvasElement } | null}
 */
export function findDrawableCanvas(box) {
  for (const { shadowRoot: root } of document.querySelectorAll(`.${box} *`)) {
    const upper = root?.querySelector(".upper-canvas");
    if (root && upper) return { root, upper: /** @type {HTMLCanvasElement} */ (upper) };
  }
  return null;
}
