import assert from "node:assert/strict";
import test from "node:test";

import { loadPlotly } from "../../../pages/components/plotly_script.js";

const scripts = [];

test("Plotly's script is loaded once, and again after it did not come", async () => {
  globalThis.window = {};
  globalThis.document = {
    createElement: () => ({ remove: () => {} }),
    head: { append: (script) => scripts.push(script) },
  };
  const refused = [loadPlotly("/plotly.js"), loadPlotly("/plotly.js")];
  assert.equal(scripts.length, 1);
  scripts[0].onerror();
  for (const promise of refused) await assert.rejects(promise, /does not answer/);
  const loaded = loadPlotly("/plotly.js");
  assert.equal(scripts[1].src, "/plotly.js");
  window.Plotly = "Plotly";
  scripts[1].onload();
  assert.equal(await loaded, "Plotly");
  assert.equal(await loadPlotly("/plotly.js"), "Plotly");
  assert.equal(scripts.length, 2);
});
