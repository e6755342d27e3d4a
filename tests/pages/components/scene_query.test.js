// The words in which scenes are filtered, what they find, and in which order.

import assert from "node:assert/strict";
import test from "node:test";

const FOLDER = "../../../pages/components/scene_browser/";
const { fieldsOf, withNotes } = await import(`${FOLDER}finding/fields.js`);
const { parse, written } = await import(`${FOLDER}finding/query.js`);
const { arranged } = await import(`${FOLDER}finding/arrangement.js`);

const labels = ["sad", "fear", "very happy"];
const scene = (number, more) => ({
  number, id: number * 10, name: "", kind: "film", counts: true, shots: 1, frame_in: number * 10, frame_out: number * 10 + 10,
  start: number, end: number + 1, dominant: null, runner_up: null, certainty: null, shares: null, intensity: null, faces: 0,
  frames_sampled: 3, coverage: 0, notes: 0, ...more,
});
const film = withNotes({
  labels,
  notes: [{ scene: 2, text: "A glance" }, { scene: 2, text: "Too long" }],
  scenes: [
    scene(1, { name: "Kitchen 10", dominant: "sad", runner_up: "fear", certainty: "mixed", shares: [0.45, 0.3, 0.25], faces: 5, coverage: 1, end: 3 }),
    scene(2, { name: "Kitchen 9", dominant: "fear", certainty: "clear", shares: [0.1, 0.8, 0.1], faces: 9, coverage: 0.5, notes: 2 }),
    scene(3, { shares: [0, 1, 0], faces: 1, coverage: 0.1 }),
    scene(4, { kind: "black", counts: false }),
    scene(5, { kind: "not film", counts: false }),
    scene(6, { dominant: "very happy", certainty: "few frames", shares: [0.2, 0.2, 0.6], faces: 2, coverage: 1, end: 9 }),
    scene(7, { target: "sad", deviation: 0.2 }),
  ],
});
const fields = fieldsOf(film);
const found = (text, sort = { field: "scene", down: false }) => {
  const { conditions, problem } = parse(text, fields);
  assert.equal(problem, "", text);
  return arranged(film.scenes, conditions, sort, fields).map(({ number }) => number);
};

const FOUND = [
  ["", [1, 2, 3, 4, 5, 6, 7]],
  ["fear > 25%", [1, 2]], // scene 3 has too few faces: what they show stands for nothing
  ["FEAR>=30", [1, 2]],
  ["fear > 30%", [2]],
  ["fear < 90 %, sad ≤ 45%", [1, 2, 6]],
  ['"very happy" > 50%', [6]],
  ["share = 45%", [1]],
  ["length < 2s", [2, 3, 4, 5, 7]],
  ["length = 2 s", [1]],
  ["length > 0:02", [6]],
  ["length >= 0,05 min", [6]],
  ["faces >= 5", [1, 2]],
  ["faces > 0 and faces < 5", [3, 6]],
  ["coverage < 50%", [3, 4, 5, 7]],
  ["name:kitchen", [1, 2]],
  ['name:"kitchen 1"', [1]],
  ["mixed", [1]],
  ["mixed clear", []],
  ["few frames", [6]],
  ["no faces", [7]],
  ["not enough faces", [3, 7]],
  ["black", [4]],
  ["not film", [4, 5]],
  ["film length < 2s", [2, 3, 7]],
  ["with notes", [2]],
  ["notes:GLANCE", [2]],
  ["notes > 1", [2]],
  ["with name", [1, 2]],
  ["with target", [7]],
  ["leading:Fear", [2]],
  ['leading:"very happy"', [6]],
];
for (const [text, numbers] of FOUND) {
  test(`“${text}” finds ${numbers}, and written again the same`, () => {
    assert.deepEqual(found(text), numbers);
    const again = parse(text, fields).conditions.map(written).join(" ");
    assert.deepEqual(parse(again, fields).conditions, parse(text, fields).conditions);
  });
}

const PROBLEMS = [
  ["feer > 30%", /There is no “feer” to compare. Choose one of: scene, share, length, .*very happy\./],
  ["name > 3", /There is no “name” to compare/],
  ["fear > a lot", /Write a share in percent, not “a”, as in “fear > 30%”/],
  ["fear >", /Write a share in percent after the sign, as in “fear > 30%”/],
  ["faces > 2.5", /Write a whole number, not “2.5”, as in “faces > 5”/],
  ["length < 2 hours", /“hours” is no filter by itself/],
  ["length < soon", /Write a length in seconds, not “soon”, as in “length < 2s”/],
  ["fear", /Compare it with a number: “fear > 30%”/],
  ["name", /Write what to look for: “name:kitchen”/],
  ["kitchen", /“kitchen” is no filter by itself. For a name write name:kitchen\./],
  ["name:", /Write what to look for right after “name:”/],
  ["names:x", /There is no “names:”. Write name:, notes:, leading:, target:\./],
  ["leading:feer", /No expression is called “feer”. There are sad, fear, very happy\./],
  ['"', /is no filter by itself/],
  ["fear > 30% )", /“\)” is no filter/],
];
for (const [text, sentence] of PROBLEMS) {
  test(`“${text}” is told`, () => {
    const { conditions, problem } = parse(text, fields);
    assert.match(problem, sentence);
    assert.deepEqual(conditions, []);
  });
}

const ORDERS = [
  ["scene", true, [7, 6, 5, 4, 3, 2, 1]],
  ["fear", false, [6, 1, 2, 3, 4, 5, 7]], // what is missing comes last
  ["fear", true, [2, 1, 6, 3, 4, 5, 7]],
  ["name", false, [2, 1, 3, 4, 5, 6, 7]], // 9 before 10
  ["length", true, [6, 1, 2, 3, 4, 5, 7]], // equal ones in film order
  ["coverage", false, [4, 5, 7, 3, 2, 1, 6]],
  ["deviation", true, [7, 1, 2, 3, 4, 5, 6]],
  ["nothing", true, [1, 2, 3, 4, 5, 6, 7]],
];
for (const [field, down, numbers] of ORDERS) {
  test(`sorted by ${field}${down ? ", downwards" : ""}`, () => assert.deepEqual(found("", { field, down }), numbers));
}
