// What the canvas in the browser and the server say to each other. A *sheet* is what the canvas was told to show; each
// new one, after Undo, Clear or a restart of the server, has a number of its own.

export type PressName = "undo" | "clear";

/** What the server tells, with every rerun. */
export interface Told {
  /** The class of Streamlit's container with our key; those of the canvas and of the buttons begin with it. */
  key: string;
  /** The sheet's number. */
  number: number;
  /** The number of the sheet on which a press counted last. */
  pressed: number;
  /** How many strokes the server knows of. */
  known: number;
  /** Whether the canvas shows this sheet already. */
  shown: boolean;
  /** Whether there is something to undo, and to clear. */
  presses: Record<PressName, boolean>;
  /** When the question was asked that the server heard last: its `at`. */
  heard: number;
}

/** What the server is asked: to undo or clear the sheet of this number, or only for what it knows. */
export interface Question {
  press: PressName | null;
  number: number;
  /** When, in milliseconds by the browser's clock: makes each question a new one. */
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
export interface Kept {
  /** How many strokes the server knew of. */
  known: number;
  /** Strokes on the canvas that it did not know of. */
  untold: Stroke[];
  /** A press that it had not answered. */
  asked?: { press: PressName; number: number } | null;
  /** What waited for an answer. */
  queue: (Stroke | Press)[];
}
