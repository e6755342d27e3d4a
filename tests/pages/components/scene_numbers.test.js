// How the panel words a scene's numbers.

import assert from "node:assert/strict";
import test from "node:test";

import { bars, duration, leading, sceneAt, times, title, why } from "../../../pages/components/scene_panel/scene_numbers.js";

const FILM = { labels: ["sad", "happy", "neutral"], colours: ["#111111", "#222222", "#333333"] };
const SETTINGS = { coverage_floor: 0.3, mixed_floor: 0.4 };
const CLEAR = {
  number: 2,
  name: "",
  counts: true,
  kind: "film",
  leading: "happy",
  leading_shares: "62\u00a0% (51–70\u00a0%)",
  dominant: "happy",
  runner_up: "sad",
  certainty: "clear",
  why: "",
  shares: [0.3, 0.62, 0.08],
  intervals: [[0.2, 0.4], [0.51, 0.7], [0.01, 0.1]],
};

test("the scene with a frame is found, also before the first and after the last", () => {
  const scenes = [{ frame_in: 0 }, { frame_in: 30 }, { frame_in: 31 }, { frame_in: 90 }];
  assert.deepEqual([0, 29, 30, 31, 89, 90, 5000].map((frame) => scenes.indexOf(sceneAt(scenes, frame))), [0, 0, 1, 2, 2, 3, 3]);
  assert.equal(sceneAt([], 3), undefined);
});

test("a name stands beside the number as it is", () => {
  assert.equal(title({ number: 3, name: "" }), "Scene 3");
  assert.equal(title({ number: 3, name: "*The* <b>kitchen" }), "Scene 3 · *The* <b>kitchen");
  assert.equal(times({ tc_in: "a", tc_out: "b", start: 10, end: 14.5 }), "a – b · 4.5 s");
  assert.deepEqual([0.5, 62, 3723].map(duration), ["0.5 s", "1:02", "1:02:03"]);
});

test("a clear scene has its leading expression, and all shares from the largest down", () => {
  assert.deepEqual(leading(CLEAR, FILM), {
    text: "happy",
    shares: "62\u00a0% (51–70\u00a0%)",
    colours: ["#222222"],
    weak: false,
  });
  assert.equal(why(CLEAR, SETTINGS), "");
  const rows = bars(CLEAR, FILM);
  assert.deepEqual(rows.map(({ label }) => label), ["happy", "sad", "neutral"]);
  assert.deepEqual([rows[0].text, rows[0].spread], ["62\u00a0%", "51–70\u00a0%"]);
  assert.equal(bars({ ...CLEAR, intervals: null }, FILM)[0].spread, "");
});

test("a mixed scene names both expressions, is weak, and says why", () => {
  const mixed = { ...CLEAR, certainty: "mixed", leading: "mixed: happy, sad", why: "the intervals of the two overlap" };
  assert.deepEqual(leading(mixed, FILM).colours, ["#222222", "#111111"]);
  assert.equal(leading(mixed, FILM).weak, true);
  assert.equal(why(mixed, SETTINGS), "The intervals of the two overlap.");
});

test("without enough faces there is no guess; black and not film say what they are", () => {
  const none = { ...CLEAR, dominant: null, runner_up: null, certainty: null, leading: "not enough faces" };
  assert.equal(leading(none, FILM).text, "Not enough faces");
  assert.equal(why(none, SETTINGS), "Faces are asked for on 30\u00a0% of a scene's sampled frames.");
  assert.deepEqual(bars(none, FILM), []);
  const black = { ...none, counts: false, kind: "black", leading: "black", shares: null };
  assert.equal(leading(black, FILM).text, "Black");
  assert.equal(why(black, SETTINGS), "It has no part in any number of the film.");
});
