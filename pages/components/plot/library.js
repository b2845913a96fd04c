// Loads plotly.js, which takes a second or more, once for all charts.

/** @import { PlotlyLibrary } from "./plotly.d.ts" */

/** @type {Promise<PlotlyLibrary> | undefined} */
let library;

/** @returns {Promise<PlotlyLibrary>} */
export function loadPlotly() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const failed = () => {
      script.remove();
      setTimeout(() => (library = undefined), 5000); // a later figure tries again: the server may have restarted
      reject(new Error("plotly.min.js could not be loaded"));
    };
    // Relative, as Streamlit's own files are: right under a base path and behind a proxy.
    script.src = new URL("plotly.min.js", document.baseURI).href;
    script.onload = () => (window.Plotly ? resolve(window.Plotly) : failed());
    script.onerror = failed;
    document.head.append(script);
  });
  return library;
}

/** Load it in a quiet moment. */
export function preparePlotly() {
  const load = () => {
    loadPlotly().catch(() => {});
  };
  if ("requestIdleCallback" in window) requestIdleCallback(load);
  else setTimeout(load, 200); // Safari
}
