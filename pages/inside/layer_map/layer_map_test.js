import assert from "node:assert/strict";
import { FakeElement, testsWith } from "../../../tests/support/fake_page.js";
import layerMap from "./layer_map.js";

const SIDE = 228; // pixels of the map, of which 14 on each side are a margin: 1000 are 100 of its middle

/** Three images in a row and one above, of two classes, of which the second is an error; on the other map, turned. */
const DATA = {
  sprite: "sprite.png",
  across: 2,
  names: ["zero", "one", "two"],
  colours: ["red", "green", "blue"],
  numbers: [1007, 8, 9, 10],
  labels: [0, 0, 1, 1],
  first: 0,
  picture: "drawing.png",
  about: "a map of four images",
  frames: [
    { ...frame([-500, 0, 0, 0, 500, 0, 0, 500]), title: "Pixels", says: "all is mixed" },
    { ...frame([500, 0, 0, 0, -500, 0, 0, -500]), title: "Hidden layer", says: "all is apart" },
    { ...frame([900, 0, 0, 0, -900, 0, 0, -900]), title: "Logits", says: "all is far apart" },
  ],
};

/** @param {number[]} points */
function frame(points) {
  return { points, read: [0, 1, 1, 1], confidence: [91, 52, 93, 94], drawing: /** @type {any} */ (null) };
}

/** A map on a page, and what people do with it. */
class Screen {
  parent = new FakeElement();
  /** @type {unknown[]} Numbers of images that were opened. */
  opened = [];
  remove = () => {};

  constructor() {
    this.parent.parentElement = new FakeElement(); // which has the theme
    Object.assign(this.box, { clientWidth: SIDE, clientHeight: SIDE });
    this.part(".card").hidden = true;
  }

  /** @param {object} changes of the data */
  draw(changes = {}) {
    const remove = layerMap(
      /** @type {any} */ ({
        data: structuredClone({ ...DATA, ...changes }),
        parentElement: this.parent,
        setTriggerValue: (/** @type {string} */ _name, /** @type {unknown} */ value) => this.opened.push(value),
      }),
    );
    this.remove = this.parent.removal(remove);
  }

  /** @param {string} selector */
  part(selector) {
    return /** @type {any} */ (this.parent.find(selector));
  }

  get box() {
    return this.part(".map");
  }

  /** @returns {any} What is said of the image that is pointed at; null if none is. */
  said() {
    return this.part(".card").hidden ? null : this.part(".card span").textContent;
  }

  /**
   * Return with what the canvas was drawn upon since the last question, by the name of what draws.
   *
   * @param {string} name
   */
  drawnWith(name) {
    const calls = this.part("canvas").drawn.splice(0);
    return calls.filter((/** @type {any} */ [it]) => it === name).map((/** @type {any} */ [, values]) => values);
  }

  /** The maps that are marked as chosen. */
  get chosen() {
    return this.part(".frames").children.filter((/** @type {any} */ it) => it.ariaPressed === "true")
      .map((/** @type {any} */ it) => it.textContent);
  }

  /** @param {string} name of a map */
  choose(name) {
    this.part(".frames").children.find((/** @type {any} */ it) => it.textContent === name).onclick();
  }

  /** @param {string} name of a class, or what else the legend has */
  legend(name) {
    return this.part(".classes").children.find((/** @type {any} */ it) => it.children.includes(name));
  }

  /** @param {string} key @param {object} modifiers such as altKey */
  press(key, modifiers = {}) {
    let prevented = false;
    this.box.onkeydown({ key, target: this.box, preventDefault: () => (prevented = true), ...modifiers });
    return prevented;
  }

  /** @param {number} clientX @param {number} clientY @param {string} pointerType */
  move(clientX, clientY, pointerType = "mouse") {
    this.box.onpointermove({ clientX, clientY, pointerType });
  }

  /** @param {number} clientX @param {number} clientY @param {string} pointerType */
  click(clientX, clientY, pointerType = "mouse") {
    this.box.onpointerdown({ pointerType });
    this.box.onclick({ clientX, clientY });
  }
}

const test = testsWith(() => {
  const screen = new Screen();
  screen.draw();
  return screen;
});

test("the mouse shows an image, and a click opens it", (_page, screen) => {
  assert.equal(screen.said(), null);
  screen.move(64 + 9, 114);
  assert.equal(screen.said(), "Test image 1,007: zero, read as zero with 91 % confidence");
  screen.move(114, 114);
  assert.equal(screen.said(), "Test image 8: zero, misread as one with 52 % confidence");
  assert.equal(screen.part(".open").hidden, true, "a click is enough");
  screen.click(64, 114);
  assert.deepEqual(screen.opened, [1007]);
  screen.box.onpointerleave({ pointerType: "mouse" });
  assert.equal(screen.said(), null);
});

test("a tap beside an image shows it, and only its button opens it", (_page, screen) => {
  screen.move(64, 114, "touch");
  assert.equal(screen.said(), null, "a finger that moves scrolls the page");
  screen.click(64 - 20, 114, "touch");
  screen.box.onpointerleave({ pointerType: "touch" });
  assert.match(screen.said(), /^Test image 1,007/);
  assert.deepEqual([screen.opened, screen.part(".open").hidden], [[], false]);
  let stopped = false;
  screen.part(".open").onclick({ stopPropagation: () => stopped = true });
  assert.deepEqual([screen.opened, stopped], [[1007], true], "and not what is under the button");
});

test("the arrow keys go from image to image, Enter opens one, and Escape ends that", (_page, screen) => {
  assert.equal(screen.press("ArrowRight"), true, "the page is not scrolled");
  assert.match(screen.said(), /^Test image 1,007/);
  screen.press("ArrowRight");
  assert.match(screen.said(), /^Test image 8/);
  screen.press("ArrowUp");
  assert.match(screen.said(), /^Test image 10/, "what is higher on the map");
  assert.equal(screen.part(".open").hidden, false);
  screen.press("Enter");
  assert.deepEqual(screen.opened, [10]);
  assert.equal(screen.press("Escape"), false);
  assert.equal(screen.said(), null);
  assert.equal(screen.press("Tab"), false);
  assert.equal(screen.press("ArrowLeft", { altKey: true }), false, "back in the browser's history");
  assert.equal(screen.said(), null);
});

test("Enter on the button of an image does not open it twice", (_page, screen) => {
  screen.press("ArrowRight");
  screen.box.onkeydown({ key: "Enter", target: screen.part(".open"), preventDefault: () => {} });
  assert.deepEqual(screen.opened, []);
});

test("the picture in the card is cut out of the sheet of all images", (_page, screen) => {
  const places = ["0px 0px", "-72px 0px", "0px -72px", "-72px -72px"]; // two in a row, of 72 pixels each
  [[64, 114], [114, 114], [164, 114], [114, 64]].forEach(([x, y], place) => {
    screen.move(x, y);
    const { backgroundPosition, backgroundSize } = screen.part(".picture").style;
    assert.deepEqual([backgroundPosition.replaceAll("-0px", "0px"), backgroundSize], [places[place], "144px auto"]);
  });
});

test("the name of each class that is shown is amid its images", (_page, screen) => {
  screen.drawnWith("fillText");
  screen.legend("one").onclick();
  assert.deepEqual(screen.drawnWith("fillText"), [["zero", 114, 114]]);
  screen.legend("one").onclick();
  assert.deepEqual(screen.drawnWith("fillText"), [["zero", 114, 114], ["one", 164, 64]]);
});

test("there is nothing to play where there is one map", (_page, screen) => {
  assert.equal(screen.part(".bar").hidden, false);
  screen.draw({ frames: [DATA.frames[0]] });
  assert.equal(screen.part(".bar").hidden, true);
});

test("a class that is switched off is not shown until it is switched on again", (_page, screen) => {
  const zero = screen.legend("zero");
  assert.deepEqual([zero.ariaPressed, screen.legend("two")], ["true", undefined], "no class without images");
  zero.onclick();
  screen.move(64, 114);
  assert.deepEqual([zero.ariaPressed, screen.said()], ["false", null]);
  screen.press("ArrowRight");
  assert.match(screen.said(), /^Test image 9/, "the first one that is shown");
  zero.onclick();
  screen.move(64, 114);
  assert.equal(zero.ariaPressed, "true");
  assert.match(screen.said(), /^Test image 1,007/);
});

test("only the errors are left where one asks for them", (_page, screen) => {
  screen.legend("Only errors").onclick();
  screen.move(64, 114);
  assert.equal(screen.said(), null);
  screen.move(114, 114);
  assert.match(screen.said(), /^Test image 8/);
});

test("the points move to the map that is chosen, and what is said of it is there at once", async (page, screen) => {
  assert.deepEqual([screen.chosen, screen.part(".says").textContent], [["Pixels"], "all is mixed"]);
  screen.choose("Hidden layer");
  assert.deepEqual([screen.chosen, screen.part(".says").textContent], [["Hidden layer"], "all is apart"]);
  screen.move(64, 114);
  await page.pass(500);
  assert.equal(screen.said(), null, "nothing is said of points that move");
  await page.pass(700);
  assert.deepEqual(screen.drawnWith("fillText").slice(-2), [["zero", 164, 114], ["one", 114, 114]]);
  screen.move(64 + 1, 114);
  assert.match(screen.said(), /^Test image 9/);
});

test("who wants less motion sees the other map at once", (page, screen) => {
  page.reducedMotion = true;
  screen.choose("Hidden layer");
  screen.move(64, 114);
  assert.match(screen.said(), /^Test image 9/);
});

test("Play goes through the maps to the last, and from there to the first", async (page, screen) => {
  const play = screen.part(".play");
  play.onclick();
  assert.equal(play.textContent, "⏸ Pause");
  await page.pass(900);
  assert.deepEqual(screen.chosen, ["Hidden layer"]);
  await page.pass(1100 + 900 + 100);
  assert.deepEqual([screen.chosen, play.textContent], [["Logits"], "⏸ Pause"]);
  await page.pass(1200);
  assert.equal(play.textContent, "▶ Play");
  play.onclick();
  assert.deepEqual(screen.chosen, ["Pixels"]);
});

test("a page that is drawn again while the maps are played skips none", async (page, screen) => {
  page.reducedMotion = true;
  screen.part(".play").onclick();
  await page.pass(400);
  screen.draw({ about: "in other words" });
  await page.pass(900 + 800);
  assert.deepEqual(screen.chosen, ["Hidden layer"]);
});

test("Pause, and the choice of a map, end what is played", async (page, screen) => {
  const play = screen.part(".play");
  for (const stop of [() => play.onclick(), () => screen.choose("Pixels")]) {
    play.onclick();
    await page.pass(200);
    stop();
    await page.pass(10_000);
    assert.deepEqual([screen.chosen, play.textContent], [["Pixels"], "▶ Play"]);
  }
});

test("a switch of the theme recolours the legend, and keeps what is switched off", (page, screen) => {
  screen.legend("one").onclick();
  page.styles["--st-text-color"] = "white";
  page.change();
  assert.match(screen.legend("Only errors").innerHTML, /stroke="white"/);
  assert.equal(screen.legend("one").ariaPressed, "false");
});

test("a page that is drawn again changes neither the map nor the image", async (page, screen) => {
  screen.choose("Hidden layer");
  await page.pass(1200);
  screen.press("ArrowRight");
  const said = screen.said();
  screen.draw();
  screen.draw({ about: "in other words" });
  await page.pass(1200);
  assert.deepEqual([screen.chosen, screen.said(), screen.box.ariaLabel], [["Hidden layer"], said, "in other words"]);
});

test("other images are where they belong at once, all of them", (_page, screen) => {
  screen.press("ArrowRight");
  screen.legend("one").onclick();
  screen.draw({ numbers: [1, 2, 3, 4], frames: [...DATA.frames].reverse() });
  assert.deepEqual([screen.said(), screen.legend("one").ariaPressed], [null, "true"]);
  screen.move(24 + 1, 114);
  assert.match(screen.said(), /^Test image 3/);
});

test("the picture from another page is on the map, says what it is, and cannot be opened", async (page, screen) => {
  const drawing = { at: [-800, -800], says: "Your drawing, read as two" };
  screen.draw({ frames: DATA.frames.map((it) => ({ ...it, drawing })) });
  screen.drawnWith("lineTo");
  await page.pass(500);
  assert.equal(screen.drawnWith("lineTo").length, 0, "it does not wait where the points are still to come");
  await page.pass(700);
  assert.equal(screen.drawnWith("lineTo").length, 10, "a star has ten corners");
  screen.legend("Only errors").onclick();
  screen.click(114 - 80, 114 + 80, "touch");
  assert.deepEqual([screen.said(), screen.part(".open").hidden], ["Your drawing, read as two", true]);
  screen.press("Enter");
  assert.deepEqual(screen.opened, []);
});

test("a map that was left stands still", async (page, screen) => {
  screen.choose("Hidden layer");
  screen.part(".play").onclick();
  screen.remove();
  const { drawn } = screen.part("canvas");
  drawn.length = 0;
  page.change();
  await page.pass(10_000);
  assert.deepEqual(drawn, []);
});
