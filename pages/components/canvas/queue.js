// What people do on the canvas goes on in the order in which they did it: presses of Undo and Clear are passed on to the
// server one at a time, strokes drawn before it has answered are held back until it has, and strokes that it does not
// know of when the page is left are drawn again when the canvas comes back.
//
// A server that is behind may drop an answer: Streamlit ignores what a rerun has to tell when it began the next one
// before that was sent. So the server is asked until it has answered; a press names the sheet that it is meant for,
// and counts once. It may come too late for that sheet, as when the page has just been opened: then it is repeated.

/** @import { Clock } from "../clock.js" */
/** @import { Kept, Point, Press, PressName, Question, Stroke, Told } from "./protocol.d.ts" */

import { recall, remember } from "../storage.js";

export const TOLD = 250; // milliseconds after pen up by which the canvas has told the server of the stroke: it waits for 200
export const RETRY = 1500; // milliseconds after which the server is asked again
const SOON = 50; // milliseconds until what may have changed is looked at again
export const STORE = "digits_untold_strokes";

/** What draws on the canvas. `isReady`: whether the canvas is there. */
/** @typedef {Record<"down" | "move" | "up", (point: Point, finger: boolean) => void> & { isReady: boolean }} Pen */

export class StrokeQueue {
  /** @type {Told | null} What the server told last. */
  told = null;
  /** @type {Stroke[]} Strokes on the canvas that the server does not know of. */
  untold = [];
  /** @type {(Stroke | Press)[]} What goes on when the server has answered. */
  queue = [];
  /** @type {{ press: PressName | null, number: number } | null} For what a new sheet is waited, in place of which. */
  asked = null;
  /** @type {Stroke | null} The one being drawn. */
  stroke = null;
  /** Whether that stroke, or the last one, goes through the queue. */
  held = false;
  /** Whether the canvas has begun a stroke that it has not finished. */
  inked = false;
  /** When it finished the last one. */
  penUp = -Infinity;
  /** When the server was asked last. */
  sent = -Infinity;
  timer = 0;

  /**
   * @param {Pen} pen
   * @param {(question: Question) => void} ask
   * @param {Clock} clock
   */
  constructor(pen, ask, clock) {
    this.pen = pen;
    this.ask = ask;
    this.clock = clock;
  }

  /**
   * A canvas is there for the first time, or again, with all strokes that the server knows of: draw the others.
   *
   * @param {Told} told
   */
  begin(told) {
    const kept = recallKept();
    const arrived = told.known - kept.known; // of the untold ones; anything but a few means that it is another drawing
    const missing = arrived >= 0 ? kept.untold.slice(arrived) : [];
    const unheard = kept.asked && kept.asked.number !== told.pressed ? [{ press: kept.asked.press }] : [];
    const before = kept.queue.filter((item) => !item.early);
    const early = this.queue.filter((item) => item.early);
    this.told = told;
    this.untold = [];
    this.asked = this.stroke = null;
    this.inked = false;
    this.queue = [...unheard, ...missing, ...before, ...early].map(anew);
    this.keep();
    this.pass();
  }

  /**
   * The server has told what it knows. It tells of a new sheet unasked when it was started again, with all strokes that
   * it has heard of: the others are drawn again.
   *
   * @param {Told} told
   */
  hear(told) {
    const before = this.told ?? told;
    const renewed = told.number !== before.number;
    if (!renewed || !this.asked) this.untold = this.untold.slice(Math.max(0, told.known - before.known));
    if (renewed && this.untold.length) {
      this.asked ??= { press: null, number: before.number };
      this.queue.unshift(...this.untold.map(anew));
      this.untold = [];
    }
    this.told = told;
    if (this.asked && this.asked.number !== told.number && told.shown) {
      if (this.asked.press && this.asked.number !== told.pressed) this.queue.unshift({ press: this.asked.press });
      this.asked = null;
    }
    this.keep();
    this.pass();
  }

  /** @param {PressName} name */
  press(name) {
    this.queue.push({ press: name, early: !this.pen.isReady });
    this.keep();
    this.pass();
  }

  /**
   * Begin a stroke. It is held back from the canvas if `held` is true after this.
   *
   * @param {Point} point
   * @param {boolean} finger
   */
  lower(point, finger) {
    this.stroke = { points: [point], finger, lifted: false, drawn: 0 };
    this.held = this.queue.length > 0 || Boolean(this.asked);
    if (this.held) this.queue.push(this.stroke);
    else this.inked = true;
  }

  /** @param {Point} point */
  move(point) {
    this.stroke?.points.push(point);
    if (this.stroke && this.held) this.pass();
  }

  lift() {
    if (!this.stroke) return;
    this.stroke.lifted = true;
    if (!this.held) this.finish(this.stroke);
    this.stroke = null;
    this.keep();
    this.pass();
  }

  /** Let go on what may, in its turn, and look again soon while something waits. */
  pass() {
    this.clock.cancel(this.timer);
    const waiting = this.queue.length;
    for (let item; (item = this.queue[0]) && !this.waits(item); this.queue.shift()) {
      if (item.press) this.push(item.press);
      else if (!this.trace(item)) break;
    }
    if (this.queue.length < waiting) this.keep();
    if (this.isOwed() && this.clock.now() > Math.max(this.sent, this.penUp) + RETRY) this.inquire();
    if (this.queue.length || this.isOwed()) this.timer = this.clock.later(() => this.pass(), SOON);
  }

  /**
   * Whether something has to wait: the canvas drops what is drawn before it is given another sheet, and what it has not
   * told of by then.
   *
   * @param {Stroke | Press} item
   */
  waits({ press }) {
    if (!this.pen.isReady || this.asked) return true;
    return Boolean(press) && (this.inked || this.clock.now() < this.penUp + TOLD);
  }

  /** Whether the server has still to answer: with a new sheet, or by knowing of the strokes, unless asked since. */
  isOwed() {
    const heard = this.told?.heard ?? 0;
    return Boolean(this.asked) || (this.untold.length > 0 && !this.inked && heard < this.penUp);
  }

  inquire() {
    this.sent = Math.round(this.clock.now());
    this.ask({ press: this.asked?.press ?? null, number: this.asked?.number ?? 0, at: this.sent });
  }

  /**
   * Have the server undo or clear, if there is something to take back.
   *
   * @param {PressName} press
   */
  push(press) {
    if (!this.told || (!this.told.presses[press] && !this.untold.length)) return;
    this.asked = { press, number: this.told.number };
    this.untold = []; // the press comes after them, and the server has been told
    this.inquire();
  }

  /**
   * Draw what there is of a stroke by now; tell whether that is all.
   *
   * @param {Stroke} stroke
   */
  trace(stroke) {
    const { points, finger } = stroke;
    if (!stroke.drawn) {
      this.pen.down(points[0], finger);
      this.inked = true;
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
    this.inked = false;
    this.penUp = this.clock.now();
    this.untold.push(stroke);
  }

  /** Keep what the server does not know of, in case that the page is reloaded or left. */
  keep() {
    if (!this.told) return;
    const { press, number } = this.asked ?? {};
    const asked = press && number !== undefined ? { press, number } : null;
    const queue = this.queue.filter((item) => item.press || item.lifted);
    /** @type {Kept} */
    const kept = { known: this.told.known, untold: this.untold, asked, queue };
    remember(STORE, JSON.stringify(kept));
  }
}

/** @returns {Kept} */
function recallKept() {
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
function anew(item) {
  return item.press ? { press: item.press } : { ...item, drawn: 0 };
}
