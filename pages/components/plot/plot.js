// Draws a plotly figure once and merges every later one into it, so that zoom survives and nothing flickers.
// Streamlit calls the default export again whenever the data change; the chart of an element lives in `charts`.

/** @import { Component, Cleanup } from "../streamlit.d.ts" */
/** @import { Button, ChartElement, PlotlyLibrary } from "./plotly.d.ts" */

import { browserClock } from "../clock.js";
import { find } from "../find_element.js";
import { isUpToDate } from "../update_order.js";
import { receiveUpdates } from "../updates.js";
import { ElementViews } from "../element_views.js";
import { OURS, readFigure, theme } from "./figure.js";
import { AT_ONCE, formOf, isLine, pointsOf } from "./growing_lines.js";
import { loadPlotly, preparePlotly } from "./library.js";
import { Pace } from "./pace.js";
import { brushedRanges, clickedCell } from "./selection.js";

/**
 * `figure`: as JSON; `name`: the component's key in Python, and of the file when the chart is saved; others as there.
 *
 * @typedef {object} Data
 * @property {string} figure
 * @property {string} summary
 * @property {string} name
 * @property {number | string} height in pixels, or as in CSS
 * @property {number} minWidth
 * @property {boolean} clickable
 * @property {boolean} labelsClickable
 * @property {boolean} brushable
 * @property {number} at
 *
 * @typedef {Partial<Data> & { at: number }} Update
 */

/** @type {ElementViews<Chart>} */
const charts = new ElementViews();

/**
 * @param {Component<Data | null>} component
 * @returns {Cleanup | void}
 */
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  if (!data) return preparePlotly();
  const chart = charts.of(parentElement, () => new Chart(parentElement, data));
  chart.update(data, setTriggerValue);
  return charts.removal(parentElement);
}

class Chart {
  drawn = false;
  pace = new Pace(browserClock);
  received = { at: -Infinity }; // the last figure that came by itself, which may have yet to be drawn
  form = ""; // see growing_lines.js
  /** @type {PointerEvent | undefined} Where a pointer was pressed that is still down. */
  pressed = undefined;
  /** @type {Button[] | undefined} */
  saveButtons = undefined;
  /** @type {Component<Data>["setTriggerValue"]} */
  setTriggerValue = () => {};

  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {Data} data
   */
  constructor(parent, data) {
    this.parent = /** @type {HTMLElement} */ (parent); // its styles are not isolated
    this.data = data;
    this.box = /** @type {ChartElement} */ (find(parent, ".digits-plot"));
    this.fallback = find(parent, ".digits-plot-fallback");
    this.resized = new ResizeObserver(() => this.resize());
    // Streamlit states its theme as CSS variables on the element around ours; a switch gives it another class.
    this.themed = new MutationObserver(() => this.draw());
    if (parent.parentElement) this.themed.observe(parent.parentElement, { attributeFilter: ["class", "style"] });
    this.onRelease = (/** @type {PointerEvent} */ event) => this.release(event);
    // Figures also come on other ways than with a rerun of the page.
    this.stopReceiving = receiveUpdates("digits-plot", (/** @type {Update} */ update) => this.receive(update));
  }

  /**
   * @param {Data} data
   * @param {Component<Data>["setTriggerValue"]} setTriggerValue
   */
  update(data, setTriggerValue) {
    this.setTriggerValue = setTriggerValue;
    if (isUpToDate(data, this.data)) this.show(data);
  }

  /** @param {Update} update */
  receive(update) {
    if (update.name !== this.data.name || !isUpToDate(update, this.received)) return;
    this.received = update;
    this.pace.drawInTime(() => this.update({ ...this.data, ...update }, this.setTriggerValue));
  }

  /** @param {Data} data */
  show(data) {
    this.data = data;
    this.box.setAttribute("aria-label", data.summary);
    this.box.style.height = typeof data.height === "number" ? `${data.height}px` : data.height;
    this.box.style.minWidth = `${data.minWidth}px`;
    this.box.classList.toggle("clickable", data.clickable);
    this.box.classList.toggle("labels-clickable", data.labelsClickable);
    this.draw();
  }

  async draw() {
    try {
      this.plotly = await loadPlotly();
    } catch {
      return this.showSummary();
    }
    const { plotly } = this;
    if (this.parent.isConnected) await this.pace.measure(() => this.drawWith(plotly));
  }

  /** @param {PlotlyLibrary} plotly */
  async drawWith(plotly) {
    const styles = getComputedStyle(this.parent);
    const of = (/** @type {string} */ name) => styles.getPropertyValue(name).trim();
    const { data, layout } = readFigure(this.data.figure, of, remInPixels());
    // With a finger on it, a chart would zoom when one means to scroll the page.
    const dragmode = matchMedia("(pointer: coarse)").matches ? false : layout.dragmode;
    const whole = { uirevision: "keep", ...layout, dragmode, autosize: true, template: theme(of, remInPixels()) };
    const displayModeBar = dragmode === false ? false : "hover"; // its buttons are for zooming
    const form = formOf(data, whole, displayModeBar);
    if (form === this.form && data.every(isLine)) return plotly.animate(this.box, pointsOf(data), AT_ONCE);
    // The same buttons each time: Plotly would rebuild the chart for others.
    this.saveButtons ??= [this.saveButton("png", plotly), this.saveButton("svg", plotly)];
    const buttons = { modeBarButtonsToAdd: this.saveButtons, modeBarButtonsToRemove: ["toImage"] };
    const config = { ...OURS, displayModeBar, ...buttons, displaylogo: false, showSendToCloud: false };
    await plotly.react(this.box, data, whole, config);
    // The label says what they show. The buttons beside them are for everybody.
    for (const drawing of this.box.querySelectorAll(".main-svg")) drawing.ariaHidden = "true";
    this.form = form;
    if (!this.drawn) this.listen();
  }

  listen() {
    this.drawn = true;
    this.fallback.hidden = true;
    this.resized.observe(this.box);
    this.box.on("plotly_restyle", () => this.brush());
    this.box.addEventListener("pointerdown", (event) => (this.pressed = event), { capture: true });
    // While a button is down, plotly lays an element of its own over the whole window.
    window.addEventListener("pointerup", this.onRelease);
    window.addEventListener("pointercancel", this.onRelease);
  }

  /** @param {PointerEvent} event */
  release(event) {
    const { pressed } = this;
    this.pressed = undefined;
    if (!pressed || event.type !== "pointerup" || event.button || !this.data.clickable) return;
    const area = find(this.box, ".nsewdrag").getBoundingClientRect();
    const cell = clickedCell(pressed, event, area, this.box._fullLayout);
    if (cell && (this.data.labelsClickable || !cell.includes(null))) this.setTriggerValue("click", cell);
  }

  brush() {
    if (this.data.brushable) this.setTriggerValue("brush", brushedRanges(this.box.data[0].dimensions ?? []));
  }

  /**
   * Plotly's own button would save a chart without its background, which nobody can read on another one.
   *
   * @param {"png" | "svg"} format
   * @param {PlotlyLibrary} plotly
   * @returns {Button}
   */
  saveButton(format, plotly) {
    const { camera, disk } = plotly.Icons;
    /** @type {Button["click"]} */
    const click = ({ data, layout }) => {
      const paper_bgcolor = getComputedStyle(this.parent).getPropertyValue("--st-background-color").trim();
      const { offsetWidth: width, offsetHeight: height } = this.box;
      const options = { format, width, height, scale: format === "png" ? 2 : 1, filename: this.data.name };
      return plotly.downloadImage({ data, layout: { ...layout, paper_bgcolor }, config: OURS }, options);
    };
    const icon = format === "png" ? camera : disk;
    return { name: `save_${format}`, title: `Save as ${format.toUpperCase()}`, icon, click };
  }

  resize() {
    if (this.drawn && this.box.offsetWidth) this.plotly?.Plots.resize(this.box);
  }

  showSummary() {
    this.box.style.height = "0";
    this.fallback.textContent = this.data.summary;
    this.fallback.hidden = false;
  }

  remove() {
    this.stopReceiving();
    this.pace.cancel();
    window.removeEventListener("pointerup", this.onRelease);
    window.removeEventListener("pointercancel", this.onRelease);
    this.themed.disconnect();
    this.resized.disconnect();
    // Later, since Plotly may still be about to show what is under the mouse.
    if (this.drawn) setTimeout(() => this.plotly?.purge(this.box), 1000);
  }
}

/** The page's type grows with the screen, and a chart's with it. */
function remInPixels() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize);
}
