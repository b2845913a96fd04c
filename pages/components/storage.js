// What a tab of the browser keeps in case that its page is reloaded or left. One that keeps nothing does without.

/**
 * @param {string} key
 * @param {string | null} text null to keep nothing any more
 */
export function remember(key, text) {
  try {
    if (text === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // a browser that keeps nothing, or has no room
  }
}

/**
 * @param {string} key
 * @returns {string | null}
 */
export function recall(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}
