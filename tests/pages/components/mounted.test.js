import assert from "node:assert/strict";
import test from "node:test";

import { mounted } from "../../../pages/components/mounted.js";

/** A page with one component, and what its views were told. */
function page() {
  const told = [];
  const root = { isConnected: true };
  const make = (_, trigger) => {
    told.push(`make ${trigger}`);
    return { update: (data, now) => told.push(`update ${data} ${now}`), close: () => told.push("close") };
  };
  const script = mounted(".root", make);
  const parentElement = { querySelector: (selector) => (selector === ".root" ? root : null) };
  const run = (number) => script({ parentElement, data: [`data ${number}`], setTriggerValue: `trigger ${number}` });
  return { told, root, run };
}

test("each run updates the one view", () => {
  const { told, run } = page();
  run(1);
  run(2);
  assert.deepEqual(told, ["make trigger 1", "update data 1 trigger 1", "update data 2 trigger 2"]);
});

test("what an overtaken run cleans up does not end the view, before or after the next run", () => {
  const { told, run } = page();
  const first = run(1);
  first();
  const second = run(2);
  run(3);
  second();
  assert.deepEqual(told.slice(1), ["update data 1 trigger 1", "update data 2 trigger 2", "update data 3 trigger 3"]);
});

test("once the element has left the document the view is closed, one time, whichever run cleans up", () => {
  const { told, root, run } = page();
  const cleanups = [run(1), run(2)];
  root.isConnected = false;
  cleanups.forEach((clean) => clean());
  assert.deepEqual(told.slice(-2), ["update data 2 trigger 2", "close"]);
});

test("a run that comes after the element has left is closed too", () => {
  const { told, root, run } = page();
  const before = run(1);
  root.isConnected = false;
  before();
  const late = run(2);
  late();
  before();
  assert.deepEqual(told.slice(2), ["close", "make trigger 2", "update data 2 trigger 2", "close"]);
});
