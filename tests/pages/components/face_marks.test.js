// Where faces are drawn on a picture, and how.

import assert from "node:assert/strict";
import test from "node:test";

import { cutBox, faceMarks, percent, pictureArea, readableOn, trackColour } from "../../../pages/components/face_marks.js";

const close = (actual, expected) => actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-9, `${actual}`));

test("a face has its leading expression and its colour; one that does not count is grey, with the reason", () => {
  const sample = {
    faces: [
      { letter: "A", number: 0, name: null, box: [0.1, 0.2, 0.3, 0.4], probabilities: [0.2, 0.8], left_out: null },
      { letter: "B", number: 1, name: "Ada", box: [0.5, 0.2, 0.3, 0.4], probabilities: [0.9, 0.1], left_out: "cut by the frame's edge" },
    ],
  };
  const [first, second] = faceMarks(sample, ["sad", "happy"], ["#000001", "#000002"]);
  assert.deepEqual([first.text, first.colour, first.counted], ["happy 80\u00a0%", "#000002", true]);
  assert.deepEqual(
    [second.text, second.colour, second.counted],
    ["not counted: cut by the frame's edge", "#9AA0A6", false],
  );
});

test("a face is its person's by name, else by the letter of its track, whose colour it has on every frame", () => {
  const face = { letter: "A", number: 9, name: null, box: [0, 0, 1, 1], probabilities: [1], left_out: null };
  const [first, second] = faceMarks({ faces: [face, { ...face, name: "Ada" }] }, ["sad"], ["#000001"]);
  assert.deepEqual([first.who, second.who], ["A", "Ada"]);
  assert.deepEqual([first.dot, second.dot], [trackColour(9), trackColour(1)]);
});

test("a box that reaches over the picture's edge is cut there", () => {
  close(cutBox([-0.1, 0.5, 0.3, 0.8]), [0, 0.5, 0.2, 0.5]);
  close(cutBox([0.2, 0.3, 0.1, 0.1]), [0.2, 0.3, 0.1, 0.1]);
});

test("the picture lies in the middle of its element, with bars at its sides or above and below", () => {
  close(pictureArea(400, 100, 2), [100, 0, 200, 100]);
  close(pictureArea(100, 400, 2), [0, 175, 100, 50]);
  close(pictureArea(300, 150, 2), [0, 0, 300, 150]);
  close(pictureArea(300, 400, 9 / 16), [37.5, 0, 225, 400]); // a film that stands upright
});

test("text on a colour is black or white, and shares are whole percent", () => {
  assert.deepEqual(["#FFFFFF", "#CCBB44", "#AA3377", "#000000"].map(readableOn), ["#000000", "#000000", "#FFFFFF", "#FFFFFF"]);
  assert.deepEqual([0, 0.004, 0.705, 1].map(percent), ["0\u00a0%", "0\u00a0%", "71\u00a0%", "100\u00a0%"]);
});
