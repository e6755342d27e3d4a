// What the audience of a film shows, on the film's page: over the timeline, in the scene's panel, and in the list.

import assert from "node:assert/strict";
import test from "node:test";

globalThis.window = { filmChartDrawn: true };
const FOLDER = "../../../pages/components/";
const { loadAudience } = await import(`${FOLDER}film_data.js`);
const { legend } = await import(`${FOLDER}film_charts/audience_over.js`);
const { readoutText } = await import(`${FOLDER}film_charts/readout.js`);
const { address, wording } = await import(`${FOLDER}scene_panel/audience.js`);
const { fieldsOf, withAudience } = await import(`${FOLDER}scene_browser/finding/fields.js`);
const { parse, written } = await import(`${FOLDER}scene_browser/finding/query.js`);
const { arranged } = await import(`${FOLDER}scene_browser/finding/arrangement.js`);
const { audienceText, otherShares } = await import(`${FOLDER}scene_browser/drawing/scene_cells.js`);

const labels = ["sad", "happy"];
const none = { leading: null, rival: null, text: "not enough viewers", shares: null, synchrony: null };
const audience = {
  numbers: "k", who: "6 viewers", confidence: 0.9, least: 5, enough: true,
  scenes: [
    { id: 0, viewers: 6, who: "6 viewers", leading: "happy", rival: null, text: "happy 42 % (31–55 %)", why: null, shares: [0.4, 0.42], synchrony: "synchrony of happy 0.41 (adjusted p 0.012)" },
    { ...none, id: 30, viewers: 2, who: "2 viewers", why: "too few viewers: 2 of at least 5" },
    { id: 60, viewers: 5, who: "5 viewers", leading: "sad", rival: "happy", text: "mixed: sad 52 % (40–60 %), happy 48 % (40–60 %)", why: null, shares: [0.52, 0.48], synchrony: null },
  ],
};
const film = {
  labels,
  colours: ["#111111", "#222222"],
  scenes: [0, 30, 60].map((id, place) => ({ id, number: place + 1, name: "", counts: true, start: place, end: place + 1, dominant: "sad", shares: [0.6, 0.4] })),
};

test("the numbers are asked for once for all views, by the screening's id", async () => {
  const asked = [];
  globalThis.fetch = async (link) => (asked.push(link), Response.json(audience));
  const data = { link: "/a", version: "1", audience: { screening: "ab", state: "ab-1" } };
  await Promise.all([loadAudience(data), loadAudience({ ...data, link: "/b" })]);
  await loadAudience({ ...data, audience: { screening: "ab", state: "ab-2" } });
  assert.deepEqual(asked, ["/a/audience?screening=ab", "/a/audience?screening=ab"]);
});

test("the legend says who was seen; without numbers, or with too few viewers, nothing can be switched on", () => {
  assert.equal(legend(audience, null).text, "audience, 6 viewers");
  assert.match(legend(audience, null).hint, /90\u00a0% interval over viewers/);
  assert.ok(legend(audience, null).usable);
  assert.deepEqual([legend(null, null).usable, legend(null, "None.").usable, legend(null, "None.").hint], [false, false, "None."]);
  const few = legend({ ...audience, who: "3 viewers", enough: false }, null);
  assert.deepEqual([few.text, few.usable], ["audience, 3 viewers: too few", false]);
});

test("the readout has the audience beside the film, and its share in the row under the pointer", () => {
  const figure = {
    rows: [[0, 1], [2, 3]],
    labels: ["sad", "happy", "audience, sad", "audience, happy"],
    readouts: {
      titles: ["Scene 1"], times: ["a"], leading: ["sad 60\u00a0%"], evidence: ["5 faces"], audience: ["audience: happy 42\u00a0% (31–55\u00a0%), 6 viewers"],
      shares: [[60], [40], [40], [42]], low: [[null], [null], [30], [31]], high: [[null], [null], [50], [55]],
    },
  };
  const words = (k) => readoutText(figure, 0, k).slice(2, -1);
  assert.deepEqual(words(-1), ["sad 60\u00a0%", figure.readouts.audience[0]]);
  assert.deepEqual(words(0), ["sad 60\u00a0%", "audience, sad 40\u00a0% (30–50\u00a0%)", figure.readouts.audience[0]]);
  assert.deepEqual(words(1), ["happy 40\u00a0%", "sad 60\u00a0%", figure.readouts.audience[0]]);
});

test("the panel words a scene's audience, and leads to the moment on screen if it is the scene's", () => {
  const [first, second, third] = audience.scenes.map((scene) => wording(scene, film));
  assert.deepEqual(first, { text: "happy 42 % (31–55 %)", colours: ["#222222"], beside: "6 viewers with a usable face · synchrony of happy 0.41 (adjusted p 0.012)" });
  assert.deepEqual(second, { text: "not enough viewers", colours: [], beside: "too few viewers: 2 of at least 5" });
  assert.deepEqual(third.colours, ["#111111", "#222222"]);
  const at = (moment) => address("screening?film=f&screening=s", { number: 2, start: 1.0416666, end: 4 }, moment);
  assert.equal(at(null), "screening?film=f&screening=s&scene=2&t=1.042");
  assert.equal(at({ seconds: 2.5 }), "screening?film=f&screening=s&scene=2&t=2.5");
  assert.equal(at({ seconds: 4 }), "screening?film=f&screening=s&scene=2&t=1.042");
});

const listed = withAudience(film, audience);
const fields = fieldsOf(listed);
const found = (text, field = "scene", down = false) =>
  arranged(listed.scenes, parse(text, fields).conditions, { field, down }, fields).map(({ number }) => number);

test("scenes are found and sorted by what the audience shows; missing meets nothing and comes last", () => {
  assert.deepEqual(found("audience:Happy"), [1]);
  assert.deepEqual(found("audience-happy > 45%"), [3]);
  assert.deepEqual(found("audience-share > 10%"), [1, 3]);
  assert.deepEqual(found("viewers < 6"), [2, 3]);
  assert.deepEqual(found("not enough viewers"), [2]);
  assert.deepEqual(found("", "audience-sad", true), [3, 1, 2]);
  assert.deepEqual(found("", "audience"), [1, 3, 2]);
  const again = parse("audience:happy audience-sad > 3% not enough viewers", fields).conditions.map(written).join(" ");
  assert.equal(again, "audience:happy audience-sad > 3% not enough viewers");
});

test("without an audience there is nothing of it; before its numbers are there it can be asked for already", () => {
  assert.equal(withAudience(film, null), film);
  assert.match(parse("audience:happy", fieldsOf(film)).problem, /There is no “audience:”/);
  assert.match(parse("viewers > 3", fieldsOf(film)).problem, /There is no “viewers”/);
  assert.equal(audienceText(film.scenes[0], film), "");
  const waiting = withAudience(film, { scenes: [] });
  assert.equal(parse("audience:happy", fieldsOf(waiting)).problem, "");
  assert.equal(audienceText(waiting.scenes[0], waiting), "audience …");
  assert.equal(audienceText(listed.scenes[1], listed), "audience: not enough viewers, 2 viewers");
  assert.equal(audienceText(listed.scenes[0], listed), "audience: happy 42 % (31–55 %), 6 viewers");
  assert.equal(audienceText(listed.scenes[2], listed), "audience: mixed: sad\u00a052\u00a0%, happy\u00a048\u00a0%, 5 viewers");
  const asked = fields.filter(({ id }) => ["sad", "happy", "audience-happy"].includes(id));
  assert.deepEqual(otherShares(listed.scenes[0], labels, asked), ["happy\u00a040\u00a0%", "audience, happy\u00a042\u00a0%"]);
});
