// To which number a press of plus or minus leads where equal steps would be too small or too large.

/** @typedef {{ whole: boolean, low: number, high: number }} Limits */

// Of the learning rate: each step is a factor of about three.
const LEADING = [1, 3];

/**
 * Return the text of a field after a press: each of its numbers, which commas separate, is the next one.
 *
 * @param {string} text
 * @param {boolean} up
 * @param {Limits} limits
 */
export function nextText(text, up, limits) {
  const numbers = text.split(",").map(Number);
  return numbers.map((it) => String(nextStep(it, up, limits))).join(", ");
}

/**
 * Return the next power of two above or below, of fractions the next of … 0.001, 0.003, 0.01 …; never beyond the limits.
 *
 * @param {number} value NaN where there is no number
 * @param {boolean} up
 * @param {Limits} limits
 */
export function nextStep(value, up, { whole, low, high }) {
  if (!(value >= low)) return low;
  if (value > high) return high;
  const next = whole ? nextPowerOfTwo(value, up) : nextLeading(value, up);
  return Math.min(high, Math.max(low, next));
}

/**
 * @param {number} value
 * @param {boolean} up
 */
function nextPowerOfTwo(value, up) {
  return 2 ** (up ? Math.floor(Math.log2(value)) + 1 : Math.ceil(Math.log2(value)) - 1);
}

/**
 * @param {number} value
 * @param {boolean} up
 */
function nextLeading(value, up) {
  const decade = Math.floor(Math.log10(value));
  const near = [-1, 0, 1].flatMap((more) => LEADING.map((digit) => Number(`${digit}e${decade + more}`)));
  return up ? Math.min(...near.filter((it) => it > value)) : Math.max(...near.filter((it) => it < value));
}
