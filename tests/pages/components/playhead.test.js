import assert from "node:assert/strict";
import test from "node:test";

import { axisValue } from "../../../pages/components/player/playhead.js";

test("an end of a time axis is a number or a time in UTC, as long as it has to be", () => {
  const day = 86_400_000;
  const ends = [day, "1970-01-02", "1970-01-02 00:01", "1970-01-02 00:00:01.5", "1970-01-02 00:00:01.2345"];
  assert.deepEqual(ends.map(axisValue), [day, day, day + 60_000, day + 1500, day + 1234]);
});
