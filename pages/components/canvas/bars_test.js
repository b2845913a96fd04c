import assert from "node:assert/strict";
import { FakeElement, testsWith } from "../../../tests/support/fake_page.js";
import component from "./bars.js";

/** The bars on a page, and the answer that sends others while the pen is down. */
class Screen {
  parent = new FakeElement();
  remove = () => {};

  /** @param {string} html @param {number} at */
  draw(html, at) {
    const data = { html, at };
    this.remove = this.parent.removal(component(/** @type {any} */ ({ data, parentElement: this.parent })));
  }

  /** @param {string} html @param {number} at */
  send(html, at) {
    window.dispatchEvent(new CustomEvent("digits-bars", { detail: { html, at } }));
  }

  get box() {
    return /** @type {any} */ (this.parent.find(".bars-box"));
  }

  html() {
    return this.box.innerHTML;
  }
}

const test = testsWith(() => {
  const screen = new Screen();
  screen.draw("page: 1", 10);
  return screen;
});

test("bars of the page and of pictures replace one another in the order of what they are about", (_page, screen) => {
  assert.equal(screen.html(), "page: 1");
  screen.send("live: 7", 20);
  assert.equal(screen.html(), "live: 7");
  screen.draw("page: late", 15);
  screen.send("live: late", 15);
  assert.equal(screen.html(), "live: 7");
  screen.draw("", 30);
  assert.equal(screen.html(), "", "cleared");
});

test("bars that are the same are not put onto the page again", (_page, screen) => {
  screen.box.innerHTML = "somebody selects a figure";
  screen.draw("page: 1", 20);
  assert.equal(screen.html(), "somebody selects a figure");
  screen.send("live: late", 15);
  assert.equal(screen.html(), "somebody selects a figure");
});

test("a page that was left shows nothing more", (_page, screen) => {
  screen.remove();
  screen.send("live: 7", 20);
  assert.equal(screen.html(), "page: 1");
});
