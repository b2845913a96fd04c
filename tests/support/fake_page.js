// As much of a page as our components use, for tests of their JavaScript without a browser.

import { FakeClock } from "./fake_clock.js";
import { FakeElement } from "./fake_element.js";

export { FakeElement };

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
  /** Whether it is on a phone: narrow, and for fingers. */
  narrow = false;
  /** @type {Record<string, string>} What the page's theme says: CSS variables, and other styles. */
  styles = {};
  root = new FakeElement();
  head = new FakeElement();
  /** @type {Set<() => void>} Who wants to know when the page changes, such as its theme. */
  observers = new Set();
  /** @type {Set<() => void>} The same for sizes. */
  sizeObservers = new Set();
  /** @type {Set<string>} Selectors of what is on the page. */
  parts = new Set();
  /** @type {unknown[]} Arguments with which parts of the page were scrolled into view. */
  scrolled = [];
  /** @type {Map<string, string>} What the browser keeps in its localStorage. */
  kept = new Map();
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
    const { clock, events, kept } = this;
    const isHidden = () => this.hidden;
    const document = {
      baseURI: "http://app/",
      documentElement: this.root,
      body: this.root,
      head: this.head,
      createElement: () => new FakeElement(),
      get hidden() {
        return isHidden();
      },
      querySelector: (/** @type {string} */ selector) => this.parts.has(selector) ? this.part(selector) : null,
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
      window: Object.assign(new EventTarget(), { setTimeout: clock.later, clearTimeout: clock.cancel }),
      localStorage: {
        getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
        setItem: (/** @type {string} */ key, /** @type {string} */ text) => kept.set(key, text),
        removeItem: (/** @type {string} */ key) => kept.delete(key),
      },
      Element: FakeElement,
      performance: { now: clock.now },
      setTimeout: clock.later,
      clearTimeout: clock.cancel,
      requestAnimationFrame: (/** @type {() => void} */ work) => clock.later(work, 16),
      cancelAnimationFrame: clock.cancel,
      matchMedia: (/** @type {string} */ query) => ({
        matches: query.includes("reduced-motion") ? this.reducedMotion : this.narrow,
      }),
      getComputedStyle: () => ({
        ...this.styles,
        getPropertyValue: (/** @type {string} */ name) => this.styles[name] ?? "",
      }),
      innerHeight: 800,
      MutationObserver: observerIn(this.observers),
      ResizeObserver: observerIn(this.sizeObservers),
      OffscreenCanvas: FakeElement,
      ShadowRoot: class {},
      devicePixelRatio: 1,
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
   * Return a part of the page, for a selector that `parts` has.
   *
   * @param {string} selector
   */
  part(selector) {
    const part = this.root.find(selector);
    part.scrollIntoView = (options) => this.scrolled.push(options);
    return part;
  }

  /** Tell all who want to know that the page has changed. */
  change() {
    for (const tell of [...this.observers]) tell();
  }

  /** The same for sizes. */
  resize() {
    for (const tell of [...this.sizeObservers]) tell();
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

/**
 * Return a class of observers that are in a set as long as they observe something.
 *
 * @param {Set<() => void>} observers
 */
function observerIn(observers) {
  return class {
    /** @type {FakeElement[]} */
    targets = [];

    /** @param {(entries: { target: FakeElement }[]) => void} tell */
    constructor(tell) {
      this.tell = () => tell(this.targets.map((target) => ({ target })));
    }

    /** @param {FakeElement} target */
    observe(target) {
      this.targets.push(target);
      observers.add(this.tell);
    }

    disconnect() {
      observers.delete(this.tell);
    }
  };
}

const later = globalThis.setTimeout;

/** Let all go on that waits for nothing but promises. */
export function answered() {
  return new Promise((resolve) => later(resolve));
}

/**
 * Return what declares the tests of a module: each has a page of its own, and on it what `begin` makes, which is removed
 * at the end.
 *
 * @template {{ remove: () => void }} Part
 * @param {(page: FakePage) => Part | Promise<Part>} begin
 */
export function testsWith(begin) {
  /**
   * @param {string} behaviour
   * @param {(page: FakePage, part: Part) => void | Promise<void>} check
   */
  return (behaviour, check) =>
    Deno.test(
      behaviour,
      FakePage.with(async (page) => {
        const part = await begin(page);
        await check(page, part);
        part.remove();
      }),
    );
}
