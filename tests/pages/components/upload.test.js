import assert from "node:assert/strict";
import test from "node:test";

import { Upload } from "../../../pages/components/uploads/upload.js";

const FILE = { name: "cut.mov", size: 10_000, lastModified: 7 };

// Let `sent` bytes be reached at each time, on a clock that `context` has taken over.
function reach(context, upload, marks) {
  for (const [time, sent] of marks) {
    context.mock.timers.setTime(time);
    upload.reached(sent);
  }
}

test("an upload's id is the end of its address", () => {
  const upload = new Upload(FILE);
  assert.equal(upload.id, null);
  upload.url = "http://127.0.0.1/api/uploads/abc";
  assert.equal(upload.id, "abc");
});

test("speed and time left come from the last seconds", (context) => {
  context.mock.timers.enable({ apis: ["Date"] });
  const upload = new Upload(FILE);
  reach(context, upload, [[1000, 0], [1400, 400]]);
  assert.equal(upload.speed, null); // half a second at least
  reach(context, upload, [[3000, 2000]]);
  assert.equal(upload.speed, 1000);
  assert.equal(upload.secondsLeft, 8);
  reach(context, upload, [[6500, 3000]]);
  assert.equal(upload.speed, 1000 / 3.5); // the marks of 1000 and 1400 are too old
});

test("a byte more says that the connection works again", (context) => {
  context.mock.timers.enable({ apis: ["Date"] });
  const upload = new Upload(FILE);
  upload.tries = 3;
  reach(context, upload, [[1000, 500]]);
  assert.equal(upload.tries, 3); // what was there before is not sent now
  reach(context, upload, [[2000, 500], [3000, 501]]);
  assert.equal(upload.tries, 0);
  assert.equal(upload.moved, 3000);
});

test("a file is the same by name, size and time", () => {
  const upload = new Upload(FILE);
  assert.ok(upload.isOf({ ...FILE }));
  for (const other of [{ name: "b" }, { size: 1 }, { lastModified: 8 }]) assert.ok(!upload.isOf({ ...FILE, ...other }));
});

test("an upload runs while it is sent, checked or waits to be sent on", () => {
  const upload = new Upload(FILE);
  const running = ["queued", "sending", "checking", "paused", "away", "busy", "renewing", "failed", "done"].filter((state) => {
    upload.state = state;
    return upload.running;
  });
  assert.deepEqual(running, ["sending", "checking", "away", "busy", "renewing"]);
});
