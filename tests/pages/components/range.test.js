// The range that an editor marks with in and out.

import assert from "node:assert/strict";
import test from "node:test";
import { NONE, isWhole, partOf, withFirst, withLast } from "../../../pages/components/player/range.js";

test("a range is whole with both ends, which may be one frame", () => {
  assert.equal(isWhole(withFirst(NONE, 0)), false);
  assert.equal(isWhole(withLast(withFirst(NONE, 0), 0)), true);
  assert.deepEqual(withFirst(withLast(NONE, 9), 4), { first: 4, last: 9 });
});

test("an end that would lie before the beginning is gone, and the other way about", () => {
  assert.deepEqual(withFirst({ first: 4, last: 9 }, 10), { first: 10, last: null });
  assert.deepEqual(withLast({ first: 4, last: 9 }, 3), { first: null, last: 3 });
});

test("the last frame is part of the range", () => {
  assert.deepEqual(partOf({ first: 10, last: 19 }, 100), { left: 0.1, width: 0.1 });
  assert.deepEqual(partOf({ first: 50, last: null }, 100), { left: 0.5, width: 0.01 });
  assert.equal(partOf(NONE, 100), null);
});
