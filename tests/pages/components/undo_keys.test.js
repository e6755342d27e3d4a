// The keys of undo and redo.

import assert from "node:assert/strict";
import test from "node:test";
import { undoWanted } from "../../../pages/components/moment_channel/undo_keys.js";

const pressed = (key, held, field = false) =>
  undoWanted({ key, ...held, composedPath: () => [{ closest: () => (field ? {} : null) }] });

test("Ctrl+Z undoes, Ctrl+Shift+Z and Ctrl+Y redo, and so with a Mac's key", () => {
  assert.equal(pressed("z", { ctrlKey: true }), "undo");
  assert.equal(pressed("z", { metaKey: true }), "undo");
  assert.equal(pressed("Z", { ctrlKey: true, shiftKey: true }), "redo");
  assert.equal(pressed("y", { ctrlKey: true }), "redo");
});

test("other keys, a key that is held down and keys in a field are left alone", () => {
  assert.equal(pressed("z", {}), null);
  assert.equal(pressed("x", { ctrlKey: true }), null);
  assert.equal(pressed("z", { ctrlKey: true, altKey: true }), null);
  assert.equal(pressed("z", { ctrlKey: true, repeat: true }), null);
  assert.equal(pressed("z", { ctrlKey: true }, true), null);
});
