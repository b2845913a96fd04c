// Pictures of 28 × 28 pixels that come as letters, one for each pixel: see frames.py and network_snapshot.py.

// The code of the letter for no weight, and by how much that for the strongest is larger.
const MIDDLE = 63;
const LEVELS = 28;
// The same for white paper and full ink.
const WHITE = 35;
const GREYS = 51;

/** @typedef {readonly [number, number, number]} Colour red, green and blue, 0 to 255 */

// Small weights are paler still, so that what was learned is visible above the noise of the start.
const PALENESS = 1.5;

/**
 * Return how strong the colour of each weight is, from -1 to 1.
 *
 * @param {string} letters
 */
export function strengths(letters) {
  return Array.from(letters, (letter) => {
    const weight = (letter.charCodeAt(0) - MIDDLE) / LEVELS;
    return Math.sign(weight) * Math.abs(weight) ** PALENESS;
  });
}

/**
 * Return how much ink each pixel has, from 0 to 1.
 *
 * @param {string} letters
 */
export function ink(letters) {
  return Array.from(letters, (letter) => (letter.charCodeAt(0) - WHITE) / GREYS);
}

/**
 * Return the pixels of a picture as red, green, blue and opacity: 0 has the colour of the paper, 1 and -1 the others.
 *
 * @param {number[]} values from -1 to 1
 * @param {{ paper: Colour, above: Colour, below: Colour }} colours
 */
export function painted(values, { paper, above, below }) {
  const pixels = new Uint8ClampedArray(4 * values.length);
  values.forEach((value, place) => {
    const full = value > 0 ? above : below;
    const part = Math.abs(value);
    for (let channel = 0; channel < 3; channel++) {
      pixels[4 * place + channel] = paper[channel] + part * (full[channel] - paper[channel]);
    }
    pixels[4 * place + 3] = 255;
  });
  return pixels;
}
