import assert from "node:assert/strict";
import { FakeElement, testsWith } from "../../../tests/support/fake_page.js";
import lessonLine from "./lesson_line.js";

const STEPS = [
  { place: "Step 1 of 2", title: "Look" },
  { place: "Step 2 of 2", title: "Train" },
];
const BAR = ".st-key-lesson_bar";

/** The line of a lesson on a page, and what people do with it. */
class Line {
  parent = new FakeElement();
  remove = () => {};

  /** @param {number} step @param {object} changes of the data */
  draw(step, changes = {}) {
    const data = { lesson: "Lesson: Units", ...STEPS[step], done: "", isDone: "It is done.", folds: true, ...changes };
    this.remove = this.parent.removal(lessonLine(/** @type {any} */ ({ data, parentElement: this.parent })));
  }

  get button() {
    return /** @type {any} */ (this.parent.find("button"));
  }

  get said() {
    return this.parent.find("p").textContent;
  }

  isOpen() {
    return this.button.ariaExpanded === "true";
  }

  /**
   * Press the line and let go so far below; browsers tell of a click after it, but not always on a phone.
   *
   * @param {number} down
   */
  pull(down, click = true) {
    this.button.onpointerdown({ clientY: 100, pointerId: 1 });
    this.button.onpointerup({ clientY: 100 + down });
    if (click) this.button.onclick({ detail: 1 });
  }

  pressEnter() {
    this.button.onclick({ detail: 0 });
  }
}

const test = testsWith((page) => {
  page.parts.add(BAR).add(".stMain");
  return new Line();
});

test("a new step is said to screen readers, and shown from the top of the page", (page, line) => {
  const main = page.part(".stMain");
  main.scrollTop = 300;
  line.draw(0);
  line.draw(0);
  assert.deepEqual([line.said, main.scrollTop], ["", 300], "the first one is there when they come");
  line.draw(1);
  assert.deepEqual([line.said, main.scrollTop], ["Step 2 of 2: Train", 0]);
  assert.deepEqual([line.parent.find(".place").textContent, line.parent.find("strong").textContent], [
    "Step 2 of 2",
    "Train",
  ]);
});

test("the button is there as soon as it has its words", (_page, line) => {
  line.button.hidden = true; // as it comes
  line.draw(0);
  assert.equal(line.button.hidden, false);
});

test("a tick is said when it comes, and not where it is there from the beginning", (_page, line) => {
  const tick = line.parent.find(".tick");
  line.draw(0, { done: "Done" });
  assert.deepEqual([line.said, tick.hidden, tick.find("span").textContent], ["", false, "Done"]);
  line.draw(1);
  assert.deepEqual([line.said, tick.hidden], ["Step 2 of 2: Train", true]);
  line.draw(1, { done: "Done" });
  assert.deepEqual([line.said, tick.hidden], ["It is done.", false]);
  line.parent.find("p").textContent = "It was read out.";
  line.draw(1, { done: "Done" });
  assert.equal(line.said, "It was read out.", "once is enough");
});

test("the bar is open on a laptop, and stays as it was left on the next page", (_page, line) => {
  line.draw(0);
  assert.ok(line.isOpen());
  line.draw(1);
  assert.ok(line.isOpen(), "also at the next step");
  line.pressEnter();
  line.remove();
  const next = new Line();
  next.draw(1);
  assert.ok(!next.isOpen());
  next.remove();
});

test("on a phone it is folded, also at each new step", (page, line) => {
  page.narrow = true;
  line.draw(0);
  assert.deepEqual([line.isOpen(), page.root.dataset.lessonBar], [false, "folded"]);
  line.pull(60);
  assert.deepEqual([line.isOpen(), page.root.dataset.lessonBar], [true, "open"]);
  line.draw(0, { done: "Done" });
  assert.ok(line.isOpen());
  line.draw(1);
  assert.ok(!line.isOpen());
});

test("it is pulled down, pushed up, and turned by a tap", (page, line) => {
  page.narrow = true;
  line.draw(0);
  for (const click of [true, false]) {
    line.pull(16, click);
    assert.ok(line.isOpen());
    line.pull(16, click);
    assert.ok(line.isOpen(), "it is down already");
    line.pull(-16, click);
    assert.ok(!line.isOpen());
  }
  line.pull(15);
  assert.ok(line.isOpen(), "a tap is never quite still");
  line.pull(-3);
  assert.ok(!line.isOpen());
});

test("Enter turns it, also after it was pulled", (page, line) => {
  page.narrow = true;
  line.draw(0);
  line.pull(60);
  line.pressEnter();
  assert.ok(!line.isOpen());
});

test("at the end of a lesson there is nothing to unfold", (_page, line) => {
  line.draw(1);
  assert.equal(line.button.disabled, false);
  line.draw(1, { folds: false });
  assert.equal(line.button.disabled, true);
});

test("the bar is a region with the lesson's name, and the page knows its height while it is there", (page, line) => {
  line.draw(0);
  assert.deepEqual(page.part(BAR).attributes, { role: "region", "aria-label": "Lesson: Units" });
  page.part(BAR).clientHeight = 43.6;
  page.resize();
  assert.equal(page.root.style["--lesson-bar"], "44px");
  page.part(BAR).clientHeight = 0; // as it is hidden for a moment
  page.resize();
  assert.equal(page.root.style["--lesson-bar"], "44px");
  line.remove();
  assert.deepEqual([page.root.style["--lesson-bar"], page.sizeObservers.size], [undefined, 0]);
});

test("the bar knows how far the page is scrolled, up to a window's height", (page, line) => {
  const main = page.part(".stMain");
  main.scrollTop = 20;
  line.draw(0);
  const told = () => page.part(BAR).style["--page-scrolled"];
  assert.equal(told(), "20px");
  for (const [scrolled, expected] of [[300, "300px"], [5000, "800px"]]) {
    main.scrollTop = Number(scrolled);
    main.dispatchEvent(new Event("scroll"));
    assert.equal(told(), expected);
  }
  line.remove();
  main.scrollTop = 10;
  main.dispatchEvent(new Event("scroll"));
  assert.equal(told(), "800px");
});
