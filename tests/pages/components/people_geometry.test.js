// Strips of people: where cells lie, what is said of them, and how a face is cut out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sharing } from "../../../pages/components/people_board/company.js";
import { address, cellAt, cellsOf, cutOut, fillsOf, length, placesOf, wording } from "../../../pages/components/people_board/geometry.js";

const film = {
  labels: ["sad", "happy"],
  colours: ["#000001", "#000002"],
  not_enough: "not enough faces",
  duration: 100,
  scenes: [1, 2, 3, 4].map((number) => ({ number, title: `Scene ${number}` })),
};
const person = {
  cells: {
    scene: [0, 2, 3],
    seconds: [5, 20, 0.4],
    stretches: [[[0, 5]], [[50, 60], [62, 72]], [[99.99, 100]]],
    shares: [[70, 30], [51, 49], null],
    interval: [[60, 80], null, null],
    leading: [[0], [0, 1], []],
    clear: [true, false, false],
    frames: [5, 20, 1],
    read: [5, 18, 0],
  },
};
const cells = cellsOf(person);

test("a cell lies where the person is on screen, or in its scene's column", () => {
  assert.deepEqual(placesOf(cells[1], "time", film), [[0.5, 0.6], [0.62, 0.72]]);
  assert.deepEqual(placesOf(cells[1], "scenes", film), [[0.5, 0.75]]);
  const [[from, to]] = placesOf(cells[2], "time", film);
  assert.ok(to - from > 0.001); // to be seen
});

test("the pointer finds the cell, or one just beside it, and nobody where nobody is", () => {
  assert.equal(cellAt(cells, "time", film, 0.55), cells[1]);
  assert.equal(cellAt(cells, "time", film, 0.61), undefined);
  assert.equal(cellAt(cells, "time", film, 0.601), cells[1]);
  assert.equal(cellAt(cells, "scenes", film, 0.3), undefined);
  assert.equal(cellAt(cells, "scenes", film, 0.8), cells[2]);
});

test("a clear cell is full, a mixed one pale in two colours, and without faces there is no colour", () => {
  assert.deepEqual(fillsOf(cells[0], -1, film.colours), [{ colour: "#000001", opacity: 1, top: 0, height: 1 }]);
  assert.deepEqual(fillsOf(cells[1], -1, film.colours).map(({ colour, top }) => [colour, top]), [["#000001", 0], ["#000002", 0.5]]);
  assert.ok(fillsOf(cells[1], -1, film.colours)[0].opacity < 1);
  assert.deepEqual(fillsOf(cells[2], -1, film.colours), []);
  assert.deepEqual(fillsOf(cells[2], 1, film.colours), []);
  assert.ok(fillsOf(cells[1], 1, film.colours)[0].opacity > fillsOf(cells[0], 1, film.colours)[0].opacity);
});

test("words say what is known, and not more", () => {
  const plain = (cell, choice) => wording(cell, choice, film).replaceAll("\u00a0", " ");
  assert.equal(plain(cells[0], -1), "Scene 1 · on screen 5.0 s · sad 70 % (60–80 %) · read on 5 of 5 frames");
  assert.equal(plain(cells[0], 1), "Scene 1 · on screen 5.0 s · sad 70 % (60–80 %) · happy 30 % · read on 5 of 5 frames");
  assert.equal(plain(cells[1], -1), "Scene 3 · on screen 0:20 · mixed: sad 51 %, happy 49 % · read on 18 of 20 frames");
  assert.equal(plain(cells[2], 0), "Scene 4 · on screen 0.4 s · not enough faces · read on 0 of 1 frame");
});

test("lengths and addresses are written as the app writes them", () => {
  assert.deepEqual([3.24, 62, 3723].map(length), ["3.2 s", "1:02", "1:02:03"]);
  assert.equal(address("film?film=ab", 3, 50.12345), "film?film=ab&scene=3&t=50.123");
});

test("a face is cut out with room around it, and never beyond the picture", () => {
  const middle = cutOut({ box: [0.4, 0.4, 0.1, 0.2], shape: 2 });
  assert.ok(Math.abs(middle.height - 100 / 0.27) < 1e-9);
  assert.ok(Math.abs(middle.left + middle.width * 0.45 - 50) < 1e-9); // the face's middle is the square's
  for (const box of [[-0.1, -0.1, 0.3, 0.3], [0.9, 0.9, 0.2, 0.2], [0, 0, 1, 1]]) {
    const { left, top, width, height } = cutOut({ box, shape: 1.5 });
    assert.ok(left <= 1e-9 && top <= 1e-9 && left + width >= 100 - 1e-9 && top + height >= 100 - 1e-9);
  }
});

test("the matrix has those who share the screen with another", () => {
  assert.deepEqual(sharing([[9, 0, 2], [0, 5, 0], [2, 0, 3]]), [0, 2]);
  assert.deepEqual(sharing([[9]]), []);
});
