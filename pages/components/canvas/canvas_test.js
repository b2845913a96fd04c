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
