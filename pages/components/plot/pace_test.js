import assert from "node:assert/strict";
import { FakeClock } from "../../../tests/support/fake_clock.js";
import { Pace } from "./pace.js";

/** A chart that takes some milliseconds to be drawn. */
class SlowChart {
  clock = new FakeClock();
  pace = new Pace(this.clock);
  /** @type {number[]} The figures that were drawn. */
  drawn = [];

  /** @param {number} takes */
  constructor(takes) {
    this.takes = takes;
  }

  /** @param {number} figure */
  come(figure) {
    this.pace.drawInTime(() => this.draw(figure));
  }

  /** @param {number} figure */
  draw(figure) {
    return this.pace.measure(() => {
      this.drawn.push(figure);
      this.clock.time += this.takes;
      return Promise.resolve();
    });
  }
}

/**
 * Let ten figures come, one each 90 ms, and wait for the last one.
 *
 * @param {SlowChart} chart
 */
async function comeOften(chart) {
  for (let figure = 0; figure < 10; figure += 1) {
    chart.come(figure);
    await Promise.resolve(); // what was drawn is measured
    await Promise.resolve();
    chart.clock.pass(90);
    await Promise.resolve();
    await Promise.resolve();
  }
  chart.clock.pass(1000);
}

Deno.test("where a chart is drawn quickly, each figure is", async () => {
  const chart = new SlowChart(5);
  await comeOften(chart);
  assert.deepEqual(chart.drawn, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

Deno.test("a slow chart is drawn for a small share of the time, and ends with the newest figure", async () => {
  const chart = new SlowChart(25);
  await comeOften(chart);
  assert.ok(chart.drawn.length < 6, chart.drawn.join());
  assert.equal(chart.drawn.at(-1), 9);
  assert.deepEqual(chart.drawn, [...chart.drawn].sort((a, b) => a - b));
});

Deno.test("a chart that takes a second at first does not rest for many", async () => {
  const chart = new SlowChart(1000);
  await chart.draw(0);
  chart.come(1);
  chart.clock.pass(499);
  assert.deepEqual(chart.drawn, [0]);
  chart.clock.pass(1);
  assert.deepEqual(chart.drawn, [0, 1]);
});

Deno.test("what the page draws does not wait, and a chart that is left draws nothing more", async () => {
  const chart = new SlowChart(50);
  await chart.draw(0);
  await chart.draw(1);
  chart.come(2);
  chart.pace.cancel();
  chart.clock.pass(1000);
  assert.deepEqual(chart.drawn, [0, 1]);
});
