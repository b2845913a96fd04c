// Keeps strokes and presses of Undo and Clear in the order in which people made them. Presses are sent to the server
// one at a time. Strokes drawn before it has replied are held back until it has. Strokes that it has not acknowledged
// when the page is left are drawn again when the canvas comes back.
//
// A server that is behind may drop a reply: Streamlit ignores what a rerun has to tell when it began the next one
// before that was sent. So a request is repeated until there is a reply. A press names the revision that it is for, and
// counts once. It may come too late for that revision, as when the page has just been opened: then it is sent again.

/** @import { Clock } from "../clock.js" */
/** @import { Point, Press, PressName, ServerRequest, ServerState, Stroke, Unfinished } from "./protocol.d.ts" */

import { recall, remember } from "../storage.js";

export const CANVAS_DELAY = 250; // milliseconds after pen up by which the canvas has sent the stroke: it waits for 200
export const RETRY = 1500; // milliseconds after which a request is repeated
const POLL = 50; // milliseconds from look to look while something waits
export const STORE = "digits_untold_strokes";

/** What draws on the canvas. `isReady`: whether the canvas is there. */
/** @typedef {Record<"down" | "move" | "up", (point: Point, finger: boolean) => void> & { isReady: boolean }} Pen */

export class StrokeQueue {
  /** @type {ServerState | null} What the server said last. */
  server = null;
  /** @type {Stroke[]} Strokes on the canvas that the server is not known to have. */
  unacknowledged = [];
  /** @type {(Stroke | Press)[]} What waits for its turn, first to last. */
  queue = [];
  /**
   * What waits for a new revision: a press, or strokes that are drawn again; `number` is that of the one before.
   *
   * @type {{ press: PressName | null, number: number } | null}
   */
  pending = null;
  /** @type {Stroke | null} The one being drawn. */
  stroke = null;
  /** Whether that stroke, or the last one, goes through the queue. */
  held = false;
  /** Whether the canvas has begun a stroke that it has not finished. */
  isDrawing = false;
  /** When it finished the last one. */
  lastPenUp = -Infinity;
  /** When the last request was sent. */
  lastRequest = -Infinity;
  timer = 0;

  /**
   * @param {Pen} pen
   * @param {(request: ServerRequest) => void} send
   * @param {Clock} clock
   */
  constructor(pen, send, clock) {
    this.pen = pen;
    this.send = send;
    this.clock = clock;
  }

  /**
   * Begin on a canvas that shows all strokes that the server knows of, the first one or another: draw the others.
   *
   * @param {ServerState} state
   */
  restore(state) {
    const kept = recallUnfinished();
    // How many of them have arrived since. Where it is not a few of them, the server has another drawing.
    const arrived = state.known - kept.known;
    const missing = arrived >= 0 ? kept.untold.slice(arrived) : [];
    const unheard = kept.asked && kept.asked.number !== state.pressed ? [{ press: kept.asked.press }] : [];
    const before = kept.queue.filter((item) => !item.early);
    const early = this.queue.filter((item) => item.early);
    this.server = state;
    this.unacknowledged = [];
    this.pending = this.stroke = null;
    this.isDrawing = false;
    this.queue = [...unheard, ...missing, ...before, ...early].map(unsent);
    this.save();
    this.flush();
  }

  /**
   * Take note of what the server says. Where it has another revision that nobody asked for, it was restarted, and shows
   * the strokes that it knows of: the others are drawn again.
   *
   * @param {ServerState} state
   */
  receive(state) {
    const before = this.server ?? state;
    const renewed = state.number !== before.number;
    const arrived = Math.max(0, state.known - before.known);
    if (!renewed || !this.pending) this.unacknowledged = this.unacknowledged.slice(arrived);
    if (renewed && this.unacknowledged.length) {
      this.pending ??= { press: null, number: before.number };
      this.queue.unshift(...this.unacknowledged.map(unsent));
      this.unacknowledged = [];
    }
    this.server = state;
    if (this.pending && this.pending.number !== state.number && state.shown) {
      if (this.pending.press && this.pending.number !== state.pressed) {
        this.queue.unshift({ press: this.pending.press });
      }
      this.pending = null;
    }
    this.save();
    this.flush();
  }

  /** @param {PressName} name */
  press(name) {
    this.queue.push({ press: name, early: !this.pen.isReady });
    this.save();
    this.flush();
  }

  /**
   * Begin a stroke. It is held back from the canvas if `held` is true after this.
   *
   * @param {Point} point
   * @param {boolean} finger
   */
  penDown(point, finger) {
    this.stroke = { points: [point], finger, lifted: false, drawn: 0 };
    this.held = this.queue.length > 0 || Boolean(this.pending);
    if (this.held) this.queue.push(this.stroke);
    else this.isDrawing = true;
  }

  /** @param {Point} point */
  penMove(point) {
    this.stroke?.points.push(point);
    if (this.stroke && this.held) this.flush();
  }

  penUp() {
    if (!this.stroke) return;
    this.stroke.lifted = true;
    if (!this.held) this.finish(this.stroke);
    this.stroke = null;
    this.save();
    this.flush();
  }

  /** Draw and send what may go on, in its turn; look again soon while something waits. */
  flush() {
    this.clock.cancel(this.timer);
    const waiting = this.queue.length;
    for (let item; (item = this.queue[0]) && !this.mustWait(item); this.queue.shift()) {
      if (item.press) this.request(item.press);
      else if (!this.replay(item)) break;
    }
    if (this.queue.length < waiting) this.save();
    if (this.awaitsReply() && this.clock.now() > Math.max(this.lastRequest, this.lastPenUp) + RETRY) this.sendRequest();
    if (this.queue.length || this.awaitsReply()) this.timer = this.clock.later(() => this.flush(), POLL);
  }

  /**
   * Whether an item has to wait. The canvas loses what is drawn before it has got another revision, and what it has not
   * sent by then.
   *
   * @param {Stroke | Press} item
   */
  mustWait({ press }) {
    if (!this.pen.isReady || this.pending) return true;
    return Boolean(press) && (this.isDrawing || this.clock.now() < this.lastPenUp + CANVAS_DELAY);
  }

  /** Whether a reply is missing: a new revision, or what the server knows since the last stroke. */
  awaitsReply() {
    const heard = this.server?.heard ?? 0;
    return Boolean(this.pending) || (this.unacknowledged.length > 0 && !this.isDrawing && heard < this.lastPenUp);
  }

  sendRequest() {
    this.lastRequest = Math.round(this.clock.now());
    this.send({ press: this.pending?.press ?? null, number: this.pending?.number ?? 0, at: this.lastRequest });
  }

  /**
   * Have the server undo or clear, if there is something to take back.
   *
   * @param {PressName} press
   */
  request(press) {
    if (!this.server || (!this.server.presses[press] && !this.unacknowledged.length)) return;
    this.pending = { press, number: this.server.number };
    this.unacknowledged = []; // the canvas has sent them, and the press comes after them
    this.sendRequest();
  }

  /**
   * Draw what there is of a stroke by now; return whether that is all.
   *
   * @param {Stroke} stroke
   */
  replay(stroke) {
    const { points, finger } = stroke;
    if (!stroke.drawn) {
      this.pen.down(points[0], finger);
      this.isDrawing = true;
    }
    for (const point of points.slice(Math.max(1, stroke.drawn))) this.pen.move(point, finger);
    stroke.drawn = points.length;
    if (!stroke.lifted) return false;
    this.pen.up(points[points.length - 1], finger);
    this.finish(stroke);
    return true;
  }

  /** @param {Stroke} stroke */
  finish(stroke) {
    this.isDrawing = false;
    this.lastPenUp = this.clock.now();
    this.unacknowledged.push(stroke);
  }

  /** Keep what is unfinished in case that the page is reloaded or left. */
  save() {
    if (!this.server) return;
    const { press, number } = this.pending ?? {};
    const asked = press && number !== undefined ? { press, number } : null;
    const queue = this.queue.filter((item) => item.press || item.lifted);
    /** @type {Unfinished} */
    const kept = { known: this.server.known, untold: this.unacknowledged, asked, queue };
    remember(STORE, JSON.stringify(kept));
  }
}

/** @returns {Unfinished} */
function recallUnfinished() {
  const nothing = { known: 0, untold: [], queue: [] };
  try {
    return JSON.parse(recall(STORE) ?? "null") ?? nothing;
  } catch {
    return nothing; // not ours
  }
}

/**
 * @param {Stroke | Press} item
 * @returns {Stroke | Press}
 */
function unsent(item) {
  return item.press ? { press: item.press } : { ...item, drawn: 0 };
}
