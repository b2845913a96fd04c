// Shows how far a run is, and asks the server for updates. Plots on the page get theirs as an event `digits-plot`, the
// hints as `digits-hints`; the picture of the network fetches what is new after a `digits-update`.

/** @import { Component, Cleanup } from "../../components/streamlit.d.ts" */

import { find } from "../../components/find_element.js";
import { isUpToDate } from "../../components/update_order.js";
import { UpdateSender } from "../../components/updates.js";
import { ElementViews } from "../../components/element_views.js";
import { PageState, RETRY, secondsLeft, secondsToWait } from "./polling.js";

/** @typedef {{ kind: string, text: string }} Notice */

/**
 * What the server says of a run: see updates.py.
 *
 * @typedef {object} Update
 * @property {number} at
 * @property {string} page
 * @property {number | null} pace
 * @property {number} fraction
 * @property {boolean} no_numbers
 * @property {string} words
 * @property {Notice | null} notice
 * @property {string[]} numbers
 * @property {string} validation
 */

/** @typedef {{ address: string, news: Update }} Data */

/** @type {ElementViews<Progress>} */
const views = new ElementViews();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const view = views.of(parentElement, () => new Progress(parentElement, data));
  view.update(data, setTriggerValue);
  return views.removal(parentElement);
}

class Progress {
  page = new PageState();
  others = new UpdateSender();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer = undefined;
  polling = false;
  removed = false;
  /** @type {string | null} Of the last update: with it the server can say that nothing has changed. */
  tag = null;
  /** @type {Component<Data>["setTriggerValue"]} */
  setTriggerValue = () => {};

  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {Data} data
   */
  constructor(parent, { address, news: update }) {
    this.address = address;
    this.shown = update;
    this.find = (/** @type {string} */ selector) => find(parent, selector);
    this.values = parent.querySelectorAll("dd");
    this.onVisibility = () => this.poll();
    document.addEventListener("visibilitychange", this.onVisibility);
  }

  /**
   * The page was drawn, perhaps again. An update that came after its script had read the run stays.
   *
   * @param {Data} data
   * @param {Component<Data>["setTriggerValue"]} setTriggerValue
   */
  update({ address, news: update }, setTriggerValue) {
    this.address = new URL(address, document.baseURI).href;
    this.setTriggerValue = setTriggerValue;
    this.page.drawn = update.page;
    if (isUpToDate(update, this.shown)) this.show(update);
    this.pollIn(update.pace);
  }

  /** @param {number | null} seconds */
  pollIn(seconds) {
    clearTimeout(this.timer);
    if (seconds !== null) this.timer = setTimeout(() => this.poll(), 1000 * seconds);
  }

  async poll() {
    if (document.hidden || this.polling || this.removed) return;
    this.polling = true;
    const started = performance.now();
    const wait = await this.fetchUpdate().catch(() => RETRY / 1000); // Streamlit says that the server is away
    this.polling = false;
    const passed = (performance.now() - started) / 1000;
    if (!this.removed) this.pollIn(secondsLeft(wait, passed));
  }

  /** Return after how many seconds to ask again. */
  async fetchUpdate() {
    const headers = this.tag ? { "If-None-Match": this.tag } : undefined;
    const answer = await fetch(this.address, { headers, cache: "no-store" });
    if (this.removed) return null;
    if (answer.ok) {
      const update = await answer.json();
      this.tag = answer.headers.get("ETag");
      this.show(update);
      for (const [name, chart] of Object.entries(update.charts)) {
        this.others.send("digits-plot", { name, at: update.at, ...chart });
      }
      if (update.hints) this.others.send("digits-hints", update.hints);
      this.others.send("digits-update", { address: this.address });
    }
    const trouble = answer.status === 503 ? { kind: "error", text: (await answer.json()).error } : null;
    this.showNotice(trouble ?? this.shown.notice);
    const page = answer.status === 404 ? "none" : this.shown.page;
    if (this.page.mustRedraw(page, performance.now())) this.setTriggerValue("outdated", page);
    return secondsToWait(this.shown.pace, this.page.isOutdated(page));
  }

  /** @param {Update} update */
  show(update) {
    this.shown = update;
    this.find(".words").textContent = update.words;
    this.find(".track").ariaValueNow = String(Math.floor(100 * update.fraction));
    this.find(".track").ariaValueText = update.words;
    this.find(".track div").style.width = `${100 * update.fraction}%`;
    this.values.forEach((value, index) => (value.textContent = update.numbers[index]));
    this.find(".validation").textContent = update.validation;
    this.find(".validation").hidden = !update.validation;
    // Where there are no numbers, their room is the notice's, so that nothing moves.
    this.find(".numbers").classList.toggle("none", update.no_numbers);
    this.showNotice(update.notice);
  }

  /** @param {Notice | null} notice */
  showNotice(notice) {
    const box = this.find(".notice");
    box.hidden = !notice;
    if (!notice || box.textContent === notice.text) return; // it would be read out again
    box.className = `notice ${notice.kind}`;
    box.role = notice.kind === "info" ? "status" : "alert";
    box.textContent = notice.text;
  }

  remove() {
    this.removed = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onVisibility);
    this.others.stop();
  }
}
