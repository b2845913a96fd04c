// The strokes on a canvas, and what Undo goes back to. Kept by the browser: they outlast reloads and the server.

/** @import { Stroke } from "./drawable_canvas.d.ts" */

export const MOST_STROKES = 300; // on a sheet, and of all earlier ones together: some 1.5 MB, of the 5 that browsers keep

export class History {
  /** @type {Stroke[][]} Clear begins a new sheet; the last one is shown. */
  sheets;

  /** @param {string | null} text what `toText` returned, or anything else that a browser has kept */
  constructor(text = null) {
    this.sheets = parseSheets(text) ?? [[]];
  }

  get strokes() {
    return this.sheets[this.sheets.length - 1];
  }

  /** Record what is on the canvas. */
  set strokes(strokes) {
    this.sheets[this.sheets.length - 1] = strokes.slice(0, MOST_STROKES);
  }

  get canUndo() {
    return this.strokes.length > 0 || this.sheets.length > 1;
  }

  /** Take back the last stroke; on an empty sheet, Clear. Does nothing where there is nothing to take back. */
  undo() {
    if (this.strokes.length) this.strokes = this.strokes.slice(0, -1);
    else if (this.sheets.length > 1) this.sheets.pop();
  }

  /** Begin an empty sheet. Forgets the oldest ones when they have too many strokes. */
  clear() {
    if (this.strokes.length) this.sheets.push([]);
    while (this.sheets.flat().length > MOST_STROKES) this.sheets.shift();
  }

  /**
   * Go on without the first strokes, and without what Undo would go back to.
   *
   * @param {number} count
   */
  takeOff(count) {
    this.sheets = [this.strokes.slice(count)];
  }

  toText() {
    return JSON.stringify(this.sheets);
  }
}

/**
 * @param {string | null} text
 * @returns {Stroke[][] | null}
 */
function parseSheets(text) {
  try {
    const sheets = JSON.parse(text ?? "null");
    return sheets.length && sheets.every(Array.isArray) && sheets.flat().every(isStroke) ? sheets : null;
  } catch {
    return null; // nothing, or not ours
  }
}

/** @param {unknown} value */
function isStroke(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
