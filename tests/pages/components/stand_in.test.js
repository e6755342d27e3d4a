// What stands in for the player of a film that cannot be played.

import assert from "node:assert/strict";
import test from "node:test";

globalThis.window = new EventTarget();
const { onMoment, seek } = await import("../../../pages/components/moment.js");
const { StandIn } = await import("../../../pages/components/moment_channel/stand_in.js");

const STILL = { frames: 100, rate: 25, even: false, starts: [0, 40, 70] };

function press(key) {
  const event = new Event("keydown");
  Object.assign(event, { key, composedPath: () => [{ closest: () => null }] });
  window.dispatchEvent(event);
}

test("views and keys move to a frame, and hear its scene and time", () => {
  const heard = [];
  const standIn = new StandIn("a", STILL, 50);
  onMoment("a", ({ frame, scene, seconds, playing }) => heard.push([frame, scene, seconds, playing]));
  seek("a", 75);
  for (const key of ["ArrowUp", "ArrowUp", ".", "End", "."]) press(key);
  press("l");
  assert.deepEqual(heard, [
    [50, 2, 2, false], [75, 3, 3, false], [70, 3, 2.8, false], [40, 2, 1.6, false], [41, 2, 1.64, false],
    [99, 3, 3.96, false], [99, 3, 3.96, false],
  ]);
  standIn.close();
  seek("a", 1);
  assert.equal(heard.length, 7);
});
