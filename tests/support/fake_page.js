// As much of a page as our components use, for tests of their JavaScript without a browser.

import { FakeClock } from "./fake_clock.js";

/** An element that has every selector's element in it. */
export class FakeElement extends EventTarget {
  textContent = "";
  hidden = false;
  value = "";
  max = "";
  ariaValueText = "";
  /** @type {Record<string, string>} */
  style = {};
  classList = { toggle: () => {} };
  /** @type {Record<string, string>} */
  dataset = {};
  /** @type {() => void} */
  onclick = () => {};
  /** @type {Map<string, FakeElement>} */
  elements = new Map();

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
}

/** A document with a server behind it, both of which do what a test says, and time that passes when a test says so. */
export class FakePage {
  clock = new FakeClock();
  /** @type {string[]} Addresses that were asked, without that of the app. */
  asked = [];
  /** @type {(HeadersInit | undefined)[]} */
  headers = [];
  /** @type {((address: string) => Response | Promise<Response>)} */
  reply = () => Response.json({});
  hidden = false;
  reducedMotion = false;
  /** @type {Set<string>} Selectors of what is on the page. */
  parts = new Set();
  /** @type {unknown[]} Arguments with which parts of the page were scrolled into view. */
  scrolled = [];
  events = new EventTarget();
  restore = () => {};

  /**
   * Run a test while its page is the browser's.
   *
   * @param {(page: FakePage) => void | Promise<void>} check
   * @returns {() => Promise<void>} for Deno.test
   */
  static with(check) {
    return async () => {
      const page = new FakePage();
      page.open();
      try {
        await check(page);
      } finally {
        page.restore();
      }
    };
  }

  open() {
    const { clock, events } = this;
    const scrollIntoView = (/** @type {unknown} */ options) => this.scrolled.push(options);
    const isHidden = () => this.hidden;
    const document = {
      baseURI: "http://app/",
      get hidden() {
        return isHidden();
      },
      querySelector: (/** @type {string} */ selector) => this.parts.has(selector) ? { scrollIntoView } : null,
      querySelectorAll: () => [],
      getSelection: () => null,
      addEventListener: (/** @type {string} */ kind, /** @type {EventListener} */ it) =>
        events.addEventListener(kind, it),
      removeEventListener: (/** @type {string} */ kind, /** @type {EventListener} */ it) =>
        events.removeEventListener(kind, it),
    };
    const fetch = async (/** @type {URL | string} */ address, /** @type {RequestInit} */ { headers } = {}) => {
      this.headers.push(headers);
      this.asked.push(String(address).replace(document.baseURI, ""));
      return await this.reply(String(address).replace(document.baseURI, ""));
    };
    const stand = {
      document,
      fetch,
      window: new EventTarget(),
      Element: FakeElement,
      performance: { now: clock.now },
      setTimeout: clock.later,
      clearTimeout: clock.cancel,
      requestAnimationFrame: (/** @type {() => void} */ work) => clock.later(work, 16),
      cancelAnimationFrame: clock.cancel,
      matchMedia: () => ({ matches: this.reducedMotion }),
    };
    const before = Object.keys(stand).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
    for (const [name, value] of Object.entries(stand)) {
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
    this.restore = () => {
      for (const [name, descriptor] of /** @type {[string, PropertyDescriptor | undefined][]} */ (before)) {
        if (descriptor) Object.defineProperty(globalThis, name, descriptor);
        else Reflect.deleteProperty(globalThis, name);
      }
    };
  }

  /**
   * Let time pass, and what waits for answers go on.
   *
   * @param {number} milliseconds
   */
  async pass(milliseconds) {
    await answered();
    for (let left = milliseconds; left > 0; left -= 100) {
      this.clock.pass(Math.min(100, left));
      await answered();
    }
  }
}

const later = globalThis.setTimeout;

/** Let all go on that waits for nothing but promises. */
export function answered() {
  return new Promise((resolve) => later(resolve));
}
