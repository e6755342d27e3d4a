import assert from "node:assert/strict";
import test from "node:test";

import { backoff, reasonToRun } from "../../../pages/components/scan_progress/changes.js";

const message = (analyses, state = "now") => ({ state, analyses });

test("a bar's page runs again when its analysis is over", () => {
  assert.equal(reasonToRun({ scan: "a", segments: null }, message({ b: { segments: 1 } })), "over");
});

test("a bar's page runs again with every segment, if it shows them", () => {
  const news = message({ a: { film: "f", segments: 3 } });
  assert.equal(reasonToRun({ scan: "a", segments: 2 }, news), 3);
  assert.equal(reasonToRun({ scan: "a", segments: 3 }, news), null);
  assert.equal(reasonToRun({ scan: "a", segments: null }, news), null);
});

test("the last segment waits for the whole report", () => {
  const page = { scan: "a", segments: 2 };
  assert.equal(reasonToRun(page, message({ a: { film: "f", segments: 3, done: 0.9 } })), 3);
  assert.equal(reasonToRun(page, message({ a: { film: "f", segments: 3, done: 1 } })), null);
});

test("a page without an analysis runs again when one of its film begins", () => {
  const page = { scan: "", film: "f", known: ["a"] };
  assert.equal(reasonToRun(page, message({ a: { film: "f" }, c: { film: "g" } })), null);
  assert.equal(reasonToRun(page, message({ a: { film: "f" }, b: { film: "f" } })), "b");
});

test("a page that lists films runs again when the library's state is another one", () => {
  assert.equal(reasonToRun({ scan: "", film: "", drawn: "now" }, message({})), null);
  assert.equal(reasonToRun({ scan: "", film: "", drawn: "then" }, message({})), "now");
});

test("each failure in a row doubles the wait, up to the longest", () => {
  assert.deepEqual([0, 1, 2, 9].map((failures) => backoff(failures, 1000, 30000)), [1000, 2000, 4000, 30000]);
});
