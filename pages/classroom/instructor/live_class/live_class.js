// Shows the runs and the students of a class, and asks the server for them again; the chart gets its curves as an event
// `digits-plot`. Nothing of the page is drawn again for this.

/** @import { Component, Cleanup } from "../../../components/streamlit.d.ts" */
/** @import { Action, RunRow } from "./table_rows.js" */

import { find } from "../../../components/find_element.js";
import { ElementViews } from "../../../components/element_views.js";
import { RepeatedFetch } from "../../../components/repeated_fetch.js";
import { UpdateSender } from "../../../components/updates.js";
import { filled } from "../../../components/words.js";
import { actionsFor, fill, rowsFor } from "./table_rows.js";

/** @typedef {{ nickname: string, lesson: string, runs: number, drawings: number, seen: string, here: boolean }} StudentRow */
/**
 * What the server says of a class: see state.py.
 *
 * @typedef {object} Tables
 * @property {RunRow[]} runs
 * @property {StudentRow[]} students
 * @property {string} words
 */

/** @typedef {{ chart: { figure: string, summary: string }, tables: Tables }} Answer */
/**
 * `plot` is the key of the chart, `labels` the words of the buttons, by what they do, each with {run} for the run's name.
 *
 * @typedef {{ address: string, plot: string, tables: Tables, labels: Record<Action, string>, icons: Record<Action, string> }} Data
 */

/** Milliseconds from an answer to the next question. */
const PACE = 1500;

/** @type {ElementViews<LiveClass>} */
const views = new ElementViews();

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const view = views.of(parentElement, () => new LiveClass(parentElement, data));
  view.act = (action, run) => setTriggerValue("act", { action, run });
  return views.removal(parentElement);
}

class LiveClass {
  others = new UpdateSender();
  /** @type {(action: Action, run: number) => void} */
  act = () => {};

  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {Data} data
   */
  constructor(parent, data) {
    this.data = data;
    this.words = find(parent, ".words");
    this.runs = find(parent, ".runs tbody");
    this.students = find(parent, ".students tbody");
    this.show(data.tables);
    this.fetching = new RepeatedFetch(data.address, PACE, (/** @type {Answer} */ { chart, tables }) => {
      this.others.send("digits-plot", { name: data.plot, ...chart });
      this.show(tables);
    });
  }

  /** @param {Tables} tables */
  show({ runs, students, words }) {
    this.words.textContent = words;
    const runRows = rowsFor(this.runs, runs.map((run) => String(run.id)), () => row(4));
    runs.forEach((run, index) => this.showRun(runRows[index], run));
    const studentRows = rowsFor(this.students, students.map((student) => student.nickname), () => row(5));
    students.forEach(({ nickname, lesson, runs, drawings, seen, here }, index) => {
      fill(studentRows[index], [nickname, lesson, String(runs), String(drawings), seen]);
      studentRows[index].classList.toggle("away", !here);
    });
  }

  /**
   * @param {HTMLElement} row
   * @param {RunRow} run
   */
  showRun(row, run) {
    fill(row, [run.name, run.accuracy, run.state]);
    const cell = /** @type {HTMLElement} */ (row.children[3]);
    const buttons = rowsFor(cell, actionsFor(run), (action) => this.button(/** @type {Action} */ (action), run.id));
    for (const button of buttons) {
      const action = /** @type {Action} */ (button.dataset.key);
      const label = filled(this.data.labels[action], { run: run.name });
      if (button.title !== label) button.title = button.ariaLabel = label;
    }
  }

  /**
   * @param {Action} action
   * @param {number} run
   */
  button(action, run) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = this.data.icons[action];
    button.onclick = () => this.act(action, run);
    return button;
  }

  remove() {
    this.fetching.stop();
    this.others.stop();
  }
}

/** @param {number} cells */
function row(cells) {
  const made = document.createElement("tr");
  for (let index = 0; index < cells; index++) made.append(document.createElement("td"));
  return made;
}
