// Events of the whole window, before anything in it gets them.

/** @typedef {{ [Kind in keyof WindowEventMap]?: (event: WindowEventMap[Kind]) => void }} Listeners */

/**
 * Have the window's events go to these listeners first, which may keep them from all others. Return what ends that.
 *
 * @param {Listeners} listeners
 * @returns {() => void}
 */
export function listenFirst(listeners) {
  const entries = /** @type {[string, EventListener][]} */ (Object.entries(listeners));
  const options = { capture: true, passive: false };
  for (const [kind, listener] of entries) window.addEventListener(kind, listener, options);
  return () => {
    for (const [kind, listener] of entries) window.removeEventListener(kind, listener, options);
  };
}
