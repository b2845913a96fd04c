// The line of a lesson's bar: folds what is below it, and says new steps and ticks to who listens.
// What folding hides is up to bar.css; on a phone the bar is folded until it is pulled down.

/** @import { Component, Cleanup } from "../../components/streamlit.d.ts" */

import { find } from "../../components/find_element.js";
import { ElementViews } from "../../components/element_views.js";

/**
 * `done` is the tick's word, "" without one; `isDone` the sentence that says so. At the end, nothing `folds`.
 *
 * @typedef {{ lesson: string, place: string, title: string, done: string, isDone: string, folds: boolean }} Data
 */

const BAR = ".st-key-lesson_bar";
const NARROW = "(max-width: 640px)";
/** So many pixels down unfold the bar, and up fold it. */
const PULL = 16;
/** The height of the bar, for what else is to be in view. */
const HEIGHT = "--lesson-bar";
/** How far the page is scrolled, which bar.css makes the bar shorter by. */
const SCROLLED = "--page-scrolled";

/** @type {ElementViews<LessonLine>} */
const lines = new ElementViews();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement }) {
  lines.of(parentElement, () => new LessonLine(parentElement)).update(data);
  return lines.removal(parentElement);
}

class LessonLine {
  said = "";
  done = "";
  height = new ResizeObserver(([entry]) => {
    const { height } = entry.target.getBoundingClientRect();
    if (height) document.documentElement.style.setProperty(HEIGHT, `${Math.round(height)}px`);
  });
  page = document.querySelector(".stMain");
  followScroll = () => {
    /** @type {HTMLElement | null} */
    const bar = document.querySelector(BAR);
    bar?.style.setProperty(SCROLLED, `${Math.min(this.page?.scrollTop ?? 0, innerHeight)}px`);
  };

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.button = /** @type {HTMLButtonElement} */ (find(parent, "button"));
    this.place = find(parent, ".place");
    this.title = find(parent, "strong");
    this.tick = find(parent, ".tick");
    this.status = find(parent, "p");
    this.followPointer();
    this.page?.addEventListener("scroll", this.followScroll, { passive: true });
    this.fold((root().lessonBar ?? (matchMedia(NARROW).matches ? "folded" : "open")) === "folded");
  }

  /** @param {Data} data */
  update({ lesson, place, title, done, isDone, folds }) {
    this.place.textContent = place;
    this.title.textContent = title;
    this.button.hidden = false;
    this.tick.hidden = !done;
    find(this.tick, "span").textContent = done;
    this.button.disabled = !folds;
    this.nameRegion(lesson);
    const step = `${place}: ${title}`;
    if (this.said && step !== this.said) {
      this.status.textContent = step;
      this.page?.scrollTo({ top: 0 }); // what the step says is there
      if (matchMedia(NARROW).matches) this.fold(true); // what was pulled down covers the page of the new step
    } else if (this.said && done && !this.done) this.status.textContent = isDone;
    this.said = step;
    this.done = done;
  }

  /** @param {boolean} folded */
  fold(folded) {
    this.folded = folded;
    this.button.ariaExpanded = String(!folded);
    root().lessonBar = folded ? "folded" : "open";
  }

  /**
   * Let the container of the bar, which Streamlit draws, be a region with a name, and tell the page's styles its height.
   *
   * @param {string} name
   */
  nameRegion(name) {
    const bar = document.querySelector(BAR);
    if (!bar) return;
    bar.setAttribute("role", "region");
    bar.setAttribute("aria-label", name);
    this.height.observe(bar);
    this.followScroll();
  }

  remove() {
    this.page?.removeEventListener("scroll", this.followScroll);
    this.height.disconnect();
    document.documentElement.style.removeProperty(HEIGHT);
  }

  /** Let the bar be pulled down and pushed up. What the pointer does is a click as well, but not always on a phone. */
  followPointer() {
    let start = 0, pulled = false;
    this.button.onpointerdown = ({ clientY, pointerId }) => {
      start = clientY;
      this.button.setPointerCapture(pointerId);
    };
    this.button.onpointerup = ({ clientY }) => {
      pulled = Math.abs(clientY - start) >= PULL;
      if (pulled) this.fold(clientY < start);
    };
    this.button.onclick = ({ detail }) => {
      const byKeyboard = detail === 0;
      if (byKeyboard || !pulled) this.fold(!this.folded);
    };
  }
}

/** @returns {DOMStringMap} what the page's styles are told */
function root() {
  return document.documentElement.dataset;
}
