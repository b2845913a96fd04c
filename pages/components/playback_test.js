import assert from "node:assert/strict";
import { Playback } from "./playback.js";

/** @param {number} step @param {string} mistakes @param {boolean} lasting */
function frame(step, mistakes = "", lasting = true) {
  return { step, when: `at step ${step}`, lasting, units: [], weights: [], answers: [], mistakes };
}

/** @param {number[]} steps */
function playbackOf(...steps) {
  const playback = new Playback();
  playback.add(steps.map((step) => frame(step)));
  return playback;
}

/** @param {Playback} playback */
function steps(playback) {
  return playback.frames.map(({ step }) => step);
}

/** @param {Playback} playback */
function shownStep(playback) {
  return playback.shown?.step;
}

Deno.test("frames that come are shown one after the other, the first one too", () => {
  const playback = playbackOf(0, 26);
  assert.equal(playback.shown, undefined);
  assert.ok(playback.pause);
  playback.advance();
  assert.equal(shownStep(playback), 0);
  playback.advance();
  assert.equal(shownStep(playback), 26);
  assert.equal(playback.pause, null);
  playback.add([frame(52)]);
  playback.advance();
  assert.equal(shownStep(playback), 52);
});

Deno.test("a frame that does not last makes room for the next, and none is shown twice", () => {
  const playback = playbackOf(0);
  playback.add([frame(30, "", false)]);
  playback.toEnd();
  playback.add([frame(30), frame(60, "", false)]);
  assert.deepEqual(steps(playback), [0, 60]);
  playback.advance();
  assert.equal(shownStep(playback), 60);
});

Deno.test("what is older than what is there is left out", () => {
  const playback = playbackOf(0, 26);
  playback.add([frame(26), frame(20)]);
  assert.deepEqual(steps(playback), [0, 26]);
});

Deno.test("who looks at an earlier frame stays there when others come", () => {
  const playback = playbackOf(0, 26, 52);
  playback.seek(1);
  playback.add([frame(78)]);
  assert.equal(shownStep(playback), 26);
  assert.equal(playback.pause, null);
});

Deno.test("who goes back to the newest frame follows the training again", () => {
  const playback = playbackOf(0, 26);
  playback.seek(0);
  playback.seek(1);
  assert.equal(playback.following, true);
  playback.add([frame(52)]);
  playback.advance();
  assert.equal(shownStep(playback), 52);
});

Deno.test("it is played from the first frame to the last, and follows then", () => {
  const playback = playbackOf(0, 26, 52);
  playback.toEnd();
  playback.toggle();
  const seen = [shownStep(playback)];
  while (playback.pause) {
    playback.advance();
    seen.push(shownStep(playback));
  }
  assert.deepEqual(seen, [0, 26, 52]);
  assert.equal(playback.playing, false);
  assert.equal(playback.following, true);
});

Deno.test("who moves the slider stops what is played", () => {
  const playback = playbackOf(0, 26, 52);
  playback.toEnd();
  playback.toggle();
  playback.seek(1);
  assert.deepEqual([playback.playing, playback.pause, shownStep(playback)], [false, null, 26]);
});

Deno.test("no frame is played for longer than 0.6 seconds, and none for less than 0.12", () => {
  for (const [count, milliseconds] of [[2, 600], [30, 200], [1000, 120]]) {
    const playback = playbackOf(...Array(count).keys());
    playback.toEnd();
    playback.toggle();
    assert.equal(playback.pause, milliseconds);
  }
});

Deno.test("a pause goes on where it was", () => {
  const playback = playbackOf(0, 26, 52);
  playback.toEnd();
  playback.toggle();
  playback.advance();
  playback.toggle();
  assert.equal(playback.pause, null);
  playback.toggle();
  assert.equal(shownStep(playback), 26);
});

Deno.test("many frames are played faster than few", () => {
  const [few, many] = [playbackOf(0, 1, 2), playbackOf(...Array(50).keys())];
  for (const playback of [few, many]) {
    playback.toEnd();
    playback.toggle();
  }
  assert.ok((few.pause ?? 0) > (many.pause ?? 0));
});

Deno.test("where mistakes are not counted, those that were counted last are told, with their time", () => {
  const playback = new Playback();
  playback.add([frame(0, "≈ 9,000 of 10,000"), frame(26), frame(52, "412 of 10,000")]);
  playback.seek(1);
  assert.deepEqual(playback.counted, { mistakes: "≈ 9,000 of 10,000", when: "at step 0" });
  playback.seek(2);
  assert.equal(playback.counted.mistakes, "412 of 10,000");
  assert.deepEqual(playbackOf(0).counted, { mistakes: "", when: "" });
});
