/** @import { FakePage } from "../../../tests/support/fake_page.js" */

import assert from "node:assert/strict";
import { FakeElement, testsWith } from "../../../tests/support/fake_page.js";
import { EpochPlayer } from "./epoch_player.js";

/** @param {number} step */
function frame(step) {
  return { step, when: `after epoch ${step}`, lasting: true };
}

/** A player on a page, and what it draws. */
class Screen {
  parent = new FakeElement();
  /** @type {number[]} */
  drawn = [];
  player = new EpochPlayer(/** @type {any} */ (this.parent), {
    take: () => {},
    draw: ({ step }) => this.drawn.push(step),
  });

  get slider() {
    return this.parent.find(".player input");
  }

  press() {
    this.parent.find(".player .play").dispatchEvent(new Event("click"));
  }

  remove() {
    this.player.remove();
  }

  /** @param {number} index */
  move(index) {
    this.slider.value = String(index);
    this.slider.dispatchEvent(new Event("input"));
  }
}

/** @param {FakePage} page @param {number[]} steps @param {boolean} atRest */
function answer(page, steps, atRest = false) {
  page.reply = () => Response.json({ frames: steps.map(frame), empty: "There is no epoch yet", atRest });
}

const test = testsWith(() => new Screen());

test("the newest epoch is shown first, and of a run at rest nothing more is asked", async (page, screen) => {
  answer(page, [0, 1, 2], true);
  screen.player.show("epochs/1");
  await page.pass(10_000);
  assert.deepEqual([screen.drawn, page.asked], [[2], ["epochs/1"]]);
  assert.deepEqual([screen.slider.max, screen.slider.value, screen.slider.ariaValueText], ["2", "2", "after epoch 2"]);
  assert.equal(screen.parent.find(".player").hidden, false);
});

test("while a run trains, what is new is asked for and followed", async (page, screen) => {
  answer(page, [0, 1]);
  screen.player.show("epochs/1?view=map");
  await page.pass(100);
  answer(page, [2]);
  await page.pass(1_700);
  assert.deepEqual(page.asked, ["epochs/1?view=map", "epochs/1?view=map&after=1"]);
  assert.equal(screen.drawn.at(-1), 2);
});

test("who has gone back to an epoch stays there when others come", async (page, screen) => {
  answer(page, [0, 1]);
  screen.player.show("epochs/1");
  await page.pass(100);
  screen.move(0);
  answer(page, [2], true);
  await page.pass(3_000);
  assert.deepEqual([screen.drawn.at(-1), screen.slider.max], [0, "2"]);
});

test("the button plays all epochs once", async (page, screen) => {
  answer(page, [0, 1, 2], true);
  const button = screen.parent.find(".player .play");
  Object.assign(button.dataset, { play: "Play", pause: "Pause" });
  screen.player.show("epochs/1");
  await page.pass(100);
  screen.press();
  assert.equal(button.textContent, "Pause");
  await page.pass(5_000);
  assert.deepEqual([...new Set(screen.drawn)], [2, 0, 1]);
  assert.deepEqual([screen.drawn.at(-1), button.textContent], [2, "Play"]);
});

test("a server that is away is asked again later, one that knows no such run is not", async (page, screen) => {
  page.reply = () => new Response("", { status: 503 });
  screen.player.show("epochs/1");
  await page.pass(3_900);
  assert.equal(page.asked.length, 1);
  page.reply = () => new Response("", { status: 404 });
  await page.pass(10_000);
  assert.equal(page.asked.length, 2);
});

test("why there is no epoch stands in their place, until there is one", async (page, screen) => {
  answer(page, []);
  screen.player.show("epochs/1");
  await page.pass(100);
  const { textContent } = screen.parent.find(".empty");
  assert.deepEqual([textContent, screen.parent.find(".shown").hidden], ["There is no epoch yet", true]);
  answer(page, [0], true);
  await page.pass(2_000);
  assert.equal(screen.parent.find(".empty").textContent, "");
  assert.deepEqual([screen.parent.find(".shown").hidden, screen.parent.find(".player").hidden], [false, true]);
});

test("another run replaces the epochs, and the same one changes nothing", async (page, screen) => {
  answer(page, [0, 1, 2], true);
  screen.player.show("epochs/1");
  await page.pass(100);
  screen.player.show("epochs/1");
  answer(page, [0, 1], true);
  screen.player.show("epochs/2");
  await page.pass(100);
  assert.deepEqual([page.asked, screen.drawn, screen.slider.max], [["epochs/1", "epochs/2"], [2, 1], "1"]);
});

for (const status of [200, 503]) {
  test(`a late answer ${status} about the run before changes nothing`, async (page, screen) => {
    /** @type {(answer: Response) => void} */
    let late = () => {};
    page.reply = () => new Promise((resolve) => (late = resolve));
    screen.player.show("epochs/1");
    answer(page, [0, 1], true);
    screen.player.show("epochs/2");
    await page.pass(100);
    late(Response.json({ frames: [7, 8].map(frame), empty: "", atRest: true }, { status }));
    await page.pass(10_000);
    assert.deepEqual([screen.drawn, page.asked], [[1], ["epochs/1", "epochs/2"]]);
  });
}

test("a page that was left asks for nothing", async (page, screen) => {
  answer(page, [0]);
  screen.player.show("epochs/1");
  await page.pass(100);
  screen.player.remove();
  await page.pass(10_000);
  assert.equal(page.asked.length, 1);
});
