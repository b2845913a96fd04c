// Walking over a grid of images with the arrow keys.

/**
 * Return the number of the image that a key leads to; null if it leads nowhere.
 *
 * @param {string} key as in KeyboardEvent.key
 * @param {number} index of the image with the focus
 * @param {number} count of all images
 * @param {number} columns
 * @returns {number | null}
 */
export function indexAfter(key, index, count, columns) {
  const steps = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    Home: -index,
    End: count - 1 - index,
  };
  const next = index + (steps[/** @type {keyof typeof steps} */ (key)] ?? Number.NaN);
  return next >= 0 && next < count && next !== index ? next : null;
}
