// Which frame of a training is shown: the newest during the training, or one after the other when it is played again.

/**
 * What all frames have: `step` orders them, `when` says it in words, and one that is not `lasting` is shown only until the
 * next one comes.
 *
 * @typedef {object} Moment
 * @property {number} step
 * @property {string} when
 * @property {boolean} lasting
 * @property {string} [mistakes]
 */

// Milliseconds: of playing all frames, and at least and at most of one; and of one that has come lately.
const WHOLE = 6000;
const SHORTEST = 120;
const LONGEST = 600;
const CATCHING_UP = 110;

/** @template {Moment} [Frame=Moment] */
export class Playback {
  /** @type {Frame[]} */
  frames = [];
  index = -1;
  /** Whether it moves to the next frame by itself, because somebody plays the training again. */
  playing = false;
  /** Whether it moves to each new frame. */
  following = true;

  /** @returns {Frame | undefined} */
  get shown() {
    return this.frames[this.index];
  }

  get last() {
    return this.frames.length - 1;
  }

  /** The step of the newest frame, -1 before there is one. */
  get step() {
    return this.frames[this.last]?.step ?? -1;
  }

  /**
   * Take frames that are newer than all others. One that was only to be seen until the next one makes room, even where
   * it is shown: what is shown stays until `advance`.
   *
   * @param {Frame[]} frames
   */
  add(frames) {
    const newer = frames.filter(({ step }) => step > this.step);
    if (!newer.length) return;
    const newest = this.frames[this.last];
    if (newest && !newest.lasting) this.frames.pop();
    this.frames.push(...newer);
    if (this.following) this.index = Math.min(this.index, this.frames.length - newer.length - 1);
    this.index = Math.min(this.index, this.last);
  }

  /** Go on to the next frame, if there is one. What is played ends at the last one, and follows then. */
  advance() {
    this.index = Math.min(this.index + 1, this.last);
    if (this.playing && this.index === this.last) this.toEnd();
  }

  toEnd() {
    this.index = this.last;
    this.playing = false;
    this.following = true;
  }

  /** Play all frames from the first on, or pause. */
  toggle() {
    if (!this.playing && this.index >= this.last) this.index = 0;
    this.playing = !this.playing;
    this.following = false;
  }

  /** @param {number} index */
  seek(index) {
    this.index = Math.max(0, Math.min(index, this.last));
    this.playing = false;
    this.following = this.index === this.last;
  }

  /** After how many milliseconds to move to the next frame by itself; null for never. */
  get pause() {
    if (this.index >= this.last) return null;
    if (this.playing) return Math.max(SHORTEST, Math.min(LONGEST, WHOLE / this.frames.length));
    return this.following ? CATCHING_UP : null;
  }

  /** The number of mistakes when they were last counted, and when that was. */
  get counted() {
    const counted = this.frames.slice(0, this.index + 1).findLast(({ mistakes }) => mistakes);
    return { mistakes: counted?.mistakes ?? "", when: counted?.when ?? "" };
  }
}
