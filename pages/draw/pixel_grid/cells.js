// The cells of a grid, row after row, and the one among them that the keyboard is at.

/** @type {Record<string, [number, number] | undefined>} The rows and columns by which a key moves. */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class Cells {
  /** @param {number} side cells across, and down */
  constructor(side) {
    this.side = side;
    this.here = Math.floor(side / 2) * (side + 1);
    this.text = "0".repeat(side * side); // a character a cell: "1" if it is painted
    this.ink = /** @type {boolean | null} */ (null); // what the pointer does while it is down: paint, or wipe
    this.last = /** @type {number | null} */ (null); // where the stroke is; null if there is none, or it is outside
  }

  /** @param {string} text what is painted; other characters than "1", and missing ones, are not */
  load(text) {
    this.text = Array.from(this.text, (_, index) => (text[index] === "1" ? "1" : "0")).join("");
  }

  /** @param {number} index */
  isPainted(index) {
    return this.text[index] === "1";
  }

  /**
   * @param {number} index
   * @param {boolean} ink false to wipe it
   */
  paint(index, ink) {
    this.text = this.text.slice(0, index) + (ink ? "1" : "0") + this.text.slice(index + 1);
  }

  clear() {
    this.text = "0".repeat(this.side * this.side);
  }

  /**
   * Do what a key does: move, and paint if Shift is held; paint or wipe. Return false for a key that does nothing here.
   *
   * @param {string} key
   * @param {boolean} shift
   */
  press(key, shift) {
    const step = STEPS[key];
    if (!step && key !== " ") return false;
    if (!step) this.paint(this.here, !this.isPainted(this.here));
    else {
      this.step(step);
      if (shift) this.paint(this.here, true);
    }
    return true;
  }

  /** @param {[number, number]} step */
  step([down, across]) {
    const within = (/** @type {number} */ place) => Math.min(Math.max(place, 0), this.side - 1);
    const row = within(Math.floor(this.here / this.side) + down);
    this.here = row * this.side + within((this.here % this.side) + across);
  }

  /**
   * Begin a stroke: it paints, or wipes if it begins on a painted cell.
   *
   * @param {number} index
   */
  lower(index) {
    this.ink = !this.isPainted(index);
    this.pass(index);
  }

  /**
   * Go on with the stroke, if there is one, in a straight line: a browser reports a fast pointer at a few places only.
   *
   * @param {number} index
   */
  pass(index) {
    if (this.ink === null) return;
    for (const between of this.line(this.last ?? index, index)) this.paint(between, this.ink);
    this.last = this.here = index;
  }

  /** The pointer left the grid: the stroke continues where it comes back, without a line in between. */
  leave() {
    this.last = null;
  }

  lift() {
    this.ink = this.last = null;
  }

  /**
   * Return the cells on the straight line from one cell to another, both included.
   *
   * @param {number} from
   * @param {number} to
   */
  line(from, to) {
    const [row, column] = [Math.floor(from / this.side), from % this.side];
    const [down, across] = [Math.floor(to / this.side) - row, (to % this.side) - column];
    const steps = Math.max(Math.abs(down), Math.abs(across), 1);
    const at = (/** @type {number} */ step) =>
      (row + Math.round((down * step) / steps)) * this.side + column + Math.round((across * step) / steps);
    return Array.from({ length: steps + 1 }, (_, step) => at(step));
  }
}
