import assert from "node:assert/strict";
import test from "node:test";

import { hms, day, percent, size } from "../../../pages/components/uploads/formatting.js";

test("a size has one decimal from a megabyte on, and none from a hundred on", () => {
  const octets = [0, 999, 12_345, 1_400_000, 99_900_000, 120_000_000, 4_200_000_000, 150_000_000_000];
  assert.deepEqual(octets.map(size), ["0 kB", "1 kB", "12 kB", "1.4 MB", "99.9 MB", "120 MB", "4.2 GB", "150 GB"]);
});

test("of a tie the even digit is shown", () => {
  assert.deepEqual([500, 1_500, 2_500, 1_250_000, 1_750_000].map(size), ["0 kB", "2 kB", "2 kB", "1.2 MB", "1.8 MB"]);
});

test("a clock has hours only where there are any", () => {
  assert.deepEqual([0, 7.4, 59.6, 75, 3600, 36_061].map(hms), ["0:00", "0:07", "1:00", "1:15", "1:00:00", "10:01:01"]);
});

test("the percentage is 100 only when nothing is missing", () => {
  assert.deepEqual([percent(0, 10), percent(999, 1000), percent(10, 10), percent(0, 0)], [0, 99, 100, 0]);
});

test("a day has no year", () => {
  assert.equal(day("2026-12-03T12:00:00"), "3 December");
});
