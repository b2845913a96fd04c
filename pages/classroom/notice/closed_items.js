// What somebody has closed of what the instructor gives to all stays closed in this tab, until something new is given.

/** @typedef {{ kind: string, version: string, words: string, button: string, picture: string }} Item */

const KEY = "digits_class_notice_closed";

/**
 * Return the items that were not closed.
 *
 * @param {Item[]} items
 * @param {Pick<Storage, "getItem">} storage
 */
export function openItems(items, storage) {
  const closed = closedIn(storage);
  return items.filter((item) => closed[item.kind] !== item.version);
}

/**
 * Keep an item closed.
 *
 * @param {Item} item
 * @param {Pick<Storage, "getItem" | "setItem">} storage
 */
export function close({ kind, version }, storage) {
  storage.setItem(KEY, JSON.stringify({ ...closedIn(storage), [kind]: version }));
}

/**
 * @param {Pick<Storage, "getItem">} storage
 * @returns {Record<string, string>}
 */
function closedIn(storage) {
  try {
    return JSON.parse(storage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    return {};
  }
}
