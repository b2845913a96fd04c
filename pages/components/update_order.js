// The same numbers and figures come on two ways, with a rerun of the page and by a route, and may overtake each other.

/**
 * Whether an update replaces the one that is shown. If two are equally old, the later one counts.
 *
 * @param {{ at: number }} update made at that time, by the same clock as the other
 * @param {{ at: number }} shown
 */
export function isUpToDate(update, shown) {
  return !(update.at < shown.at);
}
