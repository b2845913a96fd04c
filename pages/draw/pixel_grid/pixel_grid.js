// A grid of cells that are painted or not. One tab stop: the arrow keys move, space paints or wipes a cell, and with
// Shift held the arrow keys paint their way. A pointer paints as a pen does, or wipes if it starts on a painted cell.

/** @import { Component, Cleanup } from "../../components/streamlit.d.ts" */

import { browserClock } from "../../components/clock.js";
import { find, isInside } from "../../components/find_element.js";
import { filled } from "../../components/words.js";
import { listenFirst } from "../../components/window_events.js";
import { ElementViews } from "../../components/element_views.js";
import { Cells } from "./cells.js";
import { PendingCells } from "./pending_cells.js";

/**
 * `cells`: a character a cell, row after row, "1" if it is painted; `clear`: class around the button Clear; `label`,
 * `cell`: what screen readers say of the grid and, with {row} and {column}, of a cell.
 *
 * @typedef {{ side: number, cells: string, clear: string, label: string, cell: string }} Data
 */

/** @type {ElementViews<Grid>} */
const grids = new ElementViews();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement, setStateValue }) {
  const grid = grids.of(parentElement, () => new Grid(find(parentElement, ".digits-grid"), data));
  grid.update(data, setStateValue);
  return grids.removal(parentElement);
}

class Grid {
  /**
   * @param {HTMLElement} box
   * @param {Data} data
   */
  constructor(box, { side, label, cell, clear }) {
    this.box = box;
    this.cells = new Cells(side);
    this.begun = false;
    /** @type {Component<Data>["setStateValue"]} */
    this.setStateValue = () => {};
    this.pending = new PendingCells((cells) => this.setStateValue("cells", cells), browserClock);
    /** @type {HTMLElement[]} */
    this.elements = [];
    box.replaceChildren(...Array.from({ length: side }, (_, row) => this.row(row, cell)));
    Object.assign(box, { tabIndex: 0, role: "grid", ariaLabel: label, ariaMultiSelectable: "true" });
    box.addEventListener("keydown", (event) => this.press(event));
    box.addEventListener("pointerdown", (event) => this.start(event));
    box.addEventListener("pointermove", (event) => this.move(event));
    for (const kind of ["pointerup", "pointercancel"]) box.addEventListener(kind, () => this.cells.lift());
    // The button is Streamlit's, but what is painted before the server has answered it would be wiped by the answer.
    this.stopListening = listenFirst({
      click: (event) => {
        if (!isInside(event, `.${clear} button`)) return;
        event.stopImmediatePropagation();
        this.clear();
      },
    });
    this.show();
  }

  /**
   * @param {number} row
   * @param {string} words of a cell
   */
  row(row, words) {
    const element = Object.assign(document.createElement("div"), { role: "row" });
    for (let column = 0; column < this.cells.side; column++) {
      const cell = Object.assign(document.createElement("span"), { role: "gridcell", ariaSelected: "false" });
      cell.id = `digits-cell-${row}-${column}`;
      cell.ariaLabel = filled(words, { row: row + 1, column: column + 1 });
      this.elements.push(cell);
      element.append(cell);
    }
    return element;
  }

  /**
   * @param {Data} data
   * @param {Component<Data>["setStateValue"]} setStateValue
   */
  update(data, setStateValue) {
    this.setStateValue = setStateValue;
    if (this.begun) return this.pending.acknowledge(data.cells, this.cells.text);
    this.begun = true;
    this.cells.load(this.pending.begin(data.cells));
    this.show();
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return; // of the browser, such as Alt+Left: back
    this.change(() => this.cells.press(event.key, event.shiftKey) && event.preventDefault());
  }

  /** @param {PointerEvent} event */
  start(event) {
    const index = this.under(event);
    if (index < 0 || event.button) return; // another button than the first one is for the browser's menu
    this.box.focus({ preventScroll: true });
    this.box.setPointerCapture(event.pointerId);
    this.change(() => this.cells.lower(index));
  }

  /** @param {PointerEvent} event */
  move(event) {
    const index = this.under(event);
    if (index < 0) this.cells.leave();
    else this.change(() => this.cells.pass(index));
  }

  clear() {
    this.cells.clear();
    this.show();
    this.pending.sendSoon(this.cells.text);
  }

  /**
   * Return the number of the cell under the pointer, or -1. The lines between cells belong to the cells.
   *
   * @param {PointerEvent} event
   */
  under({ clientX, clientY }) {
    const { left, top, width, height } = this.box.getBoundingClientRect();
    const side = this.cells.side;
    const row = Math.floor(((clientY - top) / height) * side);
    const column = Math.floor(((clientX - left) / width) * side);
    return Math.min(row, column) >= 0 && Math.max(row, column) < side ? row * side + column : -1;
  }

  /** @param {() => void} work that may change cells */
  change(work) {
    const before = this.cells.text;
    work();
    this.show();
    if (this.cells.text !== before) this.pending.sendSoon(this.cells.text);
  }

  show() {
    for (const [index, element] of this.elements.entries()) {
      const painted = String(this.cells.isPainted(index));
      if (element.ariaSelected !== painted) element.ariaSelected = painted;
      element.classList.toggle("here", index === this.cells.here);
    }
    this.box.setAttribute("aria-activedescendant", this.elements[this.cells.here].id);
  }

  remove() {
    this.stopListening();
  }
}
