import assert from "node:assert/strict";
import { ElementViews } from "./element_views.js";

/** Return an element of the page. */
const element = () => /** @type {{ isConnected: boolean } & Node} */ (/** @type {unknown} */ ({ isConnected: true }));

class View {
  removed = 0;
  remove() {
    this.removed++;
  }
}

/** @returns {ElementViews<View>} */
const viewsOfAComponent = () => new ElementViews();
const make = () => new View();

Deno.test("an element keeps its view, and another element has its own", () => {
  const views = viewsOfAComponent(), first = element();
  const view = views.of(first, make);
  assert.equal(views.of(first, make), view);
  assert.notEqual(views.of(element(), make), view);
});

Deno.test("a view is removed once its element has left the page", () => {
  const views = viewsOfAComponent(), it = element();
  const view = views.of(it, make);
  it.isConnected = false;
  views.removal(it)();
  views.removal(it)();
  assert.equal(view.removed, 1);
  assert.notEqual(views.of(it, make), view);
});

Deno.test("what Streamlit calls for a call that another one overtook removes nothing", () => {
  const views = viewsOfAComponent(), it = element();
  const view = views.of(it, make);
  const ofTheFirst = views.removal(it);
  views.of(it, make);
  ofTheFirst();
  assert.equal(view.removed, 0);
  assert.equal(views.of(it, make), view);
});
