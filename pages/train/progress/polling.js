// When a run's page asks the server again, and when it asks for a rerun.

// Milliseconds after which a server that is away, or a rerun that has changed nothing, is asked again.
export const RETRY = 3000;

/**
 * Return after how many seconds to ask again, null for never: as the server says, but while the page is out of date.
 *
 * @param {number | null} pace
 * @param {boolean} outdated
 */
export function secondsToWait(pace, outdated) {
  return outdated ? (pace ?? RETRY / 1000) : pace;
}

/**
 * Return how much is left of that wait when a part of it has passed while the server answered.
 *
 * @param {number | null} seconds
 * @param {number} passed in seconds
 */
export function secondsLeft(seconds, passed) {
  return seconds === null ? null : Math.max(0, seconds - passed);
}

/** The version of the rest of the page, which is out of date when the server names another. */
export class PageState {
  /** @type {string | undefined} What it was drawn from. */
  drawn = undefined;
  /** @type {string | undefined} From what it was last asked to be drawn. */
  wanted = undefined;
  wantedAt = -Infinity;

  /** @param {string} page */
  isOutdated(page) {
    return page !== this.drawn;
  }

  /**
   * Whether to ask for a rerun of the page now: a late server is asked again, but not every time.
   *
   * @param {string} page
   * @param {number} now in milliseconds
   */
  mustRedraw(page, now) {
    if (!this.isOutdated(page) || (page === this.wanted && now - this.wantedAt < RETRY)) return false;
    this.wanted = page;
    this.wantedAt = now;
    return true;
  }
}
