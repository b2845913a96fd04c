// The bar over the foot of every page of a class: what the instructor hands out or shows. It asks the server for it.

/** @import { Component, Cleanup } from "../../components/streamlit.d.ts" */
/** @import { Item } from "./closed_items.js" */

import { find } from "../../components/find_element.js";
import { ElementViews } from "../../components/element_views.js";
import { RepeatedFetch } from "../../components/repeated_fetch.js";
import { close, openItems } from "./closed_items.js";

/** @typedef {{ items: Item[], frozen: boolean }} Told */
/** @typedef {{ address: string, told: Told, close: string }} Data */

/** Milliseconds from an answer to the next question: forty students ask sixteen times a second. */
const PACE = 2500;

/** @type {ElementViews<Notice>} */
const notices = new ElementViews();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const notice = notices.of(parentElement, () => new Notice(parentElement, data));
  notice.go = (kind) => setTriggerValue("go", kind);
  return notices.removal(parentElement);
}

class Notice {
  /** @type {(kind: string) => void} */
  go = () => {};
  drawn = "";
  pressed = false;

  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {Data} data
   */
  constructor(parent, data) {
    this.data = data;
    this.told = data.told;
    this.bar = find(parent, "aside");
    // Nothing comes under a pen that is down.
    this.press = () => (this.pressed = true);
    this.release = () => {
      this.pressed = false;
      this.draw();
    };
    addEventListener("pointerdown", this.press, true);
    addEventListener("pointerup", this.release, true);
    addEventListener("pointercancel", this.release, true);
    this.draw();
    const take = (/** @type {Told} */ told) => {
      this.told = told;
      this.draw();
    };
    this.fetching = new RepeatedFetch(data.address, PACE, take, () => take({ items: [], frozen: false }));
  }

  draw() {
    if (this.pressed) return;
    const items = openItems(this.told.items, sessionStorage);
    const form = JSON.stringify(items);
    if (form === this.drawn) return;
    this.drawn = form;
    this.bar.replaceChildren(...items.map((item) => this.item(item)));
    this.bar.hidden = !items.length;
    setHeight(this.bar.offsetHeight);
  }

  /** @param {Item} item */
  item(item) {
    const box = element("div", "item");
    if (item.picture) box.append(Object.assign(document.createElement("img"), { src: item.picture, alt: "" }));
    box.append(Object.assign(element("p", "words"), { textContent: item.words }));
    if (item.button) {
      box.append(this.button("go", item.button, () => {
        close(item, sessionStorage);
        this.go(item.kind);
        this.draw();
      }));
    }
    const closing = this.button("close", "✕", () => {
      close(item, sessionStorage);
      this.draw();
    });
    closing.ariaLabel = closing.title = this.data.close;
    box.append(closing);
    return box;
  }

  /**
   * @param {string} name
   * @param {string} label
   * @param {() => void} onclick
   */
  button(name, label, onclick) {
    return Object.assign(element("button", name), { type: "button", textContent: label, onclick });
  }

  remove() {
    this.fetching.stop();
    setHeight(0);
    removeEventListener("pointerdown", this.press, true);
    removeEventListener("pointerup", this.release, true);
    removeEventListener("pointercancel", this.release, true);
  }
}

/**
 * Tell the page's styles how much of its foot the bar covers: the page can be scrolled so much further.
 *
 * @param {number} pixels
 */
function setHeight(pixels) {
  document.documentElement.style.setProperty("--class-notice", `${pixels}px`);
}

/**
 * @param {string} tag
 * @param {string} name
 */
function element(tag, name) {
  return Object.assign(document.createElement(tag), { className: name });
}
