// Shows what is in a network while it is trained, and plays it again. The server sends it in frames: see frames.py.

/** @import { Component, Cleanup } from "../../components/streamlit.d.ts" */
/** @import { Moment } from "../../components/playback.js" */
/** @import { Colour } from "./pixels.js" */

import { find } from "../../components/find_element.js";
import { filled } from "../../components/words.js";
import { ElementViews } from "../../components/element_views.js";
import { ink, painted, strengths } from "./pixels.js";
import { Playback } from "../../components/playback.js";
import { receiveUpdates } from "../../components/updates.js";

/**
 * `play`, `pause`: words on the button.
 *
 * @typedef {object} Data
 * @property {string} address
 * @property {boolean} atRest
 * @property {{ for: string, against: string }} colours
 * @property {string} play
 * @property {string} pause
 */

/** @typedef {Moment & { units: number[], weights: string[], answers: number[] }} Frame as frames.py makes it */

/**
 * What all frames have in common.
 *
 * @typedef {object} About
 * @property {string} title
 * @property {string[]} unitNames
 * @property {string} unit the word for one of them
 * @property {string} reading how the colours are to be read
 * @property {string} help
 * @property {string[]} images
 * @property {number[]} labels
 * @property {string[]} classes
 * @property {Record<string, string>} words with {names} in them: see _words of frames.py
 */

const SIDE = 28;
/** As many units and images as there are mostly. */
const PLACES = 12;
const TRY_AGAIN = 3000;
/** Milliseconds for which an answer that has changed is marked. */
const MARKED = 700;

/** @type {ElementViews<NetworkLive>} */
const networks = new ElementViews();
/** @type {WeakMap<HTMLElement, ReturnType<typeof setTimeout>>} What takes the marks off again. */
const marked = new WeakMap();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement }) {
  const view = networks.of(parentElement, () => new NetworkLive(parentElement, data));
  view.update(data);
  return networks.removal(parentElement);
}

class NetworkLive {
  /** @type {Playback<Frame>} */
  playback = new Playback();
  /** @type {About | null} */
  about = null;
  answered = false;
  fetching = false;
  allWanted = false;
  /** @typedef {{ paper: Colour, above: Colour, below: Colour }} Colours */
  /** @type {{ weights: Colours, ink: Colours } | null} */
  themeColours = null;
  /** @type {Colours | null} With which the images are painted, which are the same in all frames. */
  inked = null;
  removed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer = undefined;

  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {Data} data
   */
  constructor(parent, data) {
    this.data = { ...data, address: "" };
    this.find = (/** @type {string} */ selector) => find(parent, selector);
    this.host = parent instanceof ShadowRoot ? parent.host : parent;
    this.slider = /** @type {HTMLInputElement} */ (this.find("input"));
    this.play = this.find(".play");
    for (const name of [".units", ".digits"]) cells(this.find(name), PLACES, name === ".digits"); // nothing moves later
    this.play.addEventListener("click", () => this.act(() => this.playback.toggle()));
    this.slider.addEventListener("input", () => this.act(() => this.playback.seek(Number(this.slider.value))));
    this.stopReceiving = receiveUpdates("digits-update", (/** @type {{ address: string }} */ { address }) => {
      if (this.data.address.startsWith(`${address}/`)) this.fetchFrames();
    });
    // Streamlit states its theme as CSS variables on the element around ours; a switch gives it another class.
    this.themed = new MutationObserver(() => {
      this.themeColours = null;
      this.draw();
    });
    const themed = this.host.parentElement;
    if (themed) this.themed.observe(themed, { attributeFilter: ["class", "style"] });
  }

  /** @param {Data} data */
  update(data) {
    const before = this.data;
    this.themeColours = null;
    this.draw();
    this.data = { ...data, address: new URL(data.address, document.baseURI).href };
    // What is known of the end of a run belongs to frames that are here already.
    if (this.data.address !== before.address || data.atRest !== before.atRest) this.fetchFrames(true);
  }

  /** @param {boolean} all of them, and not only those that are new */
  async fetchFrames(all = false) {
    if (this.removed) return;
    if (this.fetching) {
      this.allWanted ||= all;
      return;
    }
    this.fetching = true;
    const whole = all || !this.about;
    try {
      const answer = await fetch(`${this.data.address}${whole ? "" : `?after=${this.playback.step}`}`);
      if (answer.ok) this.take(await answer.json(), whole);
      else if (answer.status !== 404) throw new Error(answer.statusText);
    } catch {
      if (this.data.atRest) setTimeout(() => this.fetchFrames(all), TRY_AGAIN); // else the next update comes soon
    }
    this.fetching = false;
    if (!this.allWanted) return;
    this.allWanted = false;
    this.fetchFrames(true);
  }

  /** @param {{ frames: Frame[], empty?: string } & Partial<About>} answer @param {boolean} whole */
  take(answer, whole) {
    if (this.removed) return;
    const { frames, empty, ...about } = answer;
    this.find(".empty").textContent = empty ?? "";
    if (about.images && !this.about) this.prepare(/** @type {About} */ (about));
    const { following, index } = this.playback;
    // Chosen after the first epoch, the units are others, also in the frames that are here already.
    const shown = this.playback.frames.at(-1)?.units;
    if (!whole && shown && frames.some(({ units }) => String(units) !== String(shown))) this.allWanted = true;
    if (whole && this.playback.frames.length) {
      this.playback = new Playback();
      this.playback.add(frames);
      if (following) this.playback.toEnd();
      else this.playback.seek(index);
    } else {
      this.playback.add(frames);
      // Who was there before the first frame sees the network grow; who comes later, how it is.
      if (!this.answered || matchMedia("(prefers-reduced-motion: reduce)").matches) {
        if (this.playback.following) this.playback.toEnd();
      }
    }
    this.answered = true;
    if (this.playback.following) this.playback.advance();
    this.draw();
    this.goOn();
  }

  /**
   * Make a canvas for each unit and each image.
   *
   * @param {About} about
   */
  prepare(about) {
    this.about = about;
    this.find(".title").textContent = about.title;
    this.find(".about-units").textContent = about.help;
    this.find(".answers").textContent = about.words.answers;
  }

  /** @param {() => void} change of what is shown, which somebody asked for */
  act(change) {
    change();
    this.draw();
    this.goOn();
  }

  goOn() {
    clearTimeout(this.timer);
    const { pause } = this.playback;
    if (pause === null) return;
    this.timer = setTimeout(() => {
      this.playback.advance();
      this.draw();
      this.goOn();
    }, pause);
  }

  draw() {
    const { playback, about } = this;
    const frame = playback.shown;
    this.find(".empty").hidden = !!frame || !this.find(".empty").textContent;
    for (const part of [".top", ".pictures", ".player"]) this.find(part).classList.toggle("none", !frame);
    if (!frame || !about) return;
    this.drawCounted();
    this.drawUnits(frame, about);
    this.drawDigits(frame, about);
    this.drawPlayer(frame);
  }

  drawCounted() {
    const { mistakes, when } = this.playback.counted;
    this.find(".mistakes").classList.toggle("none", !mistakes);
    this.find(".mistakes b").textContent = mistakes;
    this.find(".when").textContent = when;
  }

  /** @param {Frame} frame @param {About} about */
  drawUnits(frame, about) {
    const box = this.find(".units");
    const { weights: colours } = this.colours();
    cells(box, frame.weights.length, about.unitNames.length > 0).forEach((cell, place) => {
      paint(cell, painted(strengths(frame.weights[place]), colours));
      if (about.unitNames.length) find(cell, "span").textContent = about.unitNames[place];
      cell.title = about.unitNames[place] ?? `${about.unit} ${frame.units[place] + 1}`;
    });
    const { title, reading, words } = about;
    box.ariaLabel = filled(words.pictures, { title, when: frame.when, reading });
  }

  /** @param {Frame} frame @param {About} about */
  drawDigits(frame, about) {
    const box = this.find(".digits");
    const { ink: colours } = this.colours();
    const right = frame.answers.map((answer, place) => answer === about.labels[place]);
    cells(box, about.images.length, true).forEach((cell, place) => {
      if (this.inked !== colours) paint(cell, painted(ink(about.images[place]), colours));
      const answer = about.classes[frame.answers[place]];
      const state = right[place] ? "right" : "wrong";
      if (cell.dataset.state && cell.dataset.state !== state) mark(cell);
      cell.dataset.state = state;
      find(cell, "span").textContent = `${right[place] ? "✓" : "✗"} ${answer}`;
      const label = about.classes[about.labels[place]];
      cell.title = right[place] ? answer : filled(about.words.wrong, { answer, label });
    });
    this.inked = colours;
    const { mistakes } = this.playback.counted;
    const count = right.filter(Boolean).length;
    const { words } = about;
    const read = filled(count === 1 ? words.oneRead : words.read, {
      images: right.length,
      right: count,
      when: frame.when,
    });
    box.ariaLabel = mistakes ? `${filled(words.mistakes, { mistakes })} ${read}` : read;
  }

  /** @param {Frame} frame */
  drawPlayer(frame) {
    const { playback, slider, play } = this;
    this.find(".player").classList.toggle("none", playback.frames.length < 2);
    slider.max = String(playback.last);
    slider.value = String(playback.index);
    slider.ariaValueText = frame.when;
    const label = playback.playing ? this.data.pause : this.data.play;
    if (play.textContent !== label) play.textContent = label;
  }

  /** Return the colours of the theme, which are not read again for each frame. */
  colours() {
    if (this.themeColours) return this.themeColours;
    const of = (/** @type {string} */ name) => rgb(getComputedStyle(this.host).getPropertyValue(name).trim());
    const [paper, text] = [of("--st-secondary-background-color"), of("--st-text-color")];
    const weights = { paper, above: rgb(this.data.colours.for), below: rgb(this.data.colours.against) };
    this.themeColours = { weights, ink: { paper, above: text, below: text } };
    return this.themeColours;
  }

  remove() {
    this.removed = true;
    clearTimeout(this.timer);
    this.themed.disconnect();
    this.stopReceiving();
  }
}

/**
 * Return as many cells as are wanted, each with a canvas, and with a line under it where it is to be named.
 *
 * @param {HTMLElement} box
 * @param {number} count
 * @param {boolean} named
 */
function cells(box, count, named) {
  if (box.children.length !== count || !!box.querySelector("span") !== named) {
    box.replaceChildren(...Array.from({ length: count }, () => {
      const cell = document.createElement("div");
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = SIDE;
      cell.append(canvas, ...(named ? [document.createElement("span")] : []));
      return cell;
    }));
  }
  return /** @type {HTMLElement[]} */ ([...box.children]);
}

/** @param {HTMLElement} cell @param {Uint8ClampedArray<ArrayBuffer>} pixels */
function paint(cell, pixels) {
  const canvas = /** @type {HTMLCanvasElement} */ (find(cell, "canvas"));
  canvas.getContext("2d")?.putImageData(new ImageData(pixels, SIDE, SIDE), 0, 0);
}

/**
 * Let the eye find an answer that is another now. An animation would have the page drawn sixty times a second.
 *
 * @param {HTMLElement} cell
 */
function mark(cell) {
  cell.classList.add("changed");
  clearTimeout(marked.get(cell));
  marked.set(cell, setTimeout(() => cell.classList.remove("changed"), MARKED));
}

/**
 * @param {string} colour in any form of CSS
 * @returns {Colour}
 */
function rgb(colour) {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  if (!context) return [128, 128, 128];
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}
