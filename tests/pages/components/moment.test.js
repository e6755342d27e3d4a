// The moment that the views of a film's page share.

import assert from "node:assert/strict";
import test from "node:test";

globalThis.window = new EventTarget();
const { announce, onMoment, onRest, onSeek, seek } = await import("../../../pages/components/moment.js");

test("each view of the film hears of each picture, and a later one of the last", () => {
  const [heard, late] = [[], []];
  onMoment("a", (moment) => heard.push(moment.frame));
  announce({ film: "a", frame: 3, scene: 1, seconds: 0.1, playing: false });
  announce({ film: "a", frame: 4, scene: 1, seconds: 0.2, playing: true });
  onMoment("a", (moment) => late.push(moment.frame));
  assert.deepEqual([heard, late], [[3, 4], [4]]);
});

test("views of another film, and those that are closed, hear nothing", () => {
  const heard = [];
  const closed = new AbortController();
  onSeek("a", (frame) => heard.push(frame), closed.signal);
  seek("b", 1);
  seek("a", 2);
  closed.abort();
  seek("a", 3);
  assert.deepEqual(heard, [2]);
});

test("a film that stands still is told once, a playing one never", async () => {
  const rested = [];
  const closed = new AbortController();
  onRest("c", (moment) => rested.push(moment.frame), closed.signal);
  for (const frame of [1, 2, 3]) announce({ film: "c", frame, scene: 1, seconds: 0, playing: true });
  announce({ film: "c", frame: 4, scene: 1, seconds: 0, playing: false });
  announce({ film: "c", frame: 5, scene: 1, seconds: 0, playing: false });
  await new Promise((done) => setTimeout(done, 300));
  assert.deepEqual(rested, [5]);
  announce({ film: "c", frame: 6, scene: 1, seconds: 0, playing: false });
  closed.abort();
  await new Promise((done) => setTimeout(done, 300));
  assert.deepEqual(rested, [5]);
});
