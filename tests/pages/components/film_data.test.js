// What components of the film's page load of the film, once for all.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

globalThis.window = {};
const { getJson, loadScenes } = await import("../../../pages/components/film_data.js");
const { BLOCK, blocksOf, loadBlock, nearestSample, sampleAt } = await import("../../../pages/components/samples.js");

let asked = [];
let answer = () => Response.json({ scenes: [], samples: [] });

beforeEach(() => {
  asked = [];
  delete window.filmData;
  answer = () => Response.json({ scenes: [], samples: [] });
  globalThis.fetch = async (address) => {
    asked.push(address);
    return answer();
  };
});

test("a version's scenes are loaded once, also where the link is another one", async () => {
  const [first, again] = await Promise.all(["/a", "/b"].map((link) => loadScenes({ link, version: "1" })));
  assert.equal(first, again);
  assert.deepEqual(asked, ["/a/scenes"]);
  await loadScenes({ link: "/b", version: "2" });
  assert.deepEqual(asked, ["/a/scenes", "/b/scenes"]);
});

test("what failed is loaded again, and a refused link is told from other errors", async () => {
  answer = () => new Response("It has expired.", { status: 403 });
  await assert.rejects(loadScenes({ link: "/a", version: "1" }), { message: "It has expired.", expired: true });
  answer = () => new Response("None.", { status: 404 });
  await assert.rejects(loadScenes({ link: "/a", version: "1" }), { message: "None.", expired: false });
  globalThis.fetch = () => Promise.reject(new TypeError("offline"));
  await assert.rejects(getJson("/a"), { message: "The server does not answer." });
});

test("only the versions used last are kept", async () => {
  for (const version of ["1", "2", "1", "3"]) await loadScenes({ link: "/a", version });
  assert.deepEqual([...window.filmData.keys()], ["1", "3"]);
});

test("blocks cover a range and are loaded once, until many others were used", async () => {
  assert.deepEqual(blocksOf(0, 1), [0]);
  assert.deepEqual(blocksOf(BLOCK - 1, BLOCK + 1), [0, 1]);
  assert.deepEqual(blocksOf(BLOCK, 2 * BLOCK), [1]);
  assert.deepEqual(blocksOf(5, 5), [0]);
  const data = { link: "/a", version: "1" };
  await Promise.all([loadBlock(data, 1), loadBlock(data, 1)]);
  assert.deepEqual(asked, [`/a/samples?from=${BLOCK}&to=${2 * BLOCK}`]);
  for (let block = 2; block < 200; block++) await loadBlock(data, block);
  assert.ok(window.filmData.get("1").size <= 80);
  await loadBlock(data, 1);
  assert.equal(asked.length, 200);
});

test("a frame's sample is the one that speaks for it; where none does, the nearest can be asked for", () => {
  const samples = [
    { frame: 5, shown: [0, 10] },
    { frame: 15, shown: [10, 18] },
    { frame: 40, shown: [36, 44] },
  ];
  assert.deepEqual([0, 9, 10, 18, 36].map((frame) => sampleAt(samples, frame)?.frame), [5, 5, 15, undefined, 40]);
  assert.deepEqual([0, 10, 27, 28, 90].map((frame) => nearestSample(samples, frame).frame), [5, 5, 15, 40, 40]);
  assert.equal(nearestSample([], 3), undefined);
});
