// Where scenes lie in the list, what keys lead to and ask for, and how the address keeps what is shown.

import assert from "node:assert/strict";
import test from "node:test";

const FOLDER = "../../../pages/components/scene_browser/";
const { read, write } = await import(`${FOLDER}finding/address.js`);
const { changeOfKey, keysOf, offered, request } = await import(`${FOLDER}changes.js`);
const { Choice } = await import(`${FOLDER}choice.js`);
const { drawn, fitting, led, revealed, sceneAt } = await import(`${FOLDER}drawing/geometry.js`);

test("only what is in view is drawn, and a little more", () => {
  const list = { height: 400, row: 40, perRow: 1, count: 2000, spare: 2 };
  assert.deepEqual(drawn({ ...list, top: 0 }), { from: 0, to: 12 });
  assert.deepEqual(drawn({ ...list, top: 40_010 }), { from: 998, to: 1013 });
  assert.deepEqual(drawn({ ...list, top: 79_600 }), { from: 1988, to: 2000 });
  assert.deepEqual(drawn({ ...list, perRow: 7, top: 400, count: 100 }), { from: 56, to: 100 });
});

test("a scene is revealed by as little as needed", () => {
  const list = { height: 400, row: 40, perRow: 1 };
  assert.equal(revealed(5, { ...list, top: 0 }), 0);
  assert.equal(revealed(10, { ...list, top: 0 }), 40);
  assert.equal(revealed(3, { ...list, top: 500 }), 120);
  assert.equal(revealed(70, { ...list, perRow: 7, top: 0 }), 40);
});

const KEYS = [
  ["ArrowDown", 3, 10],
  ["ArrowDown", 9, 14], // the last row is shorter
  ["ArrowDown", 14, 14],
  ["ArrowUp", 3, 3],
  ["ArrowUp", 10, 3],
  ["ArrowLeft", 7, 6],
  ["ArrowLeft", 0, 0],
  ["ArrowRight", 14, 14],
  ["Home", 9, 0],
  ["End", 0, 14],
  ["PageDown", 2, 14],
  ["PageUp", 8, 0],
  ["x", 8, null],
];
for (const [key, from, to] of KEYS) {
  test(`${key} leads from ${from} to ${to} among 15 in rows of 7`, () => {
    assert.equal(led(key, from, { count: 15, perRow: 7, rows: 2 }), to);
  });
}

test("in a table, left and right lead nowhere, and a page ends at its edge", () => {
  const table = { count: 100, perRow: 1, rows: 10 };
  assert.equal(led("ArrowLeft", 3, table), null);
  assert.equal(led("PageDown", 95, table), 99);
  assert.equal(led("PageUp", 15, table), 5);
  assert.equal(led("Home", 0, { ...table, count: 0 }), null);
});

test("columns that do not fit go by their rank, the needed ones stay", () => {
  const columns = [{ id: "scene", width: 50, rank: 0 }, { id: "name", width: 100, rank: 2 }, { id: "faces", width: 60, rank: 5 }];
  const left = (width) => fitting(columns, width).map(({ id }) => id);
  assert.deepEqual(left(210), ["scene", "name", "faces"]);
  assert.deepEqual(left(209), ["scene", "name"]);
  assert.deepEqual(left(10), ["scene"]);
});

const scenes = [0, 30, 60, 90, 120].map((frame_in, place) => ({ id: frame_in, frame_in, number: place + 1, counts: place !== 4 }));

test("the scene with a frame", () => {
  assert.deepEqual([0, 29, 30, 500].map((frame) => sceneAt(scenes, frame)), [0, 0, 1, 4]);
  assert.equal(sceneAt([], 3), -1);
});

test("Shift chooses those between, Ctrl one more", () => {
  const ids = scenes.map(({ id }) => id);
  const choice = new Choice();
  choice.choose(ids, 3);
  choice.choose(ids, 1, { extend: true });
  assert.deepEqual([[...choice.ids], choice.active], [[30, 60, 90], 30]);
  choice.choose(ids, 4, { extend: true }); // from where the choice began
  assert.deepEqual([...choice.ids], [90, 120]);
  choice.choose(ids, 0, { add: true });
  choice.choose(ids, 3, { add: true });
  assert.deepEqual([...choice.ids], [120, 0]);
});

test("after a merge the choice is the scene that the chosen ones became; others keep theirs", () => {
  const choice = new Choice();
  choice.choose([0, 30, 60, 90, 120], 2);
  choice.choose([0, 30, 60, 90, 120], 3, { extend: true });
  choice.follow(scenes, scenes.filter(({ id }) => id !== 90));
  assert.deepEqual([[...choice.ids], choice.active, choice.anchor], [[60], 60, 60]);
  choice.follow(scenes, scenes.filter(({ id }) => id !== 60));
  assert.deepEqual([[...choice.ids], choice.active], [[30], 30]);
});

test("keys ask for changes, and not with other modifiers", () => {
  const pressed = (key, held = {}) => changeOfKey({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held });
  assert.equal(pressed("j", { ctrlKey: true }), "merge");
  assert.equal(pressed("J", { metaKey: true, shiftKey: true }), "merge-before");
  assert.equal(pressed("k", { ctrlKey: true }), "split");
  assert.equal(pressed("b", { ctrlKey: true }), "move");
  assert.equal(pressed("F2"), "rename");
  assert.equal(pressed("Delete"), "mark");
  for (const [key, held] of [["j", {}], ["k", {}], ["j", { ctrlKey: true, altKey: true }], ["Delete", { shiftKey: true }], ["z", { ctrlKey: true }]]) {
    assert.equal(pressed(key, held), null);
  }
  assert.deepEqual([keysOf("merge-before", false), keysOf("split", true)], ["Ctrl+Shift+J", "⌘K"]);
});

test("what is asked of the page, or why it is not", () => {
  const of = (change, chosen, frame = 75) => request(change, chosen.map((number) => scenes[number - 1]), scenes, frame);
  assert.deepEqual(of("merge", [2, 3, 4]), { request: { change: "merge", scenes: [30, 60, 90] } });
  assert.deepEqual(of("merge", [2]), { request: { change: "merge", scenes: [30, 60] } });
  assert.deepEqual(of("merge-before", [2]), { request: { change: "merge", scenes: [0, 30] } });
  assert.match(of("merge", [1, 3]).problem, /follow each other/);
  assert.match(of("merge", [5]).problem, /no scene after/);
  assert.match(of("merge-before", [1]).problem, /no scene before/);
  assert.deepEqual(of("split", []), { request: { change: "split", scenes: [60], frame: 75 } });
  assert.match(of("split", [1], 60).problem, /Scene 3 begins at the playhead/);
  assert.deepEqual(of("move", [4]), { request: { change: "move", scenes: [90], frame: 75 } });
  assert.match(of("move", [1]).problem, /begins where the film begins/);
  assert.deepEqual(of("mark", [4, 5]), { request: { change: "mark", scenes: [90, 120], mark: "not film" } });
  assert.deepEqual(of("mark", [5]), { request: { change: "mark", scenes: [120], mark: "film" } });
  assert.match(of("rename", []).problem, /Choose a scene/);
  assert.deepEqual(offered(scenes.slice(0, 1), scenes).map(({ change, problem }) => [change, Boolean(problem)]), [
    ["merge", false], ["merge-before", true], ["split", false], ["move", true], ["rename", false], ["mark", false],
  ]);
});

test("the address keeps what is shown, and what other parts of the page wrote", () => {
  const state = { filter: 'fear > 30% name:"the car"', sort: { field: "very happy", down: true }, view: "table" };
  const search = write("?film=ab&scene=3&t=1%3A02&filter=old&view=Heatmap", state);
  assert.equal(search, "?film=ab&scene=3&t=1%3A02&view=Heatmap&filter=fear%20%3E%2030%25%20name%3A%22the%20car%22&sort=-very%20happy&list=table");
  assert.deepEqual(read(search), state);
  const plain = { filter: "", sort: { field: "scene", down: false }, view: "board" };
  assert.equal(write(search, plain), "?film=ab&scene=3&t=1%3A02&view=Heatmap");
  assert.equal(write("?filter=x", plain), "");
  assert.deepEqual(read("?filter=%E0%A4%A&list=nonsense").view, "board");
});
