// What is sent of the canvas, and when.

export const PATIENCE = 600; // milliseconds after which an answer of the server is no longer waited for

/** `frame`: milliseconds by the browser's clock when it was taken; `pixels`: see `greyscale`. */
/** @typedef {{ frame: number, pixels: string }} Picture */

/**
 * Whether the server has still to answer a picture, so that the next one is held back.
 *
 * @param {Picture | undefined} sent the picture that it was sent last
 * @param {number | null} seen `frame` of the picture that it saw last
 * @param {number} now
 */
export function isAwaited(sent, seen, now) {
  return sent !== undefined && sent.frame !== seen && now - sent.frame < PATIENCE;
}

/**
 * Return the brightness of each pixel, row after row, as bytes in base64: the red one of grey colours.
 *
 * @param {ArrayLike<number>} rgba four numbers a pixel, from 0 to 255
 */
export function greyscale(rgba) {
  let grey = "";
  for (let index = 0; index < rgba.length; index += 4) grey += String.fromCharCode(rgba[index]);
  return btoa(grey);
}
