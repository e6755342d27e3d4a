import assert from "node:assert/strict";
import test from "node:test";

import { changesOf, countText, isListed, isOf } from "../../../pages/components/change_list/filters.js";

const row = (kinds, seconds, verdicts, dominant = null) => ({
  kinds, seconds, places: [{ dominant }, null], readings: verdicts.map((verdict) => ({ verdict })),
});
const ROWS = [
  row(["trimmed", "moved"], 0.4, ["clear", "no clear change"]),
  row(["left out"], 8, ["one cut", "one cut"], 1),
  row(["moved"], 3, ["same footage", "same footage"]),
];
const ALL = { kinds: new Set(), label: null, seconds: 0 };

test("the parts of a split scene are one change, as are scenes merged into one", () => {
  const split = [1, 1, 1, 4].map((counted) => ({ kinds: ["split"], counted }));
  const merged = [{ kinds: ["merged", "moved"], counted: 4 }, { kinds: ["merged"], counted: 4 }];
  assert.equal(changesOf(split), 2);
  assert.equal(changesOf([...split, ...merged, { kinds: ["trimmed"], counted: 1 }]), 4);
});

test("rows are listed by kind, by expression and by size", () => {
  const listed = (chosen) => ROWS.filter((each) => isListed(each, { ...ALL, ...chosen })).map((each) => ROWS.indexOf(each));
  assert.deepEqual(listed({}), [0, 1, 2]);
  assert.deepEqual(listed({ kinds: new Set(["moved"]) }), [0, 2]);
  assert.deepEqual(listed({ label: 0 }), [0]);
  assert.deepEqual(listed({ label: 1 }), [1]); // it leads the scene that was left out
  assert.deepEqual(listed({ seconds: 1 }), [1, 2]);
  assert.equal(isOf(ROWS[2], 0), false);
  assert.equal(isOf(row(["moved"], 3, ["same footage"]), 1), false); // one reading stands for all
});

test("one change is no changes", () => {
  assert.deepEqual([countText(1, 1), countText(3, 3), countText(1, 3)], ["1 change", "3 changes", "1 of 3 changes"]);
});
