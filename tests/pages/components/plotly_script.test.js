import assert from "node:assert/strict";
import test from "node:test";

import { loadPlotly } from "../../../pages/components/plotly_script.js";

const scripts = [];

/** A script's element: what is heard of it is told by `tell`. */
function element() {
  const heard = {};
  return { remove: () => {}, addEventListener: (name, action) => (heard[name] = action), tell: (name) => heard[name]() };
}

test("a script that the document has begun to load is waited for", async () => {
  const begun = element();
  globalThis.window = {};
  globalThis.document = { querySelector: (selector) => (selector === 'script[src="/plotly.js"]' ? begun : null) };
  const loaded = loadPlotly("/plotly.js");
  window.Plotly = "Plotly";
  begun.tell("load");
  assert.equal(await loaded, "Plotly");
});

test("Plotly's script is loaded once, and again after it did not come", async () => {
  globalThis.window = {};
  globalThis.document = {
    createElement: element,
    querySelector: () => null,
    head: { append: (script) => scripts.push(script) },
  };
  const refused = [loadPlotly("/plotly.js"), loadPlotly("/plotly.js")];
  assert.equal(scripts.length, 1);
  scripts[0].tell("error");
  for (const promise of refused) await assert.rejects(promise, /does not answer/);
  const loaded = loadPlotly("/plotly.js");
  assert.equal(scripts[1].src, "/plotly.js");
  window.Plotly = "Plotly";
  scripts[1].tell("load");
  assert.equal(await loaded, "Plotly");
  assert.equal(await loadPlotly("/plotly.js"), "Plotly");
  assert.equal(scripts.length, 2);
});
