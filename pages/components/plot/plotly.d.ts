// What we use of plotly.js.

/** A trace, as in Python: only what is looked at here has a type. */
export interface Trace {
  type?: string;
  x?: Values;
  y?: Values;
  dimensions?: Dimension[];
  [name: string]: unknown;
}

/** Numbers as they are, or in base64. */
export type Values = ArrayLike<unknown> & { bdata?: string } | { bdata: string; dtype: string; length?: undefined };

/** An axis of parallel coordinates, with the ranges that are brushed along it. */
export interface Dimension {
  name: string;
  constraintrange?: [number, number] | [number, number][];
}

export interface Layout {
  dragmode?: string | false;
  [name: string]: unknown;
}

/** `p2c`: from pixels to the number of a category. */
export interface Axis {
  p2c(pixels: number): number;
}

export interface Button {
  name: string;
  title: string;
  icon: unknown;
  click(chart: { data: Trace[]; layout: Layout }): unknown;
}

/** The element that a chart was drawn into. */
export interface ChartElement extends HTMLElement {
  data: Trace[];
  _fullLayout: { xaxis: Axis; yaxis: Axis };
  on(event: string, listener: () => void): void;
}

export interface PlotlyLibrary {
  react(box: HTMLElement, data: Trace[], layout: Layout, config: object): Promise<unknown>;
  animate(box: HTMLElement, frame: object, options: object): Promise<unknown>;
  downloadImage(chart: object, options: object): Promise<unknown>;
  purge(box: HTMLElement): void;
  Plots: { resize(box: HTMLElement): void };
  Icons: { camera: unknown; disk: unknown };
}

declare global {
  interface Window {
    Plotly?: PlotlyLibrary;
  }
}
