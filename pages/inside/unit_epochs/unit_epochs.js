// The units of a layer after each epoch of a run. The server sends a frame for each epoch: see frames.py.

/** @import { Component, Cleanup } from "../../components/streamlit.d.ts" */
/** @import { Moment } from "../../components/playback.js" */

import { ElementViews } from "../../components/element_views.js";
import { EpochPlayer } from "../../components/epoch_player/epoch_player.js";
import { find } from "../../components/find_element.js";

/**
 * `weights` are letters, one for each pixel, in parts of `scale`; in layers whose weights are not those of pixels there is
 * a `picture`.
 *
 * @typedef {{ unit: number, lines: string[], weights?: string, scale?: number, picture?: string }} Unit
 */
/** @typedef {Moment & { sentence: string, units: Unit[] }} Frame */
/** @typedef {{ above: string, below: string }} Colours */
/** @typedef {{ address: string, colours: Colours }} Data */

const SIDE = 28;
// The code of the letter for no weight, and by how much that for the strongest is larger.
const MIDDLE = 63;
const LEVELS = 28;

/** @type {ElementViews<UnitEpochs>} */
const views = new ElementViews();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement }) {
  const view = views.of(parentElement, () => new UnitEpochs(parentElement, data.colours));
  view.player.show(data.address);
  return views.removal(parentElement);
}

class UnitEpochs {
  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {Colours} colours
   */
  constructor(parent, colours) {
    this.find = (/** @type {string} */ selector) => find(parent, selector);
    this.above = channels(colours.above);
    this.below = channels(colours.below);
    /** @type {EpochPlayer<Frame>} */
    this.player = new EpochPlayer(parent, { take: () => {}, draw: (frame) => this.draw(frame) });
  }

  /** @param {Frame} frame */
  draw({ sentence, units, when }) {
    this.find(".sentence").textContent = sentence;
    const newest = this.player.playback.frames.at(-1)?.units ?? [];
    const box = this.find(".units");
    while (box.children.length > units.length) box.lastElementChild?.remove();
    while (box.children.length < units.length) box.append(newUnit());
    units.forEach(({ unit, lines, weights, scale, picture }, place) => {
      const cell = /** @type {HTMLElement} */ (box.children[place]);
      const [canvas, image] = [find(cell, "canvas"), /** @type {HTMLImageElement} */ (find(cell, "img"))];
      canvas.hidden = !weights;
      image.hidden = !picture;
      if (weights) {
        this.paint(/** @type {HTMLCanvasElement} */ (canvas), weights, (scale ?? 0) / (newest[place]?.scale || 1));
        canvas.ariaLabel = `Unit ${unit}: its weights ${when}`;
      }
      if (picture && image.src !== picture) image.src = picture;
      image.alt = `Unit ${unit}: the test images with its largest outputs ${when}`;
      find(cell, "b").textContent = `Unit ${unit}`;
      find(cell, "span").textContent = lines.join("\n");
    });
  }

  /**
   * Paint weights in the colours of above and below 0, the stronger the more opaque, so that they suit light and dark.
   *
   * @param {HTMLCanvasElement} canvas
   * @param {string} letters
   * @param {number} part the strength of the strongest letter
   */
  paint(canvas, letters, part) {
    const pixels = new Uint8ClampedArray(4 * SIDE * SIDE);
    for (let place = 0; place < letters.length; place++) {
      const value = part * (letters.charCodeAt(place) - MIDDLE) / LEVELS;
      pixels.set(value > 0 ? this.above : this.below, 4 * place);
      pixels[4 * place + 3] = 255 * Math.abs(value);
    }
    canvas.getContext("2d")?.putImageData(new ImageData(pixels, SIDE, SIDE), 0, 0);
  }

  remove() {
    this.player.remove();
  }
}

function newUnit() {
  const cell = document.createElement("div");
  cell.role = "listitem";
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  canvas.role = "img";
  cell.append(...[canvas, ...["img", "b", "span"].map((name) => document.createElement(name))]);
  return cell;
}

/** @param {string} colour as #RRGGBB */
function channels(colour) {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}
