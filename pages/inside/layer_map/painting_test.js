import assert from "node:assert/strict";
import { FakeElement } from "../../../tests/support/fake_page.js";
import { drawClassNames, drawPoints, legendSymbol } from "./painting.js";

const COLOURS = ["red", "green", "blue", "red", "green", "blue", "red", "green"];
const STYLE = { text: "black", page: "white" };

/**
 * Return what was done on a canvas, in its order, of what has one of these names.
 *
 * @param {(context: CanvasRenderingContext2D) => void} draw
 * @param {string[]} names
 */
function drawn(draw, ...names) {
  const canvas = new FakeElement();
  draw(/** @type {any} */ (canvas.getContext()));
  return canvas.drawn.filter(([name]) => names.includes(name)).map(([name, values]) => [name, ...values.slice(0, 3)]);
}

Deno.test("an error is larger than other points, with a ring, above them, and all have their class's colour", () => {
  const points = Float32Array.of(10, 20, 30, 40, 50, 60);
  const isError = (/** @type {number} */ place) => place === 0;
  const shown = (/** @type {number} */ place) => place !== 2;
  assert.deepEqual(
    drawn(
      (it) => drawPoints(it, points, [1, 0, 2], COLOURS, STYLE, shown, isError),
      "fillStyle",
      "arc",
      "fill",
      "stroke",
    ),
    [
      ["fillStyle", "red"],
      ["arc", 30, 40, 3],
      ["fill"],
      ["fillStyle", "green"],
      ["arc", 10, 20, 4.5],
      ["fill"],
      ["stroke"],
    ],
  );
});

Deno.test("classes of one colour differ in their symbol, on the map as in its legend", () => {
  const all = () => true;
  const corners = (/** @type {number} */ label) =>
    drawn((it) => drawPoints(it, Float32Array.of(10, 20), [label], COLOURS, STYLE, all, () => false), "lineTo").length;
  assert.deepEqual([0, 5, 6, 12, 18].map(corners), [0, 0, 3, 4, 4]);
  const inLegend = (/** @type {number} */ label) => /points="([^"]*)"/.exec(legendSymbol(label, "red"))?.[1].split(" ");
  assert.deepEqual([0, 5, 6, 12, 18].map((label) => inLegend(label)?.length ?? 0), [0, 0, 3, 4, 4]);
  assert.match(legendSymbol(6, "red"), /fill="red"/);
  assert.match(legendSymbol(-1, "black"), /<circle .*fill="none" stroke="black"/);
});

Deno.test("names can be read above all points: they are in the text's colour, with an edge in the page's", () => {
  const [names, middles] = [
    ["zero", "one", "two"],
    /** @type {[[number, number], null, null]} */ ([[5, 6], null, null]),
  ];
  assert.deepEqual(
    drawn((it) => drawClassNames(it, middles, names, STYLE), "strokeStyle", "fillStyle", "strokeText", "fillText"),
    [["strokeStyle", "white"], ["fillStyle", "black"], ["strokeText", "zero", 5, 6], ["fillText", "zero", 5, 6]],
  );
});
