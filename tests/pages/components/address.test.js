// The moment in the page's address.

import assert from "node:assert/strict";
import test from "node:test";
import { momentIn, withMoment } from "../../../pages/components/player/address.js";

test("an address is read back as it was written, and keeps what else is in it", () => {
  const search = withMoment("?film=ab&view=How+scenes+are+found&scene=9", { seconds: 100.1, scene: 3 });
  assert.equal(search, "?film=ab&view=How+scenes+are+found&scene=3&t=100.1");
  assert.deepEqual(momentIn(search), { seconds: 100.1, scene: 3 });
});

test("frames of 240 a second have times of their own", () => {
  const times = Array.from({ length: 1000 }, (_, frame) => (36000 * 240 + frame) / 240);
  const texts = new Set(times.map((seconds) => withMoment("", { seconds, scene: 1 })));
  assert.equal(texts.size, times.length);
});

test("what is no moment is passed over", () => {
  for (const search of ["", "?t=&scene=", "?t=-1&scene=0", "?t=1e9&scene=1.5", "?t=NaN&scene=x"]) {
    assert.deepEqual(momentIn(search), { seconds: null, scene: null });
  }
  assert.deepEqual(momentIn("?scene=12"), { seconds: null, scene: 12 });
});
