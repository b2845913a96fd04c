/** @import { FakePage } from "../../../tests/support/fake_page.js" */

import assert from "node:assert/strict";
import { FakeElement, testsWith } from "../../../tests/support/fake_page.js";
import { UpdateSender } from "../../components/updates.js";
import networkLive from "./network_live.js";

const BLANK = "?".repeat(784); // of weights that are all nothing

/** @param {number} step @param {object} changes */
function frame(step, changes = {}) {
  const mistakes = `≈ ${1000 - step} of 10,000`;
  return {
    step,
    when: `after step ${step}`,
    lasting: true,
    mistakes,
    units: [4],
    weights: [BLANK],
    answers: [7, 3],
    ...changes,
  };
}

/** What all frames have in common, of a network with one unit that is shown, and of two images. */
const ABOUT = {
  title: "One unit",
  unitNames: [],
  unit: "Unit",
  reading: "red is for",
  help: "what units are",
  images: ["V".repeat(784), "V".repeat(784)],
  labels: [7, 2],
  classes: ["zero", "one", "two", "three", "four", "five", "six", "seven"],
  words: {
    answers: "Answers",
    pictures: "{title} {when}, {reading}",
    wrong: "{answer}, but it is {label}",
    oneRead: "{right} of {images} read {when}",
    read: "{right} of {images} are read {when}",
    mistakes: "{mistakes} misread.",
  },
};

/** The picture of a network on a page, and what it shows. */
class Screen {
  parent = new FakeElement();
  remove = () => {};

  constructor() {
    this.parent.parentElement = new FakeElement(); // which has the theme
  }

  /** @param {object} changes of the data */
  draw(changes = {}) {
    const colours = { for: "red", against: "blue" };
    const data = { address: "network/1/5", atRest: false, colours, play: "Play", pause: "Pause", ...changes };
    this.remove = this.parent.removal(networkLive(/** @type {any} */ ({ data, parentElement: this.parent })));
  }

  /** @param {string} selector */
  part(selector) {
    return /** @type {any} */ (this.parent.find(selector));
  }

  /** The moment that is shown, in words. */
  when() {
    return this.part("input").ariaValueText;
  }

  /** @param {number} index */
  move(index) {
    this.part("input").value = String(index);
    this.part("input").dispatchEvent(new Event("input"));
  }

  press() {
    this.part(".play").dispatchEvent(new Event("click"));
  }
}

/** @param {FakePage} page @param {object[]} frames @param {object} about */
function answer(page, frames, about = ABOUT) {
  page.reply = () => Response.json({ frames, ...about });
}

const test = testsWith(() => new Screen());

/**
 * Draw the page while there is no frame yet; three come then.
 *
 * @param {FakePage} page
 * @param {Screen} screen
 */
async function comeBeforeTheFrames(page, screen) {
  answer(page, [], {});
  screen.draw();
  await page.pass(10);
  answer(page, [frame(0), frame(10), frame(20)]);
}

test("who comes later sees the network as it is, with what can be said of it", async (page, screen) => {
  answer(page, [frame(0), frame(10), frame(20)]);
  screen.draw();
  await page.pass(10);
  assert.deepEqual([page.asked, screen.when()], [["network/1/5"], "after step 20"]);
  assert.equal(screen.part(".units").ariaLabel, "One unit after step 20, red is for");
  assert.equal(screen.part(".digits").ariaLabel, "≈ 980 of 10,000 misread. 1 of 2 read after step 20");
  const [right, wrong] = screen.part(".digits").children;
  assert.deepEqual([right.find("span").textContent, right.title], ["✓ seven", "seven"]);
  assert.deepEqual([wrong.find("span").textContent, wrong.title], ["✗ three", "three, but it is two"]);
  assert.equal(screen.part(".units").children[0].title, "Unit 5");
});

test("who was there before the first frame sees the network grow, frame by frame", async (page, screen) => {
  answer(page, [], { empty: "There is nothing yet" });
  screen.draw();
  await page.pass(10);
  assert.deepEqual([screen.part(".empty").textContent, screen.part(".empty").hidden], ["There is nothing yet", false]);
  answer(page, [frame(0), frame(10), frame(20)]);
  const sender = news(1);
  await page.pass(10);
  assert.deepEqual([screen.when(), screen.part(".empty").hidden], ["after step 0", true]);
  await page.pass(150);
  assert.equal(screen.when(), "after step 10");
  await page.pass(150);
  assert.equal(screen.when(), "after step 20");
  sender.stop();
});

test("who wants less motion sees the newest frame at once", async (page, screen) => {
  page.reducedMotion = true;
  await comeBeforeTheFrames(page, screen);
  news(1).stop();
  await page.pass(10);
  assert.equal(screen.when(), "after step 20");
});

/** @param {number} run of which there are news, as the progress of a run tells them */
function news(run) {
  const sender = new UpdateSender();
  sender.send("digits-update", { address: `http://app/network/${run}` });
  return sender;
}

test("news of the run bring the frames that are new, those of another run nothing", async (page, screen) => {
  answer(page, [frame(0), frame(10)]);
  screen.draw();
  await page.pass(10);
  answer(page, [frame(20)], {});
  news(1).stop();
  await page.pass(10);
  assert.deepEqual([page.asked.at(-1), screen.when()], ["network/1/5?after=10", "after step 20"]);
  screen.draw({ address: "network/12/5" });
  await page.pass(10);
  const asked = page.asked.length;
  news(1).stop();
  await page.pass(10);
  assert.equal(page.asked.length, asked);
});

test("Play shows the training from its beginning to its end, and is Pause meanwhile", async (page, screen) => {
  answer(page, [frame(0), frame(10), frame(20)]);
  screen.draw();
  await page.pass(10);
  const play = screen.part(".play");
  assert.equal(play.textContent, "Play");
  screen.press();
  assert.deepEqual([screen.when(), play.textContent], ["after step 0", "Pause"]);
  await page.pass(700);
  assert.equal(screen.when(), "after step 10");
  screen.press();
  await page.pass(5_000);
  assert.deepEqual([screen.when(), play.textContent], ["after step 10", "Play"]);
  screen.press();
  await page.pass(700);
  assert.deepEqual([screen.when(), play.textContent], ["after step 20", "Play"]);
});

test("a moment that was chosen stays, also when all frames come again at the end of the run", async (page, screen) => {
  answer(page, [frame(0), frame(10), frame(20)]);
  screen.draw();
  await page.pass(10);
  screen.move(1);
  assert.deepEqual([screen.when(), screen.part("input").max], ["after step 10", "2"]);
  screen.draw({ atRest: true });
  await page.pass(10);
  assert.deepEqual([page.asked.length, screen.when(), screen.part("input").value], [2, "after step 10", "1"]);
});

test("units that were chosen after the first epoch are shown in all frames", async (page, screen) => {
  answer(page, [frame(0), frame(10)]);
  screen.draw();
  await page.pass(10);
  answer(page, [frame(20, { units: [8] })], {});
  news(1).stop();
  await page.pass(10);
  assert.deepEqual(page.asked.slice(1), ["network/1/5?after=10", "network/1/5"]);
});

test("of a run at rest, the server is asked again while it is away", async (page, screen) => {
  page.reply = () => new Response(null, { status: 503 });
  screen.draw({ atRest: true });
  await page.pass(2_900);
  assert.equal(page.asked.length, 1);
  answer(page, [frame(0), frame(10)]);
  await page.pass(200);
  assert.deepEqual([page.asked.length, screen.when()], [2, "after step 10"]);
});

test("a run without pictures is not asked about again", async (page, screen) => {
  page.reply = () => new Response(null, { status: 404 });
  screen.draw({ atRest: true });
  await page.pass(10_000);
  assert.equal(page.asked.length, 1);
});

test("what becomes known while frames are on their way brings all of them again", async (page, screen) => {
  const late = lateAnswer(page);
  screen.draw();
  screen.draw({ atRest: true });
  await page.pass(10);
  assert.equal(page.asked.length, 1, "one question at a time");
  answer(page, [frame(0), frame(20)]);
  late([frame(0), frame(10)]);
  await page.pass(10);
  assert.deepEqual([page.asked, screen.when()], [["network/1/5", "network/1/5"], "after step 20"]);
});

/** @param {FakePage} page @returns {(frames: object[]) => void} what gives the answer at last */
function lateAnswer(page) {
  const { promise, resolve } = Promise.withResolvers();
  page.reply = () => /** @type {Promise<Response>} */ (promise);
  return (frames) => resolve(Response.json({ frames, ...ABOUT }));
}

test("mistakes are shown once they are counted, and the player once there are two frames", async (page, screen) => {
  const hidden = () => [".mistakes", ".player"].map((part) => screen.part(part).classList.has("none"));
  answer(page, [frame(0, { mistakes: "" })]);
  screen.draw();
  await page.pass(10);
  assert.deepEqual(hidden(), [true, true]);
  answer(page, [frame(10)], {});
  news(1).stop();
  await page.pass(10);
  assert.deepEqual(hidden(), [false, false]);
  assert.equal(screen.part(".mistakes b").textContent, "≈ 990 of 10,000");
});

test("an answer that is another now is marked for a moment", async (page, screen) => {
  answer(page, [frame(0, { answers: [1, 3] }), frame(10)]);
  screen.draw();
  await page.pass(10);
  const marked = () => screen.part(".digits").children.map((/** @type {any} */ it) => it.classList.has("changed"));
  assert.deepEqual(marked(), [false, false]);
  screen.move(0);
  assert.deepEqual(marked(), [true, false]);
  await page.pass(800);
  assert.deepEqual(marked(), [false, false]);
});

test("a switch of the theme repaints units and images", async (page, screen) => {
  answer(page, [frame(0), frame(10)]);
  screen.draw();
  await page.pass(10);
  const painted = () => {
    const cells = [".units", ".digits"].flatMap((box) => screen.part(box).children);
    return cells.map((cell) => cell.find("canvas").drawn.splice(0).length);
  };
  painted();
  page.change();
  assert.deepEqual(painted(), [1, 1, 1]);
});

test("a page that was left asks for nothing, and nothing moves", async (page, screen) => {
  await comeBeforeTheFrames(page, screen);
  news(1).stop();
  await page.pass(10);
  screen.remove();
  news(1).stop();
  page.change();
  await page.pass(10_000);
  assert.deepEqual([screen.when(), page.asked.length, page.observers.size], ["after step 0", 2, 0]);
});

test("a page that was left neither asks again nor takes what comes late", async (page, screen) => {
  page.reply = () => new Response(null, { status: 503 });
  screen.draw({ atRest: true });
  await page.pass(10);
  screen.remove();
  await page.pass(10_000);
  assert.equal(page.asked.length, 1);
  const late = lateAnswer(page);
  screen.draw();
  screen.remove();
  late([frame(0), frame(10)]);
  await page.pass(10);
  assert.deepEqual([page.asked.length, screen.when()], [2, ""]);
});
