import assert from "node:assert/strict";
import test from "node:test";

import { loadEarly } from "../../../pages/components/scan_progress/early_scripts.js";

test("a script is loaded once, and one that is missing is no error", async () => {
  globalThis.window = { location: { origin: "http://127.0.0.1" } };
  const script = "data:text/javascript,globalThis.loads = (globalThis.loads ?? 0) + 1";
  loadEarly([script, "data:text/javascript,throw new Error('broken')"]);
  loadEarly([script]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(globalThis.loads, 1);
});
