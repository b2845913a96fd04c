// As much of an element of a page as our components use, for tests of their JavaScript without a browser.

/** @extends {Set<string>} */
class FakeClasses extends Set {
  /** @param {string} name @param {boolean} [on] */
  toggle(name, on = !this.has(name)) {
    if (on) this.add(name);
    else this.delete(name);
  }

  /** @param {string} name */
  remove(name) {
    this.delete(name);
  }
}

/** An element that has every selector's element in it. */
export class FakeElement extends EventTarget {
  textContent = "";
  hidden = false;
  value = "";
  max = "";
  ariaValueText = "";
  ariaLabel = "";
  ariaPressed = "";
  ariaExpanded = "";
  disabled = false;
  isConnected = true;
  clientWidth = 0;
  clientHeight = 0;
  scrollTop = 0;
  /** How far down it is in the window. */
  top = 0;
  /** @type {any} Styles by their names; those of variables, too. */
  style = {
    setProperty: (/** @type {string} */ name, /** @type {string} */ value) => this.style[name] = value,
    removeProperty: (/** @type {string} */ name) => delete this.style[name],
  };
  classList = new FakeClasses();
  /** @type {FakeElement | null} */
  parentElement = null;
  /** @type {Set<string>} Selectors of what it is in. */
  inside = new Set();
  /** @type {any[]} Elements that a component has made, and texts. */
  children = [];
  /** @type {Record<string, string>} */
  attributes = {};
  /** @type {[string, unknown[]][]} What was drawn on it, if it is a canvas: calls with their arguments, and styles. */
  drawn = [];
  /** @type {Record<string, string>} */
  dataset = {};
  /** @type {() => void} */
  onclick = () => {};
  /** @type {Map<string, FakeElement>} */
  elements = new Map();

  /**
   * Return what takes it off the page, and then calls what a component has returned for that, as Streamlit does.
   *
   * @param {() => void} cleanup
   */
  removal(cleanup) {
    return () => {
      this.isConnected = false;
      cleanup();
    };
  }

  /** @param {string} selector */
  querySelector(selector) {
    if (!this.elements.has(selector)) this.elements.set(selector, new FakeElement());
    return this.elements.get(selector);
  }

  querySelectorAll() {
    return [];
  }

  /** @param {string} selector */
  find(selector) {
    return /** @type {FakeElement} */ (this.querySelector(selector));
  }

  /** @param {unknown[]} children */
  append(...children) {
    this.children.push(...children);
  }

  /** @param {unknown[]} children */
  replaceChildren(...children) {
    this.children = children;
  }

  /** @param {string} name @param {string} value */
  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  getBoundingClientRect() {
    const { top, clientWidth: width, clientHeight: height } = this;
    return { left: 0, top, width, height, bottom: top + height };
  }

  /** @param {unknown} _options */
  scrollIntoView(_options) {}

  /** @param {{ top: number }} place */
  scrollTo({ top }) {
    this.scrollTop = top;
  }

  /** @param {string} selector */
  closest(selector) {
    return this.inside.has(selector) ? this : null;
  }

  setPointerCapture() {}

  click() {
    this.onclick();
  }

  /** Return what takes all calls and properties of a drawing context; whatever is drawn is grey. */
  getContext() {
    const known = { getImageData: () => ({ data: [128, 128, 128, 255] }) };
    return new Proxy(/** @type {Record<string, unknown>} */ (known), {
      get: (target, name) =>
        target[String(name)] ?? ((/** @type {unknown[]} */ ...values) => this.drawn.push([String(name), values])),
      set: (target, name, value) => {
        target[String(name)] = value;
        this.drawn.push([String(name), [value]]);
        return true;
      },
    });
  }
}
