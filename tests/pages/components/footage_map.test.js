import assert from "node:assert/strict";
import test from "node:test";

import { FootageMap, secondsOf } from "../../../pages/components/pair_player/footage_map.js";

const RATE = 25;
const times = (frames) => Float64Array.from({ length: frames }, (_, i) => i / RATE);
// The first film has 200 frames. The second shows 10 to 59, then 20 new ones, then 100 to 149, then 20 to 39 again.
const SEGMENTS = [[10, 60, 0, 50, 0], [100, 150, 70, 120, 0], [20, 40, 120, 140, 1]];
const map = new FootageMap(SEGMENTS, [times(200), times(140)], [RATE, RATE]);
const frame = (place) => Math.round(place.seconds * RATE);
const at = (side, number, near) => map.at(side, number / RATE, near);

test("matched footage has its frame in the other film, whichever leads", () => {
  for (const [first, second] of [[10, 0], [59, 49], [100, 70], [149, 119]]) {
    assert.equal(frame(at(1, second)), first);
    assert.equal(frame(at(0, first)), second);
    assert.equal(at(1, second).matched, true);
    assert.equal(at(0, first).speed, 1);
  }
  assert.equal(frame(at(1, 125)), 25);
});

test("footage that comes again is followed where it is, else where it was not moved", () => {
  assert.equal(frame(at(0, 30)), 20);
  const again = at(1, 130).segment;
  assert.equal(frame(at(0, 30, again)), 130);
});

test("what is in one film only holds the other at the splice", () => {
  for (const number of [50, 60, 69]) {
    const place = at(1, number);
    assert.equal(place.matched, false);
    assert.equal(frame(place), 59); // the last picture that both showed
    assert.equal(Math.round(place.until * RATE), 70);
  }
  assert.equal(frame(at(0, 5)), 0); // before all that both show: where it begins
  assert.equal(frame(at(0, 180)), 119);
  assert.equal(at(0, 180).until, null);
});

test("other frame rates and a gap in time are followed in seconds", () => {
  const slow = Float64Array.from({ length: 100 }, (_, i) => (i * 1001) / 24000);
  const other = new FootageMap([[0, 100, 0, 100, 0]], [slow, times(100)], [24000 / 1001, RATE]);
  const place = other.at(1, 50 / RATE);
  assert.ok(Math.abs(place.seconds - (50 * 1001) / 24000) < 1e-3);
  assert.ok(Math.abs(place.speed - (1001 / 24000) * RATE) < 1e-3);
  assert.ok(Math.abs(secondsOf(times(10), 10, RATE) - 10 / RATE) < 1e-9);
});

test("two films that share nothing stand apart", () => {
  const none = new FootageMap([], [times(10), times(10)], [RATE, RATE]);
  assert.deepEqual(none.at(1, 0.2), { matched: false, seconds: 0, until: null });
});
