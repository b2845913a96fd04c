// Streamlit calls a component's function whenever its data change. What it shows lives on in one object an element.

/**
 * Return the view of an element; make one at the first call.
 *
 * @template {object} View
 * @param {WeakMap<Node, View>} views
 * @param {Node} element
 * @param {() => View} make
 * @returns {View}
 */
export function viewOf(views, element, make) {
  const view = views.get(element) ?? make();
  views.set(element, view);
  return view;
}
