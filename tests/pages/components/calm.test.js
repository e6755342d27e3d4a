import assert from "node:assert/strict";
import test from "node:test";

import { Calm } from "../../../pages/components/calm.js";

const touch = (target, kind = "click") => target.dispatchEvent(new Event(kind));

test("what nobody's input precedes is done at once", () => {
  let done = 0;
  new Calm(new EventTarget()).when(() => (done += 1));
  assert.equal(done, 1);
});

test("after the user's input, of the mouse or the keyboard, it is done a second after the last one", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1000 });
  for (const kind of ["click", "pointerup", "keydown"]) {
    const target = new EventTarget();
    const calm = new Calm(target);
    let done = 0;
    touch(target, kind);
    calm.when(() => (done += 1));
    t.mock.timers.tick(900);
    touch(target, kind);
    t.mock.timers.tick(900);
    assert.equal(done, 0);
    t.mock.timers.tick(100);
    assert.equal(done, 1);
  }
});
