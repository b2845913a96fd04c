// What the browser and the server say to each other about the drawing canvas.
//
// A *sheet* is what the server last had the canvas show: strokes to begin with, and a number that no sheet before had.
// There is a new one after Undo, Clear, a reload of the page and a restart of the server. streamlit-drawable-canvas
// has no field for the number, so it is the hue of the black background (canvas.py).
//
// 1. A stroke: people draw on the canvas, which sends all strokes with the number 200 ms after pen up. The server takes
//    them if they are of its sheet, and says in `known` how many it has.
// 2. A press: the browser sends a request with the number of the sheet that is to be undone or cleared. The server
//    makes a new sheet, says so in `number` and `pressed`, and in `shown` as soon as the canvas has sent that number.
//    Until then the browser holds strokes and presses back: the canvas would lose them.
// 3. A reply that does not come: the request is sent again. It counts once, since its number is then an earlier one.
// 4. A page that comes back, or a server that was restarted: the new sheet has the strokes that the server knows of,
//    and the browser draws the others on it.
//
// queue.js is the browser's side of this, state.py and canvas.py are the server's.

export type PressName = "undo" | "clear";

/** What the server says with every rerun: `data` of the component. */
export interface ServerState {
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
  /** `at` of the last request that the server received. */
  heard: number;
}

/** What the browser asks for: to undo or clear the sheet of this number, or, without a press, what the server knows. */
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
