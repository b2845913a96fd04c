// Streamlit calls a component's function whenever its data change. What it shows lives on in one object an element.

/** @import { Cleanup } from "./streamlit.d.ts" */

/**
 * The views of one component, by the elements that they are in.
 *
 * @template {{ remove(): void }} View
 */
export class ElementViews {
  /** @type {WeakMap<Node, View>} */
  views = new WeakMap();

  /**
   * Return the view of an element; make one at the first call.
   *
   * @param {Node} element
   * @param {() => View} make
   * @returns {View}
   */
  of(element, make) {
    const view = this.views.get(element) ?? make();
    this.views.set(element, view);
    return view;
  }

  /**
   * Return what removes the view of an element, for Streamlit to call when the element has left the page.
   *
   * Streamlit also calls what a call returned that another one overtook: on a slow browser, data change while the
   * component's code is on its way. The element is on the page then, and its view in use.
   *
   * @param {Node} element
   * @returns {Cleanup}
   */
  removal(element) {
    return () => {
      if (element.isConnected) return;
      this.views.get(element)?.remove();
      this.views.delete(element);
    };
  }
}
