// What streamlit-drawable-canvas 0.13 gives to Streamlit, as far as we use it: one function, its module's default.

/** A line as Fabric.js describes it, or an image, which has a `src` and no width. */
export interface Stroke {
  strokeWidth: number;
  type?: string;
  src?: string;
  [further: string]: unknown;
}

/** What `st_canvas` of the Python package passes as `data`. */
export interface Options {
  drawingMode: "freedraw";
  strokeWidth: number;
  strokeColor: string;
  fillColor: string;
  backgroundColor: string;
  backgroundImageURL: null;
  backgroundImageFit: "stretch";
  canvasWidth: number;
  canvasHeight: number;
  maxDisplayHeight: null;
  displayRadius: number;
  fontSize: number;
  label: string;
  disabled: boolean;
  /** Whether `setStateValue` is called 200 ms after pen up, and not only when *Send* is pressed. */
  realtimeUpdateStreamlit: boolean;
  returnImageData: boolean;
  /** Is shown whenever it is another one than before, which is told by its JSON. */
  initialDrawing: { objects: Stroke[]; background: string; revision: number };
}

/** What is on the canvas: `data` is its picture, a PNG as data URL. */
export interface Content {
  raw: { objects: Stroke[] };
  data: string;
}

/** Draws the canvas into the element with the class `canvas-root`, or changes the one that is there. */
export type DrawableCanvas = (component: {
  data: Options;
  parentElement: HTMLElement | ShadowRoot;
  setStateValue: (name: string, value: Content) => void;
}) => () => void;
