import assert from "node:assert/strict";
import test from "node:test";

import { Connection } from "../../../pages/components/camera/connection.js";
import { FilmClock } from "../../../pages/components/camera/film_clock.js";
import { bytesOf, eventMessage, pictureMessage } from "../../../pages/components/camera/messages.js";
import * as wording from "../../../pages/components/camera/wording.js";

test("a picture has the film's time that was on screen when it was taken, not when it is sent", () => {
  const clock = new FilmClock();
  for (const frame of [0, 1, 2, 3]) clock.show(1000 + 40 * frame, 7 + frame / 25);
  assert.equal(clock.at(1079), 7.04);
  assert.equal(clock.at(1080), 7.08);
  assert.equal(clock.at(1150), 7.12);
});

test("where the film's time is not known there is none", () => {
  const clock = new FilmClock();
  assert.equal(clock.at(5), null);
  clock.show(1000, 7);
  assert.equal(clock.at(999), null); // before the first picture of the film
  assert.equal(clock.at(2500), null); // the film has not moved for long
  clock.clear();
  assert.equal(clock.at(1001), null);
});

test("the clock forgets what is long past", () => {
  const clock = new FilmClock();
  for (let frame = 0; frame < 1000; frame += 1) clock.show(40 * frame, frame / 25);
  assert.ok(clock.shown.length < 60);
});

test("a picture's message has its stamp's length, the stamp and the bytes", () => {
  const jpeg = bytesOf(`data:image/jpeg;base64,${btoa("\xff\xd8é")}`);
  const message = pictureMessage({ number: 3, film: null }, jpeg);
  const length = new DataView(message.buffer).getUint32(0);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(message.slice(4, 4 + length))), { number: 3, film: null });
  assert.deepEqual([...message.slice(4 + length)], [0xff, 0xd8, 0xe9]);
  assert.deepEqual(JSON.parse(eventMessage("seek", 5, 1.5)), { event: "seek", clock: 5, film: 1.5 });
});

test("each trouble has a sentence of its own", () => {
  const problem = (name, isSecure = true) => wording.cameraProblem(name, "http://10.0.0.7:8501", isSecure);
  assert.match(problem("NotFoundError"), /no camera/);
  assert.match(problem("NotAllowedError"), /does not let/);
  assert.match(problem("NotReadableError"), /another program/);
  assert.match(problem("AbortError"), /AbortError/);
  assert.match(problem("TypeError", false), /http:\/\/10\.0\.0\.7:8501.*HTTPS/s);
  assert.match(wording.cameraLost(214), /214 readings so far stay/);
  assert.match(wording.cameraLost(1), /one reading so far stays/);
  for (const code of [4403, 4404, 4409, 1011]) assert.ok(wording.closedBecause(code).length > 20);
  for (const code of [1000, 1006]) assert.equal(wording.closedBecause(code), null);
});

test("the newest answer in words", () => {
  const face = { box: [0, 0, 1, 1], why: null };
  assert.equal(wording.stateOf({ viewer: 0, faces: [face], again: false }), "");
  assert.match(wording.stateOf({ viewer: 0, faces: [face], again: true }), /counts/);
  assert.match(wording.stateOf({ viewer: null, faces: [] }), /No face/);
  assert.match(wording.stateOf({ viewer: null, faces: [{ ...face, why: "small" }] }), /nearer/);
  assert.equal(wording.figures(null, null), "");
  assert.equal(wording.figures(12.34, 87.6), "12 readings a second · 88 ms behind the picture");
});

test("a server that does not answer is told of, one that lets go of the connection is not", async () => {
  const sockets = [];
  globalThis.window = { location: { origin: "http://127.0.0.1:1" } };
  globalThis.WebSocket = class {
    constructor() {
      sockets.push(this);
    }
    close() {}
  };
  let waits = 0;
  const connection = new Connection(() => {}, assert.fail, () => (waits += 1));
  connection.path = "/api/live/token";
  connection.open();
  sockets[0].onmessage({ data: "{}" });
  sockets[0].onclose({ code: 1000 });
  assert.equal(waits, 0);
  connection.open();
  sockets[1].onclose({ code: 1006 });
  assert.equal(waits, 1);
  connection.close();
});
