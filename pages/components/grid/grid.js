// A grid of cells that are painted or not. One tab stop: the arrow keys move, space paints or wipes a cell, and with
// Shift held the arrow keys paint their way. A pointer paints as a pen does, or wipes if it starts on a painted cell.

const STORE = "digits_untold_cells"; // what the server does not know of yet, should the page be left before it does
const DELAY = 60; // milliseconds: cells that are painted in one go are told together
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const LABEL =
  "Grid: paint a digit cell by cell. Arrow keys move, space paints or wipes a cell, Shift and an arrow key paint on.";

const grids = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  const grid = grids.get(parentElement) ?? new Grid(parentElement.querySelector(".digits-grid"), data.side);
  grids.set(parentElement, grid);
  grid.update(data, setStateValue);
  // The button is Streamlit's, but what is painted before the server has answered it would be wiped by the answer.
  const clear = (event) => {
    if (!event.target.closest?.(`.${data.clear} button`)) return;
    event.stopImmediatePropagation();
    grid.clear();
  };
  window.addEventListener("click", clear, { capture: true });
  return () => window.removeEventListener("click", clear, { capture: true });
}

class Grid {
  constructor(box, side) {
    this.box = box;
    this.side = side;
    this.here = Math.floor(side / 2) * (side + 1);
    this.cells = [];
    box.replaceChildren(...Array.from({ length: side }, (_, row) => this.row(row)));
    Object.assign(box, { tabIndex: 0, role: "grid", ariaLabel: LABEL, ariaMultiSelectable: "true" });
    box.addEventListener("keydown", (event) => this.press(event));
    box.addEventListener("pointerdown", (event) => this.start(event));
    box.addEventListener("pointermove", (event) => this.move(event));
    for (const kind of ["pointerup", "pointercancel"]) box.addEventListener(kind, () => (this.ink = null));
    this.show();
  }

  row(row) {
    const element = Object.assign(document.createElement("div"), { role: "row" });
    for (let column = 0; column < this.side; column++) {
      const cell = Object.assign(document.createElement("span"), { role: "gridcell", ariaSelected: "false" });
      cell.id = `digits-cell-${row}-${column}`;
      cell.ariaLabel = `Row ${row + 1}, column ${column + 1}`;
      cell.index = this.cells.push(cell) - 1;
      element.append(cell);
    }
    return element;
  }

  update(data, setStateValue) {
    const begins = !this.setStateValue;
    this.setStateValue = setStateValue;
    if (begins) {
      const untold = recall();
      this.painted = untold ?? data.cells;
      if (untold) this.tellSoon();
    } else if (data.cells === this.painted) remember(null); // otherwise it repeats, late, what it was told
  }

  get painted() {
    return this.cells.map((cell) => (cell.ariaSelected === "true" ? "1" : "0")).join("");
  }

  set painted(text) {
    this.cells.forEach((cell, index) => (cell.ariaSelected = String(text[index] === "1")));
  }

  press(event) {
    const step = STEPS[event.key];
    if (!step && event.key !== " ") return;
    event.preventDefault();
    if (!step) return this.paint(this.here, this.cells[this.here].ariaSelected !== "true");
    const within = (place) => Math.min(Math.max(place, 0), this.side - 1);
    const row = within(Math.floor(this.here / this.side) + step[0]);
    this.here = row * this.side + within((this.here % this.side) + step[1]);
    if (event.shiftKey) this.paint(this.here, true);
    this.show();
  }

  start(event) {
    const cell = this.under(event);
    if (!cell) return;
    this.box.focus({ preventScroll: true });
    this.box.setPointerCapture(event.pointerId);
    this.ink = cell.ariaSelected !== "true";
    this.move(event);
  }

  move(event) {
    const cell = this.ink == null ? null : this.under(event);
    if (!cell) return;
    this.here = cell.index;
    this.paint(cell.index, this.ink);
    this.show();
  }

  under({ clientX, clientY }) {
    return this.box.getRootNode().elementFromPoint(clientX, clientY)?.closest(".digits-grid span") ?? null;
  }

  paint(index, ink) {
    if (this.cells[index].ariaSelected === String(ink)) return;
    this.cells[index].ariaSelected = String(ink);
    this.tellSoon();
  }

  clear() {
    for (const cell of this.cells) cell.ariaSelected = "false";
    this.tellSoon();
  }

  tellSoon() {
    remember(this.painted);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), DELAY);
  }

  tell() {
    this.setStateValue("cells", this.painted);
  }

  show() {
    this.cells.forEach((cell) => cell.classList.toggle("here", cell.index === this.here));
    this.box.setAttribute("aria-activedescendant", this.cells[this.here].id);
  }
}

// A browser that keeps nothing, or has no room, does without.
function remember(painted) {
  try {
    if (painted === null) sessionStorage.removeItem(STORE);
    else sessionStorage.setItem(STORE, painted);
  } catch {
    // a browser that keeps nothing, or has no room
  }
}

function recall() {
  try {
    return sessionStorage.getItem(STORE);
  } catch {
    return null;
  }
}
