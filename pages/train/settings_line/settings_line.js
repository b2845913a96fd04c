// Folds the settings of Train into one line, and brings a new run into view. What folding hides is up to page.css.

/** @import { Component, Cleanup } from "../../components/streamlit.d.ts" */

import { find } from "../../components/find_element.js";
import { ElementViews } from "../../components/element_views.js";

/**
 * `linked` says whether the address asks for settings, `filledIn` how often something other than a hand has filled some in.
 *
 * @typedef {{ text: string, run: number | null, linked: boolean, filledIn: number }} Data
 */

// As long as the page that a press asked for may take to be drawn, and as long again while the server still draws it.
const PATIENCE = 5000;

/** @type {ElementViews<SettingsLine>} */
const lines = new ElementViews();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement }) {
  const line = lines.of(parentElement, () => new SettingsLine(parentElement, data));
  line.update(data);
  return lines.removal(parentElement);
}

class SettingsLine {
  /** @type {AbortController | undefined} */
  waiting = undefined;

  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {Data} data
   */
  constructor(parent, { run, linked, filledIn }) {
    this.run = run;
    this.filledIn = filledIn;
    this.button = find(parent, "button");
    this.button.onclick = () => this.toggle();
    this.fold(run !== null && !linked);
    if (this.folded) this.showRun();
  }

  /** @param {Data} data */
  update({ text, run, filledIn }) {
    find(this.button, "span").textContent = text;
    this.button.ariaLabel = `Settings: ${text}`;
    const filled = filledIn !== this.filledIn;
    this.filledIn = filledIn;
    if (run !== this.run) {
      this.run = run;
      this.fold(run !== null);
      if (run !== null) this.showRun();
    } else if (filled) {
      this.unfold();
    }
  }

  /** Fold or unfold, as a press asks for. */
  toggle() {
    if (this.folded) this.unfold();
    else this.fold(true);
  }

  /** Unfold the settings at the top of the page, which may be out of view. */
  unfold() {
    this.fold(false);
    this.button.scrollIntoView({ block: "nearest" });
  }

  /** @param {boolean} folded */
  fold(folded) {
    this.folded = folded;
    this.button.ariaExpanded = String(!folded);
    document.documentElement.dataset.trainSettings = folded ? "folded" : "open";
  }

  /** Scroll to the run while the page is drawn, until it is in view or somebody scrolls. */
  showRun() {
    this.waiting?.abort();
    const waiting = (this.waiting = new AbortController());
    const follow = () => scrollToRun() && waiting.abort();
    const drawn = new MutationObserver(follow);
    waiting.signal.addEventListener("abort", () => drawn.disconnect());
    drawn.observe(document.body, { childList: true, subtree: true });
    for (const event of ["wheel", "touchstart", "keydown"]) {
      addEventListener(event, () => waiting.abort(), { signal: waiting.signal, passive: true });
    }
    const end = () => {
      if (isBeingDrawn() && !waiting.signal.aborted) setTimeout(end, PATIENCE);
      else waiting.abort();
    };
    setTimeout(end, PATIENCE);
    follow();
  }

  remove() {
    this.waiting?.abort();
    delete document.documentElement.dataset.trainSettings;
  }
}

/** Whether the server still draws the page, which may take long where forty people press Train together. */
function isBeingDrawn() {
  return document.querySelector("[data-test-script-state=running]") !== null;
}

/** Scroll to the run unless all of it is in view; return whether it is then at the top. */
function scrollToRun() {
  const run = document.querySelector(".st-key-live_run");
  if (!run) return false;
  const { top, bottom } = run.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) run.scrollIntoView({ block: "start" });
  return run.getBoundingClientRect().top <= parseFloat(getComputedStyle(run).scrollMarginTop) + 1;
}
