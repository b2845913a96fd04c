// Asks an address again and again while the page is in sight, and hands on what is new.

/**
 * @template Answer
 */
export class RepeatedFetch {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer = undefined;
  asking = false;
  stopped = false;
  /** @type {string | null} Of the last answer: with it the server can say that nothing has changed. */
  tag = null;

  /**
   * @param {string} address relative to the app's own
   * @param {number} pace milliseconds from an answer to the next question
   * @param {(answer: Answer) => void} take called with each answer that differs from the last one
   * @param {() => void} end called where the address no longer answers: it is not asked again
   */
  constructor(address, pace, take, end = () => {}) {
    this.address = new URL(address, document.baseURI).href;
    this.pace = pace;
    this.take = take;
    this.end = end;
    this.onVisibility = () => this.ask();
    document.addEventListener("visibilitychange", this.onVisibility);
    this.ask();
  }

  async ask() {
    clearTimeout(this.timer);
    if (document.hidden || this.asking || this.stopped) return;
    this.asking = true;
    try {
      await this.fetchOnce();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // the server may be back soon
    } finally {
      this.asking = false;
      if (!this.stopped) this.timer = setTimeout(() => this.ask(), this.pace);
    }
  }

  async fetchOnce() {
    const headers = this.tag ? { "If-None-Match": this.tag } : undefined;
    const response = await fetch(this.address, { headers, cache: "no-store" });
    if (this.stopped) return;
    if (response.ok) {
      const answer = await response.json();
      this.tag = response.headers.get("ETag");
      if (!this.stopped) this.take(answer);
    } else if (response.status === 403 || response.status === 404) {
      this.stop();
      this.end();
    }
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onVisibility);
  }
}
