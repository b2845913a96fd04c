// Maps of test images, one for each layer or epoch, over one canvas: points move from one map to the next, and each
// shows its image under the pointer.

/** @import { Component, Cleanup } from "../../components/streamlit.d.ts" */
/** @import { Point } from "./points.js" */

import { find } from "../../components/find_element.js";
import { ElementViews } from "../../components/element_views.js";
import { drawClassNames, drawPoints, drawStar, legendSymbol } from "./painting.js";
import { between, middles, nearest, nextPoint } from "./points.js";

/**
 * A map: `points` are x, y, x, y, … from -1000 to 1000, y upwards; `read` is the class that the network reads in each
 * image, `confidence` in percent; `says` sums it up; `drawing` is where a picture from another page lies, and what it is.
 *
 * @typedef {object} Frame
 * @property {string} title
 * @property {number[]} points
 * @property {number[]} read
 * @property {number[]} confidence
 * @property {string} says
 * @property {{ at: Point, says: string } | null} drawing
 */

/**
 * `sprite`: the address of the images side by side, `across` in a row; `number` and `label` are of each image, `names`
 * and `colours` of each class.
 *
 * @typedef {object} Data
 * @property {string} sprite
 * @property {number} across
 * @property {string[]} names
 * @property {string[]} colours
 * @property {number[]} numbers
 * @property {number[]} labels
 * @property {Frame[]} frames
 * @property {number} first
 * @property {string} picture of what came from another page
 * @property {string} about
 */

const MOVE = 1100; // milliseconds from one map to the next
const REST = 900;
const SCALE = 1000;
const MARGIN = 14;
const NEAR = { mouse: 14, touch: 28 }; // pixels
const PICTURE = 72;

/** @type {ElementViews<LayerMap>} */
const maps = new ElementViews();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const map = maps.of(parentElement, () => new LayerMap(parentElement));
  map.update(data, setTriggerValue);
  return maps.removal(parentElement);
}

class LayerMap {
  /** @type {Data | null} */
  data = null;
  index = 0;
  /** @type {number | undefined} The request of the next picture of a movement. */
  moving = undefined;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  resting = undefined;
  playing = false;
  /** The place of the image that is shown, or -1. */
  pointed = -1;
  /** @type {Set<number>} */
  hiddenClasses = new Set();
  errorsOnly = false;
  /** @type {ArrayLike<number>} as drawn now, like `Frame.points` */
  points = [];
  /** @type {(Point | null)[]} */
  middles = [];
  touched = false;
  /** @type {Component<Data>["setTriggerValue"]} */
  setTriggerValue = () => {};

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.host = parent instanceof ShadowRoot ? parent.host : parent;
    this.find = (/** @type {string} */ selector) => find(parent, selector);
    this.canvas = /** @type {HTMLCanvasElement} */ (this.find("canvas"));
    this.box = this.find(".map");
    this.card = this.find(".card");
    this.listen();
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.box);
    // Streamlit states its theme as CSS variables on the element around ours; a switch gives it another class.
    this.themed = new MutationObserver(() => this.showLegend());
    const themed = this.host.parentElement;
    if (themed) this.themed.observe(themed, { attributeFilter: ["class", "style"] });
  }

  listen() {
    this.box.onpointermove = (event) => event.pointerType === "touch" || this.point(this.placeAt(event, NEAR.mouse));
    this.box.onpointerleave = (event) => event.pointerType === "touch" || this.point(-1);
    this.box.onpointerdown = (event) => (this.touched = event.pointerType === "touch");
    this.box.onclick = (event) => this.click(event);
    this.box.onkeydown = (event) => this.press(event);
    this.find(".open").onclick = (event) => {
      event.stopPropagation();
      this.open();
    };
    this.find(".play").onclick = () => this.playing ? this.stop() : this.play();
  }

  /**
   * @param {Data} data
   * @param {Component<Data>["setTriggerValue"]} setTriggerValue
   */
  update(data, setTriggerValue) {
    const before = this.data;
    this.setTriggerValue = setTriggerValue;
    if (before && JSON.stringify(before) === JSON.stringify(data)) return;
    this.data = data;
    const same = String(before?.numbers) === String(data.numbers);
    const titles = (/** @type {Data | null} */ of) => of?.frames.map(({ title }) => title).join();
    if (titles(before) !== titles(data)) this.index = data.first;
    if (!same) {
      this.points = data.frames[this.index].points;
      this.pointed = -1;
      this.hiddenClasses.clear();
    }
    this.box.style.setProperty("--sprite", `url("${new URL(data.sprite, document.baseURI).href}")`);
    this.box.style.setProperty("--across", String(data.across));
    this.box.ariaLabel = data.about;
    this.showFrames();
    this.showLegend();
    this.go(this.index);
  }

  get frame() {
    return /** @type {Data} */ (this.data).frames[this.index];
  }

  // -- what is shown -----------------------------------------------------------------------------

  showFrames() {
    const { frames } = /** @type {Data} */ (this.data);
    const buttons = frames.map(({ title }, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = title;
      button.onclick = () => {
        this.stop();
        this.go(index);
      };
      return button;
    });
    this.find(".frames").replaceChildren(...buttons);
    this.find(".bar").hidden = frames.length < 2;
  }

  showLegend() {
    if (!this.data) return;
    const { names, labels } = this.data;
    const present = names.map((name, label) => ({ name, label })).filter(({ label }) => labels.includes(label));
    const buttons = present.map(({ name, label }) =>
      toggle(legendSymbol(label, this.colours()[label]), name, !this.hiddenClasses.has(label), (on) => {
        if (on) this.hiddenClasses.delete(label);
        else this.hiddenClasses.add(label);
        this.draw();
      })
    );
    const errors = toggle(legendSymbol(-1, this.variable("--st-text-color")), "Only errors", this.errorsOnly, (on) => {
      this.errorsOnly = on;
      this.draw();
    });
    this.find(".classes").replaceChildren(...buttons, errors);
    this.draw();
  }

  /**
   * Let the points move to a map.
   *
   * @param {number} index
   */
  go(index) {
    this.index = index;
    const { says, title } = this.frame;
    const { labels, names } = /** @type {Data} */ (this.data);
    this.find(".says").textContent = says;
    for (const button of this.find(".frames").children) button.ariaPressed = String(button.textContent === title);
    const [from, to, began] = [this.points, this.frame.points, performance.now()];
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches || from === to;
    const step = () => {
      const part = still ? 1 : Math.min(1, (performance.now() - began) / MOVE);
      this.points = part < 1 ? between(from, to, part) : to;
      this.middles = middles(this.points, labels, names.length);
      this.moving = part < 1 ? requestAnimationFrame(step) : undefined; // the last picture is one at rest
      this.draw();
      if (part === 1) this.arrive();
    };
    if (this.moving) cancelAnimationFrame(this.moving);
    this.moving = undefined;
    step();
  }

  arrive() {
    if (!this.playing) return;
    const last = /** @type {Data} */ (this.data).frames.length - 1;
    if (this.index === last) return this.stop();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.go(this.index + 1), REST);
  }

  play() {
    this.playing = true;
    this.find(".play").textContent = "⏸ Pause";
    const last = /** @type {Data} */ (this.data).frames.length - 1;
    if (this.index === last) this.go(0);
    else this.arrive();
  }

  stop() {
    this.playing = false;
    clearTimeout(this.resting);
    this.find(".play").textContent = "▶ Play";
  }

  // -- the image under the pointer ---------------------------------------------------------------

  /** @param {MouseEvent} event @param {number} within */
  placeAt({ clientX, clientY }, within) {
    const { left, top } = this.box.getBoundingClientRect();
    return nearest(this.pixels(), [clientX - left, clientY - top], within, this.shown);
  }

  /** @param {number} place of the image to show, or -1; the picture from another page comes after all others */
  point(place) {
    if (place === this.pointed) return;
    this.pointed = place;
    this.draw();
  }

  /** @param {MouseEvent} event */
  click(event) {
    this.point(this.placeAt(event, this.touched ? NEAR.touch : NEAR.mouse));
    if (!this.touched) this.open();
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return; // of the browser, such as Alt+Left: back
    if (event.key === "Escape") return this.point(-1);
    if (event.key === "Enter" && event.target === this.box) return this.open();
    const start = this.labels.findIndex((_, place) => this.shown(place));
    const from = this.pointed < 0 ? start : this.pointed;
    const next = start < 0 ? null : nextPoint(event.key, this.pixels(), from, this.shown);
    if (next === null) return;
    event.preventDefault();
    this.touched = true; // the card stays, with its button
    this.point(this.pointed < 0 ? from : next);
  }

  open() {
    const number = this.data?.numbers[this.pointed];
    if (number !== undefined) this.setTriggerValue("open", number);
  }

  get labels() {
    return this.data?.labels ?? [];
  }

  /** @param {number} place */
  shown = (place) => {
    const { labels } = this;
    if (place === labels.length) return true; // the picture from another page
    if (this.hiddenClasses.has(labels[place])) return false;
    return !this.errorsOnly || this.isError(place);
  };

  /** @param {number} place */
  isError = (place) => this.frame.read[place] !== this.labels[place];

  // -- drawing -----------------------------------------------------------------------------------

  /** Return where the points are on the canvas, and after them the picture from another page. */
  pixels() {
    const { clientWidth: width, clientHeight: height } = this.box;
    const half = (Math.min(width, height) / 2 - MARGIN) / SCALE;
    const of = (/** @type {number} */ value, /** @type {number} */ place) =>
      place % 2 ? height / 2 - half * value : width / 2 + half * value;
    const { drawing } = this.frame;
    return Float32Array.from([...Array.from(this.points), ...(drawing ? drawing.at : [])], of);
  }

  draw() {
    const context = this.canvas.getContext("2d");
    const { clientWidth: width, clientHeight: height } = this.box;
    if (!this.data || !context || !width) return;
    const density = devicePixelRatio || 1;
    this.canvas.width = width * density;
    this.canvas.height = height * density;
    context.scale(density, density);
    const style = { text: this.variable("--st-text-color"), page: this.variable("--st-background-color") };
    const pixels = this.pixels();
    const { labels } = this;
    drawPoints(context, pixels, labels, this.colours(), style, this.shown, this.isError);
    const half = (Math.min(width, height) / 2 - MARGIN) / SCALE;
    const shownMiddles = this.middles.map((middle, label) =>
      middle && !this.hiddenClasses.has(label)
        ? /** @type {Point} */ ([width / 2 + half * middle[0], height / 2 - half * middle[1]])
        : null
    );
    drawClassNames(context, shownMiddles, this.data.names, style);
    if (this.frame.drawing && !this.moving) drawStar(context, pixels.slice(-2), style);
    this.showCard(pixels);
  }

  /** @param {Float32Array} pixels */
  showCard(pixels) {
    const { pointed, card } = this;
    card.hidden = pointed < 0 || !!this.moving || 2 * pointed >= pixels.length || !this.shown(pointed);
    this.box.classList.toggle("pointing", !card.hidden);
    if (card.hidden || !this.data) return;
    const [x, y] = pixels.slice(2 * pointed, 2 * pointed + 2);
    const image = pointed < this.labels.length;
    const picture = this.find(".picture");
    const { across } = this.data;
    picture.style.backgroundImage = image ? "var(--sprite)" : `url("${this.data.picture}")`;
    picture.style.backgroundSize = image ? `${PICTURE * across}px auto` : "100%";
    picture.style.backgroundPosition = image
      ? `${-PICTURE * (pointed % across)}px ${-PICTURE * Math.floor(pointed / across)}px`
      : "0 0";
    const words = image ? this.wordsOf(pointed) : this.frame.drawing?.says ?? "";
    const text = this.find(".card span");
    if (text.textContent !== words) text.textContent = words;
    this.find(".open").hidden = !this.touched || !image;
    const { clientWidth: width, clientHeight: height } = this.box;
    card.style.left = `${Math.max(0, Math.min(x + 14, width - card.offsetWidth))}px`;
    card.style.top = `${y > height / 2 ? Math.max(0, y - card.offsetHeight - 10) : y + 10}px`;
  }

  /** @param {number} place */
  wordsOf(place) {
    const { names, numbers } = /** @type {Data} */ (this.data);
    const { read, confidence } = this.frame;
    const verdict = this.isError(place) ? "misread as" : "read as";
    return `Test image ${numbers[place].toLocaleString("en")}: ${names[this.labels[place]]}, ${verdict} ` +
      `${names[read[place]]} with ${confidence[place]} % confidence`;
  }

  /** @param {string} name of CSS */
  variable(name) {
    return getComputedStyle(this.host).getPropertyValue(name).trim();
  }

  colours() {
    return /** @type {Data} */ (this.data).colours;
  }

  remove() {
    this.stop();
    if (this.moving) cancelAnimationFrame(this.moving);
    this.resized.disconnect();
    this.themed.disconnect();
  }
}

/**
 * @param {string} symbol as SVG
 * @param {string} name
 * @param {boolean} on
 * @param {(on: boolean) => void} changed
 */
function toggle(symbol, name, on, changed) {
  const button = document.createElement("button");
  button.type = "button";
  button.ariaPressed = String(on);
  button.innerHTML = symbol;
  button.append(name);
  button.onclick = () => {
    button.ariaPressed = String(button.ariaPressed !== "true");
    changed(button.ariaPressed === "true");
  };
  return button;
}
