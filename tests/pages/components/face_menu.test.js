// What an editor can say of a face: which tracks can be one person.

import assert from "node:assert/strict";
import test from "node:test";

import { about, title, unite } from "../../../pages/components/scene_panel/face_menu.js";

const track = (letter, shot, frames, name = null) => ({ letter, shot, frames, name, anchor: [frames[0], 0.5, 0.5] });

test("two tracks of a shot become one unless both are on one frame", () => {
  const [first, later, beside] = [track("A", 0, [0, 12]), track("B", 0, [48]), track("C", 0, [12, 24])];
  assert.deepEqual(unite(first, later), { change: "join", other: [48, 0.5, 0.5] });
  assert.equal(unite(first, beside), null);
  assert.equal(unite(first, first), null);
});

test("tracks of two shots become one person by a name", () => {
  const [first, named] = [track("A", 0, [0]), track("B", 1, [48], "Ada")];
  assert.deepEqual(unite(first, named), { change: "name", name: "Ada", was: null });
  assert.equal(unite(named, first), null);
  assert.equal(unite(track("C", 2, [90], "Ada"), named), null);
});

test("a track is told by its name and letter, its times, and what its faces show together", () => {
  assert.deepEqual(["Ada", null].map((name) => title({ name, letter: "B" })), ["Ada · track B", "Track B"]);
  const known = { times: "00:00:01:00", evidence: "3 faces", left_out: false };
  assert.equal(about({ ...known, reading: "sad 70 %" }), "00:00:01:00, 3 faces; read together: sad 70 %");
  assert.equal(about({ ...known, reading: null }), "00:00:01:00, 3 faces");
  assert.equal(about({ ...known, reading: null, left_out: true }), "00:00:01:00, 3 faces; left out");
});
