// What people choose on a chart: a cell of a heatmap, ranges along the axes of parallel coordinates.

/** @import { Axis, Dimension } from "./plotly.d.ts" */

const STILL = 8; // pixels that a pointer may move between down and up, and it is a click

/** @typedef {{ clientX: number, clientY: number }} Place */

/**
 * Return the numbers of row and column of the clicked cell, in the order of the axes' categories; null if the pointer
 * was moved, or is beside them. To the left of the cells are the names of rows, where the column is null, and above them
 * those of columns, where the row is null.
 *
 * The cell is found by its place. What plotly's own clicks tell is what it last saw the pointer over: the cell before,
 * when the page was busy, or when a finger came down.
 *
 * @param {Place} pressed
 * @param {Place} released
 * @param {{ left: number, top: number, width: number, height: number }} area
 * @param {{ xaxis: Axis, yaxis: Axis }} axes
 * @returns {[number | null, number | null] | null}
 */
export function clickedCell(pressed, { clientX, clientY }, { left, top, width, height }, { xaxis, yaxis }) {
  if (Math.hypot(clientX - pressed.clientX, clientY - pressed.clientY) > STILL) return null;
  const [across, down] = [clientX - left, clientY - top];
  if (across >= width || down >= height || (across < 0 && down < 0)) return null;
  return [down < 0 ? null : Math.round(yaxis.p2c(down)), across < 0 ? null : Math.round(xaxis.p2c(across))];
}

/**
 * Return all brushed ranges; the order of the axes may have been changed by dragging.
 *
 * @param {Dimension[]} dimensions
 */
export function brushedRanges(dimensions) {
  return dimensions.flatMap(({ name, constraintrange }) =>
    rangesIn(constraintrange).map(([low, high]) => ({ name, low, high }))
  );
}

/**
 * @param {Dimension["constraintrange"]} constraint
 * @returns {[number, number][]}
 */
function rangesIn(constraint) {
  if (!constraint) return [];
  return /** @type {[number, number][]} */ (Array.isArray(constraint[0]) ? constraint : [constraint]);
}
