const GAP = 8; // pixels between a text, what it explains and the window's edges

/**
 * Return where to show a text that explains something: below it, or above it where there is more room.
 *
 * @param {{ left: number, top: number, bottom: number }} explained
 * @param {{ width: number, height: number }} text
 * @param {{ innerWidth: number, innerHeight: number }} view
 */
export function helpPosition({ left, top, bottom }, { width, height }, { innerWidth, innerHeight }) {
  const below = bottom + height + GAP < innerHeight;
  return {
    left: Math.max(GAP, Math.min(left, innerWidth - width - GAP)),
    top: below ? bottom + GAP : top - height - GAP,
  };
}
