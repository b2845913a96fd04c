import assert from "node:assert/strict";
import { readFigure, theme } from "./figure.js";

/** The value of a variable is its name: easy to recognise. */
const OWN_NAME = (/** @type {string} */ name) => name;

/** @param {object} figure */
function read(figure, of = OWN_NAME) {
  return readFigure(JSON.stringify(figure), of);
}

Deno.test("colours of the theme are in the places of their variables", () => {
  const colours = { color: "var(--st-red-color)", line: { color: "var(--st-text-color)" } };
  const { data } = read(
    { data: [{ marker: colours }], layout: {} },
    (name) => name === "--st-red-color" ? "red" : "blue",
  );
  assert.deepEqual(data, [{ marker: { color: "red", line: { color: "blue" } } }]);
});

Deno.test("a theme's font may have quotation marks in its name", () => {
  const { layout } = read({ data: [], layout: { font: { family: "var(--st-font)" } } }, () => '"Source Sans", serif');
  assert.deepEqual(layout.font, { family: '"Source Sans", serif' });
});

Deno.test("percentages are written with a space: the sign is our locale's currency", () => {
  const { data, layout } = read({
    data: [{ hovertemplate: "%{y:.1%} of %{x:,d}" }],
    layout: { yaxis: { tickformat: ".0%" }, xaxis: { tickformat: ",d" } },
  });
  assert.deepEqual(data, [{ hovertemplate: "%{y:$.1%} of %{x:,d}" }]);
  assert.deepEqual(layout, { yaxis: { tickformat: "$.0%" }, xaxis: { tickformat: ",d" } });
});

Deno.test("percent signs in other texts stay as they are", () => {
  const figure = { data: [{ name: "90%", text: ["%{y:.1%}"] }], layout: {} };
  assert.deepEqual(read(figure), figure);
});

Deno.test("a legend of small type grows with the type of the page", () => {
  const figure = JSON.stringify({ data: [], layout: { legend: { font: { size: 12 } } } });
  assert.deepEqual(readFigure(figure, OWN_NAME, 20).layout.legend, { font: { size: 15 } });
});

Deno.test("charts have the page's colours and font", () => {
  const { layout } = theme(OWN_NAME);
  assert.deepEqual(layout.font, { color: "--st-text-color", family: "--st-font", size: 14 });
  assert.equal(layout.xaxis.gridcolor, "--st-border-color-light");
  assert.equal(layout.hoverlabel.bgcolor, "--st-background-color");
});
