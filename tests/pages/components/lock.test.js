import assert from "node:assert/strict";
import test from "node:test";

import { correction, shifted } from "../../../pages/components/pair_player/lock.js";

const FRAME = 1 / 25;

test("less than half a frame is in step", () => {
  assert.deepEqual(correction(0.4 * FRAME, FRAME, 1), { seek: false, rate: 1 });
  assert.deepEqual(correction(-0.4 * FRAME, FRAME, 2), { seek: false, rate: 2 });
});

test("a little behind runs faster, a little ahead slower, and never much", () => {
  const behind = correction(2 * FRAME, FRAME, 1);
  const ahead = correction(-2 * FRAME, FRAME, 1);
  assert.equal(behind.seek, false);
  assert.ok(behind.rate > 1.05 && behind.rate <= 1.25);
  assert.ok(ahead.rate < 0.95 && ahead.rate >= 0.75);
});

test("far off is sought", () => {
  for (const error of [1, -1, 3600, NaN]) assert.equal(correction(error, FRAME, 1).seek, true);
});

test("a film that is corrected at each picture comes into step and stays there", () => {
  for (const start of [0.35, -0.35, 0.1, 7]) {
    let error = start;
    for (let picture = 0; picture < 100; picture += 1) {
      const { seek, rate } = correction(error, FRAME, 1);
      error = seek ? 0.06 : error - (rate - 1) * FRAME; // a seek takes a while
    }
    assert.ok(Math.abs(error) <= FRAME / 2 + 1e-9, `${start}: ${error}`);
  }
});

test("an offset by hand shows later frames of the second film, earlier ones of the first", () => {
  assert.ok(Math.abs(shifted(4, 1, 3, FRAME) - 4.12) < 1e-9);
  assert.ok(Math.abs(shifted(4, 0, 3, FRAME) - 3.88) < 1e-9);
  assert.equal(shifted(0, 0, 3, FRAME), 0);
});
