// When a text that was sent has become a note, and which notes are about the picture on screen.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isNow, isThere, keyOf, plain } from "../../../pages/components/note_list/notes.js";

const notes = [
  { frame: 30, scene: 2, text: "Slow", of_scene: true, stored: [30, true] },
  { frame: 41, scene: 2, text: "Look\ntwice", of_scene: false, stored: [41, false] },
];

test("a text is compared as the library stores it", () => {
  assert.equal(plain(" Look\r\ntwice\t\u0007 "), "Look\ntwice");
  assert.ok(isThere(notes, { frame: 41, of_scene: false, text: "Look\r\ntwice " }));
  assert.ok(!isThere(notes, { frame: 42, of_scene: false, text: "Look\ntwice" }));
  assert.ok(!isThere(notes, { frame: 41, of_scene: false, text: "Look" }));
});

test("a note about a scene is there whichever of its frames was on screen", () => {
  assert.ok(isThere(notes, { frame: 55, scene: 2, of_scene: true, text: "Slow" }));
  assert.ok(!isThere(notes, { frame: 55, scene: 3, of_scene: true, text: "Slow" }));
});

test("a note is about its frame, or about its whole scene", () => {
  assert.deepEqual(notes.map((note) => isNow(note, { frame: 41, scene: 2 })), [true, true]);
  assert.deepEqual(notes.map((note) => isNow(note, { frame: 40, scene: 2 })), [true, false]);
  assert.deepEqual(notes.map((note) => isNow(note, null)), [false, false]);
});

test("two notes at one frame are told apart", () => {
  assert.notEqual(keyOf(notes[0]), keyOf({ ...notes[0], text: "Fast" }));
  assert.notEqual(keyOf(notes[0]), keyOf({ ...notes[0], stored: [30, false] }));
});
