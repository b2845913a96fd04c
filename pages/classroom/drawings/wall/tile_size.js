// How large the drawings on the wall are, so that as many as there are fit on the screen.

/** The smallest and the largest side of a drawing in CSS pixels. Below the smallest, the wall scrolls. */
export const SMALLEST = 16;
export const LARGEST = 112;
/** From this side on there is room for a line below each drawing. */
export const WITH_CAPTION = 56;

/** From this side on there is room in a corner for what was misread; smaller ones have a frame alone. */
export const WITH_MARK = 40;

const GAP = 4;
const CAPTION = 20;

/**
 * Return the largest side with which `count` drawings fit into a box.
 *
 * @param {number} count
 * @param {number} width
 * @param {number} height both in CSS pixels
 */
export function tileSide(count, width, height) {
  for (let side = LARGEST; side > SMALLEST; side -= 2) {
    const columns = Math.max(1, Math.floor((width + GAP) / (side + GAP)));
    const row = side + GAP + (side >= WITH_CAPTION ? CAPTION : 0);
    if (Math.ceil(count / columns) * row <= height) return side;
  }
  return SMALLEST;
}
