// The wall: all drawings of the class as they arrive, the newest in large. It asks the server, so no page is drawn again.

/** @import { Component, Cleanup } from "../../../components/streamlit.d.ts" */
/** @import { Drawing } from "./known_drawings.js" */

import { ElementViews } from "../../../components/element_views.js";
import { find } from "../../../components/find_element.js";
import { filled } from "../../../components/words.js";
import { KnownDrawings } from "./known_drawings.js";
import { tileSide, WITH_CAPTION, WITH_MARK } from "./tile_size.js";

/** @typedef {{ address: string, words: Record<string, string> }} Data */

/** Milliseconds from an answer to the next question; after a fault. */
const PACE = 1000;
const RETRY = 3000;
const NEWEST = 6;

/** @type {ElementViews<Wall>} */
const walls = new ElementViews();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const wall = walls.of(parentElement, () => new Wall(parentElement));
  wall.choose = (/** @type {number} */ id) => setTriggerValue("chosen", id);
  wall.follow(data);
  return walls.removal(parentElement);
}

class Wall {
  known = new KnownDrawings();
  /** @type {Record<string, string>} */
  words = {};
  address = "";
  tag = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer = undefined;
  /** @type {Map<number, HTMLElement>} */
  tiles = new Map();
  choose = (/** @type {number} */ _id) => {};

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.counts = find(parent, ".counts");
    this.newest = find(parent, ".newest");
    this.box = find(parent, ".tiles");
    this.styles = document.createElement("style");
    parent.append(this.styles);
    for (const box of [this.newest, this.box]) {
      box.onclick = ({ target }) => {
        const tile = target instanceof Element ? target.closest("button") : null;
        if (tile) this.choose(Number(tile.dataset.id));
      };
    }
    this.onResize = () => this.fit();
    globalThis.addEventListener("resize", this.onResize);
  }

  remove() {
    this.address = "";
    clearTimeout(this.timer);
    globalThis.removeEventListener("resize", this.onResize);
  }

  /** @param {Data} data */
  follow({ address, words }) {
    this.words = words;
    if (address === this.address) return;
    this.address = address;
    this.tag = "";
    this.ask(address);
  }

  /** @param {string} address */
  async ask(address) {
    clearTimeout(this.timer);
    if (!address || address !== this.address) return;
    const wait = document.hidden ? PACE : await this.fetchNew(address).catch(() => RETRY);
    if (address === this.address) this.timer = setTimeout(() => this.ask(address), wait);
  }

  /**
   * Return after how many milliseconds to ask again.
   *
   * @param {string} address
   */
  async fetchNew(address) {
    const url = new URL(address, document.baseURI);
    url.searchParams.set("after", String(this.known.after));
    const headers = this.tag ? { "If-None-Match": this.tag } : undefined;
    const response = await fetch(url, { headers, cache: "no-store" });
    if (response.ok) {
      const answer = await response.json();
      if (address !== this.address) return PACE;
      this.tag = response.headers.get("ETag") ?? "";
      this.known.update(answer);
      if (answer.sheet) this.styles.append(sheetRule(this.known.sheets.length - 1, answer.sheet));
      this.show();
      return PACE;
    }
    if (response.status === 304) return PACE;
    this.counts.textContent = (await response.json()).error;
    return RETRY;
  }

  show() {
    const { drawings, right, writers } = this.known.counts;
    const share = drawings ? Math.round((100 * right) / drawings) : 0;
    const line = drawings ? filled(this.words.counts, { drawings, writers, right, share }) : this.words.none;
    if (this.counts.textContent !== line) this.counts.textContent = line;
    const shown = this.known.drawings.filter(({ id }) => this.known.places.has(id));
    this.place(this.newest, shown.slice(-NEWEST).reverse(), new Map());
    this.place(this.box, shown, this.tiles);
    this.fit();
  }

  /**
   * Show these drawings in a box, in this order. Those that were there stay the elements that they are.
   *
   * @param {HTMLElement} box
   * @param {Drawing[]} drawings
   * @param {Map<number, HTMLElement>} tiles by the numbers of the drawings
   */
  place(box, drawings, tiles) {
    const present = new Set(drawings.map(({ id }) => id));
    for (const [id, tile] of tiles) {
      if (present.has(id)) continue;
      tile.remove();
      tiles.delete(id);
    }
    const elements = drawings.map((drawing) => {
      const tile = tiles.get(drawing.id) ?? this.newTile(drawing.id);
      tiles.set(drawing.id, tile);
      this.describe(tile, drawing);
      return tile;
    });
    elements.forEach((tile, index) => {
      if (box.children[index] !== tile) box.insertBefore(tile, box.children[index] ?? null);
    });
    while (box.children.length > elements.length) box.lastElementChild?.remove();
  }

  /** @param {number} id */
  newTile(id) {
    const tile = document.createElement("button");
    tile.type = "button";
    tile.dataset.id = String(id);
    const picture = document.createElement("i");
    const place = this.known.places.get(id);
    if (place) {
      picture.className = `sheet-${place.sheet}`;
      picture.style.backgroundPosition = `${place.x}% ${place.y}%`;
    }
    tile.append(picture, document.createElement("b"), document.createElement("small"));
    return tile;
  }

  /**
   * @param {HTMLElement} tile
   * @param {Drawing} drawing
   */
  describe(tile, { label, read, writer }) {
    const right = label === read;
    const line = filled(right ? this.words.right : this.words.wrong, { label, read, writer });
    if (tile.ariaLabel === line) return;
    tile.ariaLabel = tile.title = line;
    tile.classList.toggle("wrong", !right);
    const [, mark, caption] = tile.children;
    mark.textContent = right ? "" : `✗ ${read}`;
    caption.textContent = `${label} ${right ? "✓" : `✗ ${read}`} ${writer}`;
  }

  /** Make the drawings as large as the screen has room for. */
  fit() {
    const top = this.box.getBoundingClientRect().top + document.documentElement.scrollTop;
    const height = Math.max(globalThis.innerHeight - Math.max(0, Math.min(top, globalThis.innerHeight)) - 24, 240);
    const side = tileSide(this.tiles.size, this.box.clientWidth, height);
    this.box.style.setProperty("--side", `${side}px`);
    this.box.classList.toggle("captions", side >= WITH_CAPTION);
    this.box.classList.toggle("marks", side >= WITH_MARK);
  }
}

/**
 * @param {number} number
 * @param {{ across: number, down: number, url: string }} sheet
 */
function sheetRule(number, { across, down, url }) {
  return `.sheet-${number} { background-image: url(${url}); background-size: ${100 * across}% ${100 * down}%; }\n`;
}
