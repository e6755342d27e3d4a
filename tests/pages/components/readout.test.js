import assert from "node:assert/strict";
import test from "node:test";

import { Reading } from "../../../pages/components/film_charts/reading.js";
import { columnAt, readoutText, rowAt, shareText, tableRows } from "../../../pages/components/film_charts/readout.js";

const figure = {
  labels: ["sad", "happy"],
  readouts: {
    starts: [0, 2, 10],
    ends: [2, 10, 12],
    titles: ["Scene 1", "Scene 2", "Scene 3"],
    times: ["a", "b", "c"],
    leading: ["sad 62 %", "not enough faces", "happy 50 %"],
    evidence: ["5 faces", "none", "2 faces"],
    shares: [[62, null, 50], [38, null, 50]],
    low: [[51, null, null], [30, null, null]],
    high: [[70, null, null], [49, null, null]],
  },
};

test("the column under a time is the last one that began", () => {
  assert.deepEqual([0, 1.9, 2, 11, 99].map((time) => columnAt(figure.readouts, time)), [0, 0, 1, 2, 2]);
});

test("a row is found by its height, and between rows there is none", () => {
  assert.deepEqual([35, 36, 60, 61, 64].map((y) => rowAt([[36, 61], [64, 89]], y)), [-1, 0, 0, -1, 1]);
});

test("a share has its interval, where there is one, and a missing one is not zero", () => {
  assert.equal(shareText(62, 51, 70), "62\u00a0% (51–70\u00a0%)");
  assert.equal(shareText(50, null, null), "50\u00a0%");
  assert.equal(shareText(null, null, null), "–");
});

test("over a label's row the readout has that label's share too", () => {
  assert.deepEqual(readoutText(figure, 0, -1), ["Scene 1", "a", "sad 62 %", "5 faces"]);
  assert.deepEqual(readoutText(figure, 0, 1), ["Scene 1", "a", "happy 38\u00a0% (30–49\u00a0%)", "sad 62 %", "5 faces"]);
});

test("the table has a row for each column in the part that is shown", () => {
  assert.deepEqual(tableRows(figure, [2, 11]).map((row) => row[0]), ["Scene 2", "Scene 3"]);
  assert.deepEqual(tableRows(figure, [0, 1]), [
    ["Scene 1", "a", "sad 62 %", "5 faces", "62\u00a0% (51–70\u00a0%)", "38\u00a0% (30–49\u00a0%)"],
  ]);
});

test("keys read the columns one by one, from the playhead, and end at the part that is known", () => {
  const said = [];
  const details = { say: (seconds) => (said.push(columnAt(figure.readouts, seconds)), said.at(-1)), speak: () => said.push("aloud") };
  const bands = [];
  const overlay = { band: (_, ends) => bands.push(ends) };
  const reading = new Reading(details, overlay);
  const axis = { placeOf: (seconds) => seconds / 8 }; // shows the first 8 seconds
  const step = (by) => reading.step(figure.readouts, axis, 1.5, by);
  assert.equal(reading.seconds, null);
  assert.equal(step(1), true);
  assert.deepEqual(said, [0, "aloud"]);
  assert.equal(step(1), true);
  assert.deepEqual([said.slice(2), bands.at(-1)], [[1, "aloud"], [0.25, 1.25]]);
  assert.equal(columnAt(figure.readouts, reading.seconds), 1);
  assert.equal(step(1), false); // out of the part shown
  assert.equal(step(1), false); // out of what is known
  assert.equal(columnAt(figure.readouts, reading.seconds), 2);
  reading.tell(figure.readouts, axis, 0.5, 0); // the pointer
  assert.equal(reading.seconds, null);
});
