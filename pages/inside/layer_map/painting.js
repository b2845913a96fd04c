// Draws the points of a map: a symbol and a colour for each class, rings around errors, names amid the classes.

/** @import { Point } from "./points.js" */

/** @typedef {{ text: string, page: string }} Style colours of the theme */

const RADIUS = 3;
const ERROR_RADIUS = 4.5;

// Six classes share a symbol, so that those of one colour differ in it.
const CLASSES_PER_SYMBOL = 6;
// The corners of a symbol, as angles in turns; a disc has none.
const SYMBOLS = [[], [0.75, 0.083, 0.417], [0.125, 0.375, 0.625, 0.875], [0, 0.25, 0.5, 0.75]];

/** @param {number} label */
function cornersOf(label) {
  return SYMBOLS[Math.floor(label / CLASSES_PER_SYMBOL) % SYMBOLS.length];
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array} pixels x, y, x, y, …
 * @param {number[]} labels
 * @param {string[]} colours of the classes
 * @param {Style} style
 * @param {(place: number) => boolean} shown
 * @param {(place: number) => boolean} isError
 */
export function drawPoints(context, pixels, labels, colours, style, shown, isError) {
  const places = labels.map((_, place) => place).filter(shown);
  for (const place of places.filter((each) => !isError(each))) {
    context.fillStyle = colours[labels[place]];
    context.globalAlpha = 0.75;
    trace(context, pixels[2 * place], pixels[2 * place + 1], RADIUS, cornersOf(labels[place]));
    context.fill();
  }
  context.globalAlpha = 1;
  context.lineWidth = 1.75;
  context.strokeStyle = style.text;
  for (const place of places.filter(isError)) {
    context.fillStyle = colours[labels[place]];
    trace(context, pixels[2 * place], pixels[2 * place + 1], ERROR_RADIUS, cornersOf(labels[place]));
    context.fill();
    context.stroke();
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {(Point | null)[]} middles
 * @param {string[]} names
 * @param {Style} style
 */
export function drawClassNames(context, middles, names, style) {
  context.font = "700 20px sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 5;
  context.strokeStyle = style.page;
  context.fillStyle = style.text;
  middles.forEach((middle, label) => {
    if (!middle) return;
    context.strokeText(names[label], ...middle);
    context.fillText(names[label], ...middle);
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {ArrayLike<number>} at
 * @param {Style} style
 */
export function drawStar(context, at, style) {
  context.beginPath();
  for (let corner = 0; corner < 10; corner++) {
    const angle = Math.PI * (corner / 5 - 0.5);
    const radius = corner % 2 ? 5 : 12;
    context.lineTo(at[0] + radius * Math.cos(angle), at[1] + radius * Math.sin(angle));
  }
  context.closePath();
  context.lineWidth = 4;
  context.strokeStyle = style.page;
  context.stroke();
  context.fillStyle = style.text;
  context.fill();
}

/**
 * Return the symbol of a class as SVG; that of errors, a ring, for -1.
 *
 * @param {number} label
 * @param {string} colour
 */
export function legendSymbol(label, colour) {
  const corners = label < 0 ? [] : cornersOf(label);
  const filled = label < 0 ? `fill="none" stroke="${colour}" stroke-width="2"` : `fill="${colour}"`;
  const points = corners.map((turn) => cornerAt(turn, 7, 7, 6).map((value) => value.toFixed(1)).join()).join(" ");
  const shape = corners.length ? `<polygon points="${points}" ${filled}/>` : `<circle cx="7" cy="7" r="5" ${filled}/>`;
  return `<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">${shape}</svg>`;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {number[]} corners
 */
function trace(context, x, y, radius, corners) {
  context.beginPath();
  if (!corners.length) context.arc(x, y, radius, 0, 2 * Math.PI);
  for (const turn of corners) context.lineTo(...cornerAt(turn, x, y, 1.25 * radius));
  context.closePath();
}

/**
 * @param {number} turn
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @returns {Point}
 */
function cornerAt(turn, x, y, radius) {
  const angle = 2 * Math.PI * turn;
  return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
}
