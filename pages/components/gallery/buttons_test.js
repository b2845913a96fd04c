import assert from "node:assert/strict";
import { FakeElement, testsWith } from "../../../tests/support/fake_page.js";
import galleryOfButtons from "./buttons.js";

/** A gallery of three images in a row, and which of them has the focus. */
class Gallery {
  parent = new FakeElement();
  buttons = [0, 1, 2].map((number) => this.button(number));
  focused = 0;
  remove = () => {};

  constructor() {
    const { box, buttons } = this;
    box.querySelectorAll = () => /** @type {any} */ (buttons);
    const component = /** @type {any} */ ({ data: { html: "three" }, parentElement: this.parent });
    galleryOfButtons(component);
  }

  get box() {
    return /** @type {any} */ (this.parent.find(".digits-buttons"));
  }

  /** @param {number} number */
  button(number) {
    const button = Object.assign(new FakeElement(), { focus: () => this.focused = number });
    button.inside.add("button");
    return button;
  }

  /** Press a key, and return whether the gallery kept it from the browser. @param {KeyboardEventInit} keys */
  press(keys) {
    const event = Object.assign(new Event("keydown", { cancelable: true }), keys);
    Object.defineProperty(event, "target", { value: this.buttons[this.focused] });
    this.box.onkeydown(event);
    return event.defaultPrevented;
  }
}

const test = testsWith(() => new Gallery());

test("the arrow keys go from image to image, which is the one tab stop", (_page, gallery) => {
  assert.ok(gallery.press({ key: "ArrowRight" }));
  assert.equal(gallery.focused, 1);
  assert.deepEqual(gallery.buttons.map((button) => /** @type {any} */ (button).tabIndex), [-1, 0, -1]);
  assert.ok(!gallery.press({ key: "Enter" }));
});

for (const modifier of ["altKey", "ctrlKey", "metaKey"]) {
  test(`a key with ${modifier} is the browser's`, (_page, gallery) => {
    gallery.press({ key: "ArrowRight" });
    assert.ok(!gallery.press({ key: "ArrowLeft", [modifier]: true }));
    assert.equal(gallery.focused, 1);
  });
}
