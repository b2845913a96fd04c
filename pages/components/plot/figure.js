// A figure as Python sends it, in the colours of Streamlit's theme and with numbers written as everywhere in the app.

/** @import { Layout, Trace } from "./plotly.d.ts" */

/** @typedef {(name: string) => string} Variables Returns the value of a CSS variable. */

/**
 * Percentages are written as everywhere in the app: "96.5 %". Of what plotly lets a locale say, d3 writes a currency's
 * sign in place of the percent sign where a format asks for both.
 */
export const OURS = { locale: "ours", locales: { ours: { dictionary: {}, format: { currency: ["", " %"] } } } };

/**
 * Return the figure, with the theme's colours in place of CSS variables, and its legend in the size of the page's type.
 *
 * @param {string} figure as JSON
 * @param {Variables} of
 * @param {number} rem the size of the page's type, in pixels; the figure is made for 16
 * @returns {{ data: Trace[], layout: Layout }}
 */
export function readFigure(figure, of, rem = 16) {
  const coloured = figure.replace(/var\((--[\w-]+)\)/g, (_, name) => JSON.stringify(of(name)).slice(1, -1));
  const read = JSON.parse(coloured, withOurPercent);
  const font = read.layout.legend?.font;
  if (font?.size) font.size *= rem / 16;
  return read;
}

/**
 * @param {string} key
 * @param {unknown} value
 */
function withOurPercent(key, value) {
  if (typeof value !== "string") return value;
  if (key === "tickformat") return value.replace(/^[^$]*%$/, "$$$&");
  if (key === "hovertemplate") return value.replaceAll(/:([^:{}$]*%)\}/g, ":$$$1}");
  return value;
}

/**
 * Return the template of all our charts.
 *
 * @param {Variables} of
 * @param {number} rem the size of the page's type, in pixels
 */
export function theme(of, rem = 16) {
  const [text, border] = [of("--st-text-color"), of("--st-border-color")];
  const font = { color: text, family: of("--st-font"), size: 0.875 * rem };
  const lines = { linecolor: border, tickcolor: border, zerolinecolor: border };
  const axis = { ...lines, gridcolor: of("--st-border-color-light"), automargin: true };
  const hoverlabel = { bgcolor: of("--st-background-color"), bordercolor: border, font, align: "left" };
  const clear = "rgba(0, 0, 0, 0)";
  const modebar = { bgcolor: clear, color: of("--st-gray-color"), activecolor: text, remove: ["select2d", "lasso2d"] };
  const legend = { orientation: "h", x: 0, y: 1, yanchor: "bottom", font };
  const margin = { l: 8, r: 8, t: 8, b: 8 };
  const background = { paper_bgcolor: clear, plot_bgcolor: clear };
  return { layout: { font, hoverlabel, modebar, legend, margin, xaxis: axis, yaxis: axis, ...background } };
}
