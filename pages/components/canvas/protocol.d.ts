// What the browser and the server say to each other about the drawing canvas. README.md explains it.

export type PressName = "undo" | "clear";

/** What the server says with every rerun: `data` of the component. */
export interface ServerState {
  /** The class of Streamlit's container with our key; those of the canvas and of the buttons begin with it. */
  key: string;
  /** The revision's number. */
  number: number;
  /** The number of the revision on which a press counted last. */
  pressed: number;
  /** How many strokes the server knows of. */
  known: number;
  /** Whether the canvas shows this revision already. */
  shown: boolean;
  /** Whether there is something to undo, and to clear. */
  presses: Record<PressName, boolean>;
  /** `at` of the last request that the server received. */
  heard: number;
}

/** What the browser asks for: to undo or clear the revision of this number, or, without a press, what the server knows. */
export interface ServerRequest {
  press: PressName | null;
  number: number;
  /** When it was sent, in milliseconds by the browser's clock: makes each request a new one. */
  at: number;
}

/** Across and down, from 0 to 1. */
export type Point = [number, number];

export interface Stroke {
  press?: undefined;
  early?: undefined;
  points: Point[];
  /** Whether it is drawn with a finger, not with a mouse or a pen. */
  finger: boolean;
  /** Whether it is finished. */
  lifted: boolean;
  /** How many of its points the canvas has drawn. */
  drawn: number;
}

export interface Press {
  press: PressName;
  /** Whether the canvas was not there yet. */
  early?: boolean;
}

/** What the tab keeps for when the page is reloaded or left. */
export interface Unfinished {
  /** How many strokes the server knew of. */
  known: number;
  /** Strokes on the canvas that it had not acknowledged. */
  untold: Stroke[];
  /** A press that it had not replied to. */
  asked?: { press: PressName; number: number } | null;
  /** What waited for its turn. */
  queue: (Stroke | Press)[];
}
