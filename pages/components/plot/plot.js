// Draws a plotly figure once and merges every later one into it, so that zoom survives and nothing flickers.
// Streamlit calls the default export again whenever the data change; the chart of an element lives in `charts`.

const STILL = 8; // pixels that a pointer may move between down and up, and it is a click
const charts = new WeakMap();
let library;

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  if (!data) return whenQuiet(() => loadPlotly().catch(() => {}));
  const chart = charts.get(parentElement) ?? new Chart(parentElement);
  charts.set(parentElement, chart);
  chart.update(data, setTriggerValue);
  return () => chart.remove();
}

class Chart {
  constructor(parent) {
    this.parent = parent;
    this.box = parent.querySelector(".digits-plot");
    this.fallback = parent.querySelector(".digits-plot-fallback");
    this.resized = new ResizeObserver(() => this.resize());
    // Streamlit states its theme as CSS variables on the element around ours; a switch gives it another class.
    this.themed = new MutationObserver(() => this.draw());
    this.themed.observe(parent.parentElement, { attributeFilter: ["class", "style"] });
    // Figures also come on other ways than with a rerun of the page.
    this.heard = ({ detail }) => detail.name === this.data.name && this.show({ ...this.data, ...detail });
    window.addEventListener("digits-plot", this.heard);
    this.released = (event) => this.release(event);
  }

  update(data, setTriggerValue) {
    this.setTriggerValue = setTriggerValue;
    if (!(data.at < this.data?.at)) this.show(data);
  }

  show(data) {
    this.data = data;
    this.box.setAttribute("aria-label", data.summary);
    this.box.style.height = `${data.height}px`;
    this.box.style.minWidth = `${data.minWidth}px`;
    this.box.classList.toggle("clickable", data.clickable);
    this.draw();
  }

  async draw() {
    try {
      this.plotly = await loadPlotly();
    } catch {
      return this.showSummary();
    }
    if (!this.parent.isConnected) return;
    const styles = getComputedStyle(this.parent);
    const { data, layout } = JSON.parse(inThemeColours(this.data.figure, styles), withOurPercent);
    // With a finger on it, a chart would zoom when one means to scroll the page.
    const dragmode = matchMedia("(pointer: coarse)").matches ? false : layout.dragmode;
    const whole = { uirevision: "keep", ...layout, dragmode, autosize: true, template: theme(styles) };
    const displayModeBar = dragmode === false ? false : "hover"; // its buttons are for zooming
    // The same buttons each time: Plotly would build the chart anew for others.
    this.saveButtons ??= ["png", "svg"].map((format) => this.saveButton(format));
    const buttons = { modeBarButtonsToAdd: this.saveButtons, modeBarButtonsToRemove: ["toImage"] };
    const config = { ...OURS, displayModeBar, ...buttons, displaylogo: false, showSendToCloud: false };
    const form = JSON.stringify([data.map(withoutPoints), whole, displayModeBar]);
    if (form === this.form && data.every(isLine)) {
      return this.plotly.animate(this.box, { data: data.map(({ x, y }) => ({ x, y })) }, AT_ONCE);
    }
    await this.plotly.react(this.box, data, whole, config);
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
    window.addEventListener("pointerup", this.released);
    window.addEventListener("pointercancel", this.released);
  }

  // The cell is found by its place. What plotly's own clicks tell is what it last saw the pointer over: the cell
  // before, when the page was busy, or when a finger came down.
  release({ type, clientX, clientY, button }) {
    const { pressed } = this;
    this.pressed = undefined;
    if (!pressed || type !== "pointerup" || button || !this.data.clickable) return;
    if (Math.hypot(clientX - pressed.clientX, clientY - pressed.clientY) > STILL) return;
    const { left, top, width, height } = this.box.querySelector(".nsewdrag").getBoundingClientRect();
    const [across, down] = [clientX - left, clientY - top];
    if (across < 0 || down < 0 || across >= width || down >= height) return;
    const { xaxis, yaxis } = this.box._fullLayout; // p2c: from pixels to the number of a category
    this.setTriggerValue("click", [Math.round(yaxis.p2c(down)), Math.round(xaxis.p2c(across))]);
  }

  // Along the axes of parallel coordinates, ranges can be brushed; their order may have been changed by dragging.
  brush() {
    if (!this.data.brushable) return;
    const ranges = [];
    for (const { name, constraintrange } of this.box.data[0].dimensions ?? []) {
      const several = Array.isArray(constraintrange?.[0]) ? constraintrange : [constraintrange];
      for (const range of several) if (range) ranges.push({ name, low: range[0], high: range[1] });
    }
    this.setTriggerValue("brush", ranges);
  }

  // Plotly's own button would save a chart without its background, which nobody can read on another one.
  saveButton(format) {
    const { camera, disk } = this.plotly.Icons;
    const click = ({ data, layout }) => {
      const paper_bgcolor = getComputedStyle(this.parent).getPropertyValue("--st-background-color").trim();
      const { offsetWidth: width, offsetHeight: height } = this.box;
      const options = { format, width, height, scale: format === "png" ? 2 : 1, filename: this.data.name };
      return this.plotly.downloadImage({ data, layout: { ...layout, paper_bgcolor }, config: OURS }, options);
    };
    const icon = format === "png" ? camera : disk;
    return { name: `save_${format}`, title: `Save as ${format.toUpperCase()}`, icon, click };
  }

  resize() {
    if (this.drawn && this.box.offsetWidth) this.plotly.Plots.resize(this.box);
  }

  showSummary() {
    this.box.style.height = 0;
    this.fallback.textContent = this.data.summary;
    this.fallback.hidden = false;
  }

  remove() {
    window.removeEventListener("digits-plot", this.heard);
    window.removeEventListener("pointerup", this.released);
    window.removeEventListener("pointercancel", this.released);
    this.themed.disconnect();
    this.resized.disconnect();
    // Later, since Plotly may still be about to show what is under the mouse; and not if the box is in use again.
    if (this.drawn) setTimeout(() => this.box.isConnected || this.plotly.purge(this.box), 1000);
    charts.delete(this.parent);
  }
}

// Percentages are written as everywhere in the app: "96.5 %". Of what plotly lets a locale say, d3 writes a currency's
// sign in place of the percent sign where a format asks for both.
const OURS = { locale: "ours", locales: { ours: { dictionary: {}, format: { currency: ["", " %"] } } } };

function withOurPercent(key, value) {
  if (typeof value !== "string") return value;
  if (key === "tickformat") return value.replace(/^[^$]*%$/, "$$$&");
  if (key === "hovertemplate") return value.replaceAll(/:([^:{}$]*%)\}/g, ":$$$1}");
  return value;
}

// Lines that have only grown are drawn without axes and legend, which takes a third of the time.
const AT_ONCE = { mode: "immediate", transition: { duration: 0 }, frame: { duration: 0, redraw: false } };

function isLine({ type }) {
  return type === "scatter";
}

// What tells a chart from the one before but for the places of its points. A line without any has no legend either.
function withoutPoints({ x, y, ...others }) {
  return isLine(others) ? { ...others, empty: !(x?.bdata ?? x)?.length } : { x, y, ...others };
}

function whenQuiet(work) {
  if (window.requestIdleCallback) requestIdleCallback(work);
  else setTimeout(work, 200); // Safari
}

function loadPlotly() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const failed = () => {
      script.remove();
      setTimeout(() => (library = undefined), 5000); // a later figure tries again: the server may have restarted
      reject(new Error("plotly.min.js could not be loaded"));
    };
    // Relative, as Streamlit's own files are: right under a base path and behind a proxy.
    script.src = new URL("plotly.min.js", document.baseURI);
    script.onload = () => (window.Plotly ? resolve(window.Plotly) : failed());
    script.onerror = failed;
    document.head.append(script);
  });
  return library;
}

function inThemeColours(figure, styles) {
  return figure.replace(
    /var\((--[\w-]+)\)/g,
    (_, name) => JSON.stringify(styles.getPropertyValue(name).trim()).slice(1, -1),
  );
}

function theme(styles) {
  const of = (name) => styles.getPropertyValue(name).trim();
  const [text, border] = [of("--st-text-color"), of("--st-border-color")];
  const font = { color: text, family: of("--st-font"), size: 14 };
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
