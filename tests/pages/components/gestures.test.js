// The wheel and fingers on a chart, with events as browsers send them.

import assert from "node:assert/strict";
import test from "node:test";

globalThis.window = new EventTarget();
const { listen } = await import("../../../pages/components/film_charts/gestures.js");

/** A chart 100 pixels wide, and the calls that its gestures make. */
function chart() {
  const calls = [];
  const note = (name) => (...values) => calls.push([name, ...values]);
  const names = ["hover", "leave", "click", "drag", "zoomTo", "zoom", "move", "all", "step", "go"];
  const act = Object.fromEntries(names.map((name) => [name, name === "hover" ? () => {} : note(name)]));
  const stage = new EventTarget();
  listen(stage, () => ({ left: 0, top: 0, width: 100 }), act, new AbortController().signal);
  const send = (kind, fields) => stage.dispatchEvent(Object.assign(new Event(kind, { cancelable: true }), fields));
  const finger = (kind, pointerId, clientX) => {
    send(`pointer${kind}`, { pointerType: "touch", button: 0, pointerId, clientX, clientY: 0 });
  };
  return { calls, send, finger };
}

test("one finger moves what is shown, and does not zoom where it is lifted", () => {
  const { calls, finger } = chart();
  finger("down", 1, 50);
  finger("move", 1, 40);
  finger("move", 1, 20);
  finger("up", 1, 20);
  assert.deepEqual(calls, [["move", 0.1], ["move", 0.2], ["drag", null, null]]);
});

test("two fingers stretch what lies between them, and their going is no click", () => {
  const { calls, finger } = chart();
  finger("down", 1, 40);
  finger("down", 2, 60);
  finger("move", 2, 80);
  finger("up", 2, 80);
  finger("up", 1, 40);
  assert.deepEqual(calls, [["move", -0.1], ["zoom", 0.6, 0.5], ["drag", null, null]]);
});

test("a tap is a click, at the flag that it hit", () => {
  const { calls, finger } = chart();
  finger("down", 1, 50);
  finger("up", 1, 50);
  assert.deepEqual(calls.at(-1), ["click", 0.5, undefined]);
});

test("arrow keys move, with Shift from column to column", () => {
  const { calls, send } = chart();
  send("keydown", { key: "ArrowRight", shiftKey: false });
  send("keydown", { key: "ArrowRight", shiftKey: true });
  send("keydown", { key: "Enter" });
  assert.deepEqual(calls, [["move", 0.25], ["step", 1], ["go"]]);
});
