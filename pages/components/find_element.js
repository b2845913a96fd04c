// Finds elements of the page, in our components and in others.

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
