// Which scenes the board of versions lists, and which pairs can be compared.

import assert from "node:assert/strict";
import { test } from "node:test";

import { countText, differenceText, listedRows, pairsOf } from "../../../pages/components/version_board/rows.js";

const rows = [{ changed: true }, { changed: false }];

test("unchanged scenes are listed where they are asked for", () => {
  assert.equal(listedRows(rows, true).length, 1);
  assert.equal(listedRows(rows, false).length, 2);
  assert.equal(countText(rows), "1 of 2 scenes changed");
  assert.equal(countText([]), "0 of 0 scenes changed");
});

test("a difference of lengths has a sign", () => {
  assert.equal(differenceText(62), "+1:02");
  assert.equal(differenceText(-4.6), "−0:05");
  assert.equal(differenceText(0.4), "same length");
});

test("each version is paired with every later one, once", () => {
  const versions = [1, 2, 3].map((number) => ({ number, seconds: number * 60 }));
  const pairs = pairsOf(versions);
  assert.deepEqual(pairs.map(({ first, seconds }) => [first.number, ...seconds.map((second) => second?.number ?? null)]), [
    [1, 2, 3],
    [2, null, 3],
  ]);
  assert.equal(pairs[0].seconds[1].difference, "+2:00");
  assert.deepEqual(pairsOf([]), []);
});
