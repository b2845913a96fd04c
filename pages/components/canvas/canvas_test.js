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
  const data = { key: "draw", side: 280, brush: 20, strokes: 0, received: 0, taken: { at: 0 }, missing: "" };
  const component = /** @type {any} */ ({ data, parentElement, setStateValue: () => {} });
  const remove = parentElement.removal(canvas(component));
  const shown = canvasIn(parentElement);
  for (let turn = 0; turn < 100 && shown.revision < 0; turn++) await answered();
  return { shown, remove };
}
