// As much of streamlit-drawable-canvas as our canvas uses, for tests without a browser. The name is that of the package's
// module, since canvas.js loads it by that.

/** @import { Content, Options, Stroke } from "../../../pages/components/canvas/drawable_canvas.d.ts" */
/** @import { FakeElement } from "../fake_element.js" */

/** What is on a canvas. It shows other strokes when a test says so, as the package does when it has loaded them. */
class FakeDrawableCanvas {
  /** @type {Stroke[]} */
  objects = [];
  /** @type {Stroke[]} What it was asked to show. */
  asked = [];
  /** Of what it was asked to show; -1 as long as nobody has begun it. */
  revision = -1;
  /** Pixels of a stroke. */
  brush = 0;
  /** @type {(name: string, value: Content) => void} */
  setStateValue = () => {};

  report() {
    this.setStateValue("drawing", { raw: { objects: this.objects }, data: JSON.stringify(this.objects) });
  }

  /** Draw strokes with the pen: they are on the canvas, and are reported a moment later or by the package's button. */
  draw(/** @type {string[]} */ ...names) {
    this.objects = [...this.objects, ...names.map((name) => ({ strokeWidth: 20, type: name }))];
  }

  /** Show what was asked for, and report it. */
  load() {
    this.objects = this.asked;
    this.report();
  }
}

/** @type {WeakMap<FakeElement, FakeDrawableCanvas>} */
const canvases = new WeakMap();

/**
 * Return the canvas in an element.
 *
 * @param {FakeElement} parent
 */
export function canvasIn(parent) {
  const canvas = canvases.get(parent) ?? new FakeDrawableCanvas();
  canvases.set(parent, canvas);
  return canvas;
}

/** @param {{ data: Options, parentElement: FakeElement, setStateValue: FakeDrawableCanvas["setStateValue"] }} component */
export default function ({ data: { initialDrawing, strokeWidth }, parentElement, setStateValue }) {
  const canvas = canvasIn(parentElement);
  canvas.brush = strokeWidth;
  canvas.setStateValue = setStateValue;
  if (initialDrawing.revision > canvas.revision) {
    canvas.revision = initialDrawing.revision;
    canvas.asked = initialDrawing.objects;
  }
  parentElement.find(".dc-toolbar button").onclick = () => canvas.report();
  return () => {};
}
