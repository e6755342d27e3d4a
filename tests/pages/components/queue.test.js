// The queue of a window's uploads, without a server: what waits for what, and what is announced.

import assert from "node:assert/strict";
import test from "node:test";

globalThis.window = { addEventListener() {}, location: { origin: "http://127.0.0.1" } };
globalThis.setInterval = () => 0;
const { Queue } = await import("../../../pages/components/uploads/queue.js");

const VIEWER = { screening: "s1", notice: "N", given_at: "2026-01-01T00:00:00+00:00", given_by: "K", groups: {} };
const file = (name) => ({ name, size: 10, lastModified: 7, slice: () => ({ arrayBuffer: async () => null }) });

function queueFor(page) {
  const queue = new Queue();
  queue.begun = [];
  queue.begin = (upload) => {
    upload.state = "sending";
    queue.begun.push(upload.name);
  };
  queue.attach({ draw() {}, arrived() {}, ...page }, { token: "t", tus: {} });
  return queue;
}

test("films wait for settings, recordings do not", () => {
  const queue = queueFor({});
  queue.add([file("Film.mov")]);
  queue.add([file("Anna.mov")], VIEWER);
  assert.deepEqual(queue.begun, ["Anna.mov"]);
  queue.attach(queue.view, { token: "t", tus: {}, settings: { track: null } });
  assert.deepEqual(queue.begun, ["Anna.mov", "Film.mov"]);
});

test("a screening's page leaves the settings of films as they are", () => {
  const queue = queueFor({});
  queue.attach(queue.view, { token: "t", tus: {}, settings: { track: null } });
  queue.attach(queue.view, { token: "t", tus: {} });
  queue.add([file("Film.mov")]);
  assert.deepEqual(queue.begun, ["Film.mov"]);
});

test("the consent is that of the moment at which a file was queued", () => {
  const queue = queueFor({});
  queue.add(["a", "b", "c", "d"].map(file), VIEWER);
  queue.add([file("e")], { ...VIEWER, given_by: "L" });
  assert.deepEqual(queue.begun, ["a", "b", "c"]);
  assert.deepEqual(queue.uploads.map((upload) => upload.viewer.given_by), ["K", "K", "K", "K", "L"]);
});

test("what arrived is told to the page that it is for", () => {
  const told = [];
  const page = { shows: ({ viewer }) => viewer !== null, arrived: (news) => told.push(...news) };
  const queue = queueFor(page);
  queue.add([file("Anna.mov"), file("Bert.mov")], VIEWER);
  queue.settings = {};
  queue.add([file("Film.mov")]);
  const [anna, , film] = queue.uploads;
  for (const upload of [anna, film]) Object.assign(upload, { state: "done", film: "f" });
  queue.announce();
  assert.deepEqual(told.map(({ name }) => name), ["Anna.mov"]);
  assert.deepEqual(queue.uploads.map(({ name }) => name), ["Bert.mov", "Film.mov"]);
  queue.attach({ ...queue.view, shows: ({ viewer }) => viewer === null }, { token: "t", tus: {} });
  assert.deepEqual(told.map(({ name }) => name), ["Anna.mov", "Film.mov"]);
});
