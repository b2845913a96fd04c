// The confusion matrix and the images after each epoch of a run. The server sends a frame for each epoch: see frames.py.

/** @import { Component, Cleanup } from "../../components/streamlit.d.ts" */
/** @import { Moment } from "../../components/playback.js" */
/** @import { Answer } from "../../components/epoch_player/epoch_player.js" */

import { ElementViews } from "../../components/element_views.js";
import { EpochPlayer } from "../../components/epoch_player/epoch_player.js";
import { filled, grouped } from "../../components/words.js";
import { find } from "../../components/find_element.js";

/** @typedef {{ image: number, caption: string, confidence: string }} Tile */
/** @typedef {{ count: number, about: string, tiles: Tile[] }} Group */
/** @typedef {Moment & { sentence: string, matrix: number[][], groups: Record<string, Group> }} Frame */
/**
 * `bars`: of the later epochs, how many images were first read correctly after each; `summary` says it in words.
 *
 * @typedef {Answer<Frame> & {
 *   images: Record<string, string>, classes: string[], bars: [number, number][], summary: string,
 *   words: Record<string, string>
 * }} EpochsAnswer
 */
/** @typedef {{ address: string }} Data */

/** The strength of the colour, 0 to 1, above which the text is dark, which is readable in both themes. */
const DARK_TEXT = 0.55;
const MOST_WITH_NUMBERS = 20;

/** @type {ElementViews<EpochsView>} */
const views = new ElementViews();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const view = views.of(parentElement, () => new EpochsView(parentElement));
  view.open = (number) => setTriggerValue("opened", number);
  view.player.show(data.address);
  return views.removal(parentElement);
}

class EpochsView {
  group = "misread";
  /** @type {Record<string, string>} The test images that are shown, as addresses. */
  images = {};
  /** @type {string[]} */
  classes = [];
  /** @type {[number, number][]} */
  bars = [];
  /** @type {Record<string, string>} With {names} in them: see _words of frames.py. */
  words = {};
  /** @type {(number: number) => void} */
  open = () => {};

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.find = (/** @type {string} */ selector) => find(parent, selector);
    /** @type {EpochPlayer<Frame>} */
    this.player = new EpochPlayer(parent, {
      take: (answer) => this.take(/** @type {EpochsAnswer} */ (answer)),
      draw: (frame) => this.draw(frame),
    });
    this.find(".groups").addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (!button?.dataset.group) return;
      this.group = button.dataset.group;
      this.player.draw();
    });
    this.find(".tiles").addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (button?.dataset.number) this.open(Number(button.dataset.number));
    });
  }

  /** @param {EpochsAnswer} answer */
  take({ images, classes, bars, summary, words, frames }) {
    if (!frames.length) return;
    Object.assign(this.images, images);
    this.classes = classes;
    this.bars = bars;
    this.words = words;
    this.find(".first figcaption").textContent = summary;
  }

  /** @param {Frame} frame */
  draw(frame) {
    this.find(".sentence").textContent = frame.sentence;
    this.drawMatrix(frame);
    this.drawImages(frame);
    this.drawBars(frame);
  }

  /** @param {Frame} frame */
  drawMatrix({ matrix }) {
    const table = this.find("table");
    if (table.querySelectorAll("td").length !== matrix.length ** 2) makeTable(table, this.classes);
    const { frames } = this.player.playback;
    const trained = frames.filter(({ step }) => step > 0); // the untrained network's errors would dwarf all others
    const most = largestError((trained.length ? trained : frames).map((frame) => frame.matrix));
    const withNumbers = matrix.length <= MOST_WITH_NUMBERS;
    const cells = /** @type {NodeListOf<HTMLElement>} */ (table.querySelectorAll("td"));
    matrix.flat().forEach((count, place) => {
      const [row, column] = [Math.floor(place / matrix.length), place % matrix.length];
      const part = row === column || !most ? 0 : Math.sqrt(Math.min(1, count / most));
      const cell = cells[place];
      cell.textContent = withNumbers && (count || row === column) ? grouped(count) : "";
      const [label, read] = [this.classes[row], this.classes[column]];
      cell.title = filled(this.words.cell, { true: label, predicted: read, count });
      cell.style.setProperty("--part", `${Math.round(100 * part)}%`);
      cell.classList.toggle("strong", part > DARK_TEXT);
    });
  }

  /** @param {Frame} frame */
  drawImages(frame) {
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.find(".groups").querySelectorAll("button"))) {
      const name = button.dataset.group ?? "";
      find(button, "b").textContent = grouped(frame.groups[name].count);
      button.ariaPressed = String(name === this.group);
    }
    const { about, tiles, count } = frame.groups[this.group];
    this.find(".about").textContent = count || this.group !== "never" ? about : this.words.none;
    const box = this.find(".tiles");
    while (box.children.length > tiles.length) box.lastElementChild?.remove();
    while (box.children.length < tiles.length) box.append(newTile());
    tiles.forEach(({ image, caption, confidence }, place) => {
      const button = /** @type {HTMLElement} */ (box.children[place]);
      const picture = /** @type {HTMLImageElement} */ (find(button, "img"));
      if (button.dataset.number !== String(image)) picture.src = this.images[image];
      button.dataset.number = String(image);
      button.ariaLabel = filled(this.words.tile, { image, caption, confidence });
      find(button, "span").textContent = `${caption}\n${confidence}`;
    });
  }

  /** @param {Frame} frame */
  drawBars({ step }) {
    const most = Math.max(1, ...this.bars.map(([, count]) => count));
    const box = this.find(".bars");
    box.hidden = !this.bars.length;
    box.replaceChildren(...this.bars.map(([epoch, count]) => {
      const bar = document.createElement("i");
      bar.title = filled(this.words.bar, { count, epoch });
      bar.style.setProperty("--part", `${100 * count / most}%`);
      bar.classList.toggle("now", epoch === step);
      return bar;
    }));
  }

  remove() {
    this.player.remove();
  }
}

/** @param {number[][][]} matrices */
function largestError(matrices) {
  return Math.max(
    0,
    ...matrices.map((matrix) =>
      Math.max(...matrix.map((row, label) => Math.max(0, ...row.filter((_, column) => column !== label))))
    ),
  );
}

/**
 * @param {HTMLElement} table
 * @param {string[]} classes
 */
function makeTable(table, classes) {
  const head = document.createElement("tr");
  head.append(document.createElement("th"), ...classes.map((name) => header(name, "col")));
  const rows = classes.map((name, label) => {
    const row = document.createElement("tr");
    row.append(
      header(name, "row"),
      ...classes.map((_, column) => {
        const cell = document.createElement("td");
        cell.classList.toggle("right", label === column);
        return cell;
      }),
    );
    return row;
  });
  table.replaceChildren(head, ...rows);
}

/**
 * @param {string} name
 * @param {string} scope
 */
function header(name, scope) {
  const cell = document.createElement("th");
  cell.scope = scope;
  cell.textContent = name;
  return cell;
}

function newTile() {
  const button = document.createElement("button");
  button.type = "button";
  const picture = document.createElement("img");
  picture.alt = "";
  button.append(picture, document.createElement("span"));
  return button;
}
