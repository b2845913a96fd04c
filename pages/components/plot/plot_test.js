/** @import { FakePage } from "../../../tests/support/fake_page.js" */

import assert from "node:assert/strict";
import { FakeElement, testsWith } from "../../../tests/support/fake_page.js";
import { UpdateSender } from "../updates.js";
import plot from "./plot.js";

const LINE = { data: [{ type: "scatter", x: [1], y: [2] }], layout: {} };
const BARS = { data: [{ type: "bar", x: [1], y: [2] }], layout: { dragmode: "zoom" } };

/** What our charts ask plotly.js for, which is loaded once. */
const plotly = {
  /** @type {[string, any[]][]} */
  calls: [],
  Icons: {},
  react: (/** @type {any[]} */ ...values) => {
    plotly.calls.push(["react", values]);
    plotly.beSlow();
  },
  beSlow: () => {},
  animate: (/** @type {any[]} */ ...values) => plotly.calls.push(["animate", values]),
  purge: (/** @type {any[]} */ ...values) => plotly.calls.push(["purge", values]),
  downloadImage: (/** @type {any[]} */ ...values) => plotly.calls.push(["downloadImage", values]),
  Plots: { resize: (/** @type {any[]} */ ...values) => plotly.calls.push(["resize", values]) },
};

/** A chart on a page: a matrix of ten by ten cells of ten pixels, if it is one. */
class Screen {
  parent = new FakeElement();
  box = /** @type {any} */ (this.parent.find(".digits-plot"));
  svg = /** @type {any} */ (new FakeElement());
  /** @type {[string, unknown][]} What was chosen. */
  chosen = [];
  /** @type {(() => void)[]} What plotly.js calls when an axis was brushed. */
  brushes = [];
  remove = () => {};

  /** @param {FakePage} page */
  constructor(page) {
    page.head.append = (/** @type {any} */ script) => {
      /** @type {any} */ (window).Plotly = plotly;
      script.onload();
    };
    Object.assign(plotly, { calls: [], beSlow: () => {} });
    this.parent.parentElement = new FakeElement(); // which has the theme
    const axis = { p2c: (/** @type {number} */ pixels) => pixels / 10 - 0.5 };
    Object.assign(this.box.find(".nsewdrag"), { clientWidth: 100, clientHeight: 100 });
    Object.assign(this.box, {
      _fullLayout: { xaxis: axis, yaxis: axis },
      data: [{ dimensions: [{ name: "epochs", constraintrange: [1, 2] }] }],
      offsetWidth: 100,
      offsetHeight: 50,
      querySelectorAll: () => [this.svg],
      on: (/** @type {string} */ _event, /** @type {() => void} */ brush) => this.brushes.push(brush),
    });
  }

  /** @param {object} changes of the data */
  draw(changes = {}) {
    const choices = { clickable: true, labelsClickable: false, brushable: false };
    const size = { height: 420, minWidth: 300 };
    const data = {
      figure: JSON.stringify(BARS),
      summary: "Bars",
      name: "bars",
      at: 10,
      ...choices,
      ...size,
      ...changes,
    };
    const remove = plot(
      /** @type {any} */ ({
        data,
        parentElement: this.parent,
        setTriggerValue: (/** @type {string} */ name, /** @type {unknown} */ value) => this.chosen.push([name, value]),
      }),
    );
    if (remove) this.remove = this.parent.removal(remove);
  }

  /**
   * Press at a place of the chart and let go at another.
   *
   * @param {[number, number]} from
   * @param {{ to?: [number, number], button?: number, end?: string }} how
   */
  press([x, y], { to = [x, y], button = 0, end = "pointerup" } = {}) {
    this.box.dispatchEvent(Object.assign(new Event("pointerdown"), { clientX: x, clientY: y, button }));
    window.dispatchEvent(Object.assign(new Event(end), { clientX: to[0], clientY: to[1], button }));
  }
}

const test = testsWith(async (page) => {
  const screen = new Screen(page);
  screen.draw();
  await page.pass(10);
  return screen;
});

/** @param {string} name */
function calls(name) {
  return plotly.calls.filter(([it]) => it === name).map(([, values]) => values);
}

test("a chart has the size, the words and the pointer that it was given", (_page, { parent, box, svg }) => {
  assert.deepEqual([box.hidden, box.attributes["aria-label"], svg.ariaHidden], [false, "Bars", "true"]);
  assert.deepEqual([box.style.height, box.style.minWidth], ["420px", "300px"]);
  assert.deepEqual([...box.classList], ["clickable"]);
  assert.equal(parent.find(".digits-plot-fallback").hidden, true);
});

test("a press of the first button chooses a cell, and nothing else does", (_page, screen) => {
  screen.press([25, 75]);
  assert.deepEqual(screen.chosen, [["click", [7, 2]]]);
  screen.press([25, 75], { button: 2 });
  screen.press([25, 75], { end: "pointercancel" });
  window.dispatchEvent(Object.assign(new Event("pointerup"), { clientX: 25, clientY: 75, button: 0 }));
  screen.press([25, 75], { to: [60, 75] });
  window.dispatchEvent(Object.assign(new Event("pointerup"), { clientX: 25, clientY: 75, button: 0 }));
  assert.equal(screen.chosen.length, 1);
});

test("names of rows and columns are chosen only where that is meant", (_page, screen) => {
  screen.press([-5, 75]);
  assert.deepEqual(screen.chosen, []);
  screen.draw({ labelsClickable: true });
  assert.deepEqual([...screen.box.classList], ["clickable", "labels-clickable"]);
  screen.press([-5, 75]);
  assert.deepEqual(screen.chosen, [["click", [7, null]]]);
});

test("a chart without cells to choose does not answer a press, nor one without axes to brush", async (page, screen) => {
  screen.draw({ clickable: false });
  screen.press([25, 75]);
  screen.brushes[0]();
  assert.deepEqual([screen.chosen, screen.box.classList.size], [[], 0]);
  screen.draw({ brushable: true });
  await page.pass(10);
  for (const brush of screen.brushes) brush();
  assert.deepEqual(screen.chosen, [["brush", [{ name: "epochs", low: 1, high: 2 }]]]);
});

test("a figure that comes by itself is for the chart of its name, and never an older one", async (page, screen) => {
  const sender = new UpdateSender();
  sender.send("digits-plot", { name: "others", summary: "Others", at: 20 });
  sender.send("digits-plot", { name: "bars", summary: "Newer", at: 20 });
  sender.send("digits-plot", { name: "bars", summary: "Older", at: 15 });
  screen.draw({ summary: "Older, from the page" });
  await page.pass(10);
  assert.equal(screen.box.attributes["aria-label"], "Newer");
  assert.equal(calls("react").length, 2);
  sender.stop();
});

test("of figures that come sooner than a slow browser draws them, the newest is drawn", async (page, screen) => {
  plotly.beSlow = () => page.clock.time += 40;
  const sender = new UpdateSender();
  const send = (/** @type {number} */ at) => sender.send("digits-plot", { name: "bars", summary: `Of ${at}`, at });
  send(20);
  await page.pass(10);
  for (const at of [30, 50, 40]) send(at);
  await page.pass(100);
  assert.deepEqual([screen.box.attributes["aria-label"], calls("react").length], ["Of 20", 2]);
  await page.pass(1_000);
  assert.deepEqual([screen.box.attributes["aria-label"], calls("react").length], ["Of 50", 3]);
  send(60);
  await page.pass(10);
  for (const at of [70, 80]) send(at);
  screen.remove();
  await page.pass(1_000);
  assert.deepEqual([screen.box.attributes["aria-label"], calls("react").length], ["Of 60", 4]);
  sender.stop();
});

test("lines that have only grown are not drawn again, and all else is", async (page, screen) => {
  for (const figure of [LINE, { ...LINE, data: [{ ...LINE.data[0], x: [1, 2], y: [2, 3] }] }, BARS]) {
    screen.draw({ figure: JSON.stringify(figure) });
    await page.pass(10);
  }
  assert.deepEqual(plotly.calls.map(([name]) => name), ["react", "react", "animate", "react"]);
  assert.deepEqual(calls("animate")[0][1], { data: [{ x: [1, 2], y: [2, 3] }] });
});

test("a finger scrolls the page and does not zoom", async (page, screen) => {
  assert.deepEqual([calls("react")[0][2].dragmode, calls("react")[0][3].displayModeBar], ["zoom", "hover"]);
  page.narrow = true;
  screen.draw();
  await page.pass(10);
  assert.deepEqual([calls("react")[1][2].dragmode, calls("react")[1][3].displayModeBar], [false, false]);
});

test("a chart is saved under its name, with the background of the page and twice as fine", (page) => {
  page.styles["--st-background-color"] = "black";
  const [png, svg] = calls("react")[0][3].modeBarButtonsToAdd;
  for (const { click } of [png, svg]) click({ data: [], layout: {} });
  const size = { width: 100, height: 50, filename: "bars" };
  const [[first, asPng], [, asSvg]] = calls("downloadImage");
  assert.equal(first.layout.paper_bgcolor, "black");
  assert.deepEqual([asPng, asSvg], [{ format: "png", scale: 2, ...size }, { format: "svg", scale: 1, ...size }]);
});

test("a switch of the theme, and another width, are followed", async (page, screen) => {
  page.styles["--st-text-color"] = "white";
  page.change();
  await page.pass(10);
  assert.equal(calls("react")[1][2].template.layout.font.color, "white");
  assert.deepEqual(calls("react")[0][3].modeBarButtonsToAdd, calls("react")[1][3].modeBarButtonsToAdd);
  page.resize();
  assert.equal(calls("resize").length, 1);
  screen.box.offsetWidth = 0; // as it is hidden
  page.resize();
  assert.equal(calls("resize").length, 1);
});

test("a chart that was left listens to nothing, and is cleared away", async (page, screen) => {
  screen.remove();
  screen.press([25, 75]);
  await page.pass(2_000);
  assert.deepEqual([screen.chosen, calls("purge").length], [[], 1]);
  assert.deepEqual([page.observers.size, page.sizeObservers.size], [0, 0]);
  const sender = new UpdateSender();
  sender.send("digits-plot", { name: "bars", summary: "Later", at: 20 });
  sender.stop();
  assert.equal(screen.box.attributes["aria-label"], "Bars");
});

test("a chart that is not on the page any more is not drawn", async (page, screen) => {
  screen.parent.isConnected = false;
  screen.draw();
  await page.pass(10);
  assert.equal(calls("react").length, 1);
});
