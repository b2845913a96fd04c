// Lines that have only grown are drawn without axes and legend, which takes a third of the time.

/** @import { Layout, Trace } from "./plotly.d.ts" */

/** Options of Plotly.animate for this. */
export const AT_ONCE = { mode: "immediate", transition: { duration: 0 }, frame: { duration: 0, redraw: false } };

/**
 * Return what distinguishes a chart from the one before, except for the places of its points: two charts of the same form, made of
 * lines, differ in nothing else.
 *
 * @param {Trace[]} data
 * @param {Layout} layout
 * @param {unknown} config whatever else causes a redraw of the chart
 */
export function formOf(data, layout, config) {
  return JSON.stringify([data.map(withoutPoints), layout, config]);
}

/** @param {Trace} trace */
export function isLine({ type }) {
  return type === "scatter";
}

/**
 * Return the places of a chart's points, for Plotly.animate.
 *
 * @param {Trace[]} data
 */
export function pointsOf(data) {
  return { data: data.map(({ x, y }) => ({ x, y })) };
}

/**
 * A line without any point has no legend either.
 *
 * @param {Trace} trace
 */
function withoutPoints({ x, y, ...others }) {
  return isLine(others) ? { ...others, empty: !(x?.bdata ?? x)?.length } : { x, y, ...others };
}
