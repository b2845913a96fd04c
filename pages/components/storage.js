// What a browser keeps in case that its page is reloaded or left. One that keeps nothing does without.

/** `sessionStorage`: of this tab, until it is closed; `localStorage`: of all tabs. */
/** @typedef {"sessionStorage" | "localStorage"} Storage */

/**
 * @param {string} key
 * @param {string | null} text null to keep nothing any more
 * @param {Storage} storage
 */
export function remember(key, text, storage = "sessionStorage") {
  try {
    if (text === null) globalThis[storage].removeItem(key);
    else globalThis[storage].setItem(key, text);
  } catch {
    // a browser that keeps nothing, or has no room
  }
}

/**
 * @param {string} key
 * @param {Storage} storage
 * @returns {string | null}
 */
export function recall(key, storage = "sessionStorage") {
  try {
    return globalThis[storage].getItem(key);
  } catch {
    return null;
  }
}
