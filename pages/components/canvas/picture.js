// What is sent of the canvas while the pen is down.

/**
 * Return the brightness of each pixel, row after row: the red one of grey colours.
 *
 * @param {ArrayLike<number>} rgba four numbers a pixel, from 0 to 255
 */
export function greyscale(rgba) {
  const grey = new Uint8Array(rgba.length / 4);
  for (let pixel = 0; pixel < grey.length; pixel++) grey[pixel] = rgba[4 * pixel]; // `from` takes forty times as long
  return grey;
}

/**
 * @param {ArrayLike<number> | null} some
 * @param {ArrayLike<number>} others
 */
export function haveSamePixels(some, others) {
  if (some?.length !== others.length) return false;
  for (let index = 0; index < others.length; index++) if (some[index] !== others[index]) return false;
  return true;
}
