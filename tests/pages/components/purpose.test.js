import assert from "node:assert/strict";
import test from "node:test";

import { claims, isListed, placeOf, remembered } from "../../../pages/components/uploads/purpose.js";
import { Upload } from "../../../pages/components/uploads/upload.js";

const VIEWER = { screening: "s1", notice: "N", given_at: "2026-01-01T00:00:00+00:00", given_by: "K", groups: {} };

test("a film is shown among films, a recording on its screening's page", () => {
  assert.equal(placeOf(null), null);
  assert.equal(placeOf(VIEWER), "s1");
  const entry = (screening, problem = "") => ({ screening, problem });
  assert.deepEqual([null, "s1", "s2"].map((place) => isListed(place, entry("s1"))), [false, true, false]);
  assert.deepEqual([null, "s1"].map((place) => isListed(place, entry(null))), [true, false]);
  assert.ok([null, "s1", "s2"].every((place) => isListed(place, entry("s3", "It was deleted."))));
});

test("settings are announced with a film, consent with a recording", () => {
  assert.deepEqual(claims(null, { track: 1 }), { settings: '{"track":1}' });
  assert.deepEqual(JSON.parse(claims(VIEWER, { track: 1 }).viewer), VIEWER);
});

test("one file is another upload for another purpose", () => {
  const file = { name: "Anna.mov", size: 10, lastModified: 7 };
  const upload = new Upload(file, VIEWER);
  assert.ok(upload.isOf(file, { ...VIEWER, given_by: "L" }));
  assert.ok(!upload.isOf(file, { ...VIEWER, screening: "s2" }));
  assert.ok(!upload.isOf(file));
  assert.equal(remembered("tus-1", null), "tus-1");
  assert.notEqual(remembered("tus-1", VIEWER), remembered("tus-1", { ...VIEWER, screening: "s2" }));
});
