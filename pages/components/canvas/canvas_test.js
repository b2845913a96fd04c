import assert from "node:assert/strict";
import { answered, FakeElement, FakePage } from "../../../tests/support/fake_page.js";
import canvas from "./canvas.js";

Deno.test(
  "where the canvas cannot be loaded, the page says so",
  FakePage.with(async () => {
    const parentElement = new FakeElement();
    const data = { key: "draw", taken: { at: 0 }, missing: "It could not be loaded." };
    const remove = canvas(/** @type {any} */ ({ data, parentElement }));
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
    const remove = canvas(/** @type {any} */ ({ data, parentElement: new FakeElement() }));
    assert.deepEqual([press(), press(false)], [true, false]);
    remove();
    assert.equal(press(), false);
  }),
);
