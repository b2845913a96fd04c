import assert from "node:assert/strict";
import { answered, FakeElement, FakePage } from "../../../tests/support/fake_page.js";
import { canvasIn } from "../../../tests/support/fake_drawable_canvas/drawable-canvas.js";
import canvas from "./canvas.js";

Deno.test(
  "where the canvas cannot be loaded, the page says so",
  FakePage.with(async () => {
    const parentElement = new FakeElement();
    const data = { key: "draw", taken: { at: 0 }, missing: "It could not be loaded." };
    const remove = parentElement.removal(canvas(/** @type {any} */ ({ data, parentElement })));
    for (let turn = 0; turn < 100 && !parentElement.children.length; turn++) await answered();
    assert.deepEqual(parentElement.children, ["It could not be loaded."]);
    remove();
  }),
);

Deno.test(
  "a canvas that was left takes no press from the one that is there now",
  FakePage.with(() => {
    const press = (ctrlKey = true) => {
      const keys = { ctrlKey, key: "z" };
      const event = Object.assign(new Event("keydown", { cancelable: true }), keys);
      window.dispatchEvent(event);
      return event.defaultPrevented;
    };
    const data = { key: "draw", taken: { at: 0 }, missing: "" };
    const parentElement = new FakeElement();
    const remove = parentElement.removal(canvas(/** @type {any} */ ({ data, parentElement })));
    assert.deepEqual([press(), press(false)], [true, false]);
    remove();
    assert.equal(press(), false);
  }),
);

Deno.test(
  "strokes outlast that the page is left before the canvas shows them again, and two presses of Undo at once",
  FakePage.with(async () => {
    const first = await beginCanvas();
    first.shown.draw("one", "two", "three");
    first.remove();
    (await beginCanvas()).remove();
    const { shown, remove } = await beginCanvas();
    for (let press = 0; press < 2; press++) {
      window.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { ctrlKey: true, key: "z" }));
    }
    shown.load();
    assert.deepEqual(shown.objects.map(({ type }) => type), ["one"]);
    remove();
  }),
);

/** Begin a canvas on a page that has the package; it shows what was kept when a test says so. */
async function beginCanvas() {
  Object.assign(document, { baseURI: import.meta.resolve("../../../tests/support/fake_drawable_canvas/") });
  const parentElement = new FakeElement();
  const data = {
    key: "draw",
    side: 280,
    brush: 20,
    strokes: 0,
    received: 0,
    taken: { at: 0, strokes: 0 },
    missing: "",
  };
  /** The server replies. @param {Partial<typeof data>} changes */
  const reply = (changes) => {
    const component = { data: { ...data, ...changes }, parentElement, setStateValue: () => sent.count += 1 };
    return parentElement.removal(canvas(/** @type {any} */ (component)));
  };
  const sent = { count: 0 };
  const remove = reply({});
  const shown = canvasIn(parentElement);
  for (let turn = 0; turn < 100 && shown.revision < 0; turn++) await answered();
  return { shown, remove, reply, sent };
}

/** Put the pen down on the canvas, or lift it. @param {"pointerdown" | "pointerup" | "pointercancel"} kind */
function pen(kind, pointerId = 1) {
  const target = new FakeElement();
  target.inside.add(".canvas-root");
  const event = Object.assign(new Event(kind), { pointerId });
  Object.defineProperty(event, "target", { value: target });
  window.dispatchEvent(event);
}

Deno.test(
  "a reply that comes while the pen is down is shown once the stroke is handed over",
  FakePage.with(async () => {
    const { shown, remove, reply } = await beginCanvas();
    pen("pointerdown");
    reply({ brush: 28 });
    assert.equal(shown.brush, 20);
    pen("pointerup");
    reply({ brush: 18 });
    assert.equal(shown.brush, 20, "the package has yet to end the stroke");
    shown.draw("one");
    shown.report();
    assert.equal(shown.brush, 18);
    reply({ brush: 28 });
    assert.equal(shown.brush, 28);
    remove();
  }),
);

Deno.test(
  "an earlier stroke that is handed over while the pen is down does not let the reply in, nor does another finger",
  FakePage.with(async () => {
    const { shown, remove, reply } = await beginCanvas();
    shown.draw("one");
    pen("pointerdown");
    reply({ brush: 28 });
    pen("pointerup", 2);
    shown.report();
    assert.equal(shown.brush, 20);
    shown.draw("two");
    pen("pointerup");
    shown.report();
    assert.equal(shown.brush, 28);
    remove();
  }),
);

Deno.test(
  "a drawing is taken off after the stroke that was begun over it, which stays",
  FakePage.with(async () => {
    const { shown, remove, reply } = await beginCanvas();
    shown.draw("one");
    shown.report();
    pen("pointerdown");
    const { revision } = shown;
    reply({ taken: { at: 1, strokes: 1 } });
    assert.equal(shown.revision, revision);
    shown.draw("two");
    pen("pointerup");
    shown.report();
    assert.deepEqual(shown.asked.map(({ type }) => type), ["two"]);
    remove();
  }),
);

for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
  Deno.test(
    `where a press makes no stroke, the reply is shown soon after it: ${end}`,
    FakePage.with(async (page) => {
      const { shown, remove, reply } = await beginCanvas();
      pen("pointerdown");
      reply({ brush: 28 });
      await page.pass(2_000);
      assert.equal(shown.brush, 20);
      pen(end);
      await page.pass(500);
      assert.equal(shown.brush, 28);
      remove();
    }),
  );
}

Deno.test(
  "what the server has received counts while the pen is down: it is not sent again",
  FakePage.with(async (page) => {
    const { shown, remove, reply, sent } = await beginCanvas();
    shown.draw("one");
    shown.report();
    assert.equal(sent.count, 1);
    pen("pointerdown");
    reply({ received: Number.MAX_SAFE_INTEGER });
    await page.pass(10_000);
    assert.equal(sent.count, 1);
    remove();
  }),
);
