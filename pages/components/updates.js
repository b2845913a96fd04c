// Updates that one component of a page sends to others, as events of the window. Streamlit may put them on the page in
// any order: what comes later asks for that which has been sent.

const ASKED = "digits-updates-asked";

/** @typedef {Record<string, any> & { name?: string }} Update */

export class UpdateSender {
  /** @type {Map<string, { kind: string, update: Update }>} The last update of each kind and name. */
  sent = new Map();

  constructor() {
    this.onAsked = (/** @type {Event} */ event) => {
      const asked = /** @type {CustomEvent<{ kind: string, take: (update: Update) => void }>} */ (event).detail;
      for (const { kind, update } of this.sent.values()) if (kind === asked.kind) asked.take(update);
    };
    window.addEventListener(ASKED, this.onAsked);
  }

  /**
   * @param {string} kind
   * @param {Update} update
   */
  send(kind, update) {
    this.sent.set(`${kind} ${update.name}`, { kind, update });
    window.dispatchEvent(new CustomEvent(kind, { detail: update }));
  }

  /** Nobody gets from this sender any more what it has sent. */
  stop() {
    window.removeEventListener(ASKED, this.onAsked);
  }
}

/**
 * Call `take` with the last updates of that kind that have been sent, at once, and with all later ones.
 *
 * @param {string} kind
 * @param {(update: any) => void} take
 * @returns {() => void} ends that
 */
export function receiveUpdates(kind, take) {
  const onUpdate = (/** @type {Event} */ event) => take(/** @type {CustomEvent<Update>} */ (event).detail);
  window.addEventListener(kind, onUpdate);
  window.dispatchEvent(new CustomEvent(ASKED, { detail: { kind, take } }));
  return () => window.removeEventListener(kind, onUpdate);
}
