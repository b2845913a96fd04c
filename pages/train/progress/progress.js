// Shows how far a run is, and asks the server for news of it. Plots on the page hear what is for them as `digits-plot`.

/** @import { Component, Cleanup } from "../../components/streamlit.d.ts" */

import { find } from "../../components/elements.js";
import { isUpToDate } from "../../components/newest.js";
import { viewOf } from "../../components/views.js";
import { PageState, RETRY, secondsLeft, secondsToWait } from "./polling.js";

/** @typedef {{ kind: string, text: string }} Notice */

/**
 * What the server tells of a run, see updates.py.
 *
 * @typedef {object} News
 * @property {number} at
 * @property {string} page
 * @property {number | null} pace
 * @property {number} fraction
 * @property {string} words
 * @property {Notice | null} notice
 * @property {string[]} numbers
 * @property {string} validation
 */

/** @typedef {{ address: string, news: News }} Data */

/** @type {WeakMap<Node, Progress>} */
const views = new WeakMap();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const view = viewOf(views, parentElement, () => new Progress(parentElement, data));
  view.update(data, setTriggerValue);
  return () => {
    view.remove();
    views.delete(parentElement);
  };
}

class Progress {
  page = new PageState();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer = undefined;
  asking = false;
  removed = false;
  /** @type {string | null} Of the news that came last, by which the server knows that there are no others. */
  tag = null;
  /** @type {Component<Data>["setTriggerValue"]} */
  setTriggerValue = () => {};

  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {Data} data
   */
  constructor(parent, { address, news }) {
    this.address = address;
    this.news = news;
    this.find = (/** @type {string} */ selector) => find(parent, selector);
    this.values = parent.querySelectorAll("dd");
    this.seen = () => this.ask();
    document.addEventListener("visibilitychange", this.seen);
  }

  /**
   * The page was drawn, anew perhaps. News that came after its script had read the run stay.
   *
   * @param {Data} data
   * @param {Component<Data>["setTriggerValue"]} setTriggerValue
   */
  update({ address, news }, setTriggerValue) {
    this.address = new URL(address, document.baseURI).href;
    this.setTriggerValue = setTriggerValue;
    this.page.drawn = news.page;
    if (isUpToDate(news, this.news)) this.show(news);
    this.askIn(news.pace);
  }

  /** @param {number | null} seconds */
  askIn(seconds) {
    clearTimeout(this.timer);
    if (seconds !== null) this.timer = setTimeout(() => this.ask(), 1000 * seconds);
  }

  async ask() {
    if (document.hidden || this.asking || this.removed) return;
    this.asking = true;
    const started = performance.now();
    const wait = await this.hear().catch(() => RETRY / 1000); // Streamlit says that the server is away
    this.asking = false;
    const passed = (performance.now() - started) / 1000;
    if (!this.removed) this.askIn(secondsLeft(wait, passed));
  }

  /** Return after how many seconds to ask again. */
  async hear() {
    const headers = this.tag ? { "If-None-Match": this.tag } : undefined;
    const answer = await fetch(this.address, { headers, cache: "no-store" });
    if (this.removed) return null;
    if (answer.ok) {
      const news = await answer.json();
      this.tag = answer.headers.get("ETag");
      this.show(news);
      for (const [name, chart] of Object.entries(news.charts)) tell("digits-plot", { name, at: news.at, ...chart });
    }
    const trouble = answer.status === 503 ? { kind: "error", text: (await answer.json()).error } : null;
    this.notice(trouble ?? this.news.notice);
    const page = answer.status === 404 ? "none" : this.news.page;
    if (this.page.mustRedraw(page, performance.now())) this.setTriggerValue("outdated", page);
    return secondsToWait(this.news.pace, this.page.isOutdated(page));
  }

  /** @param {News} news */
  show(news) {
    this.news = news;
    this.find(".words").textContent = news.words;
    this.find(".track").ariaValueNow = String(Math.floor(100 * news.fraction));
    this.find(".track").ariaValueText = news.words;
    this.find(".track div").style.width = `${100 * news.fraction}%`;
    this.values.forEach((value, index) => (value.textContent = news.numbers[index]));
    this.find(".validation").textContent = news.validation;
    this.find(".validation").hidden = !news.validation;
    this.notice(news.notice);
  }

  /** @param {Notice | null} notice */
  notice(notice) {
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
    document.removeEventListener("visibilitychange", this.seen);
  }
}

/**
 * @param {string} kind
 * @param {object} detail
 */
function tell(kind, detail) {
  window.dispatchEvent(new CustomEvent(kind, { detail }));
}
