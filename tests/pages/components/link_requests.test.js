// Requests for a new link, where the server refuses the one in use.

import assert from "node:assert/strict";
import test from "node:test";

import { LinkRequests } from "../../../pages/components/link_requests.js";

const CALM = { when: (act) => act() };

test("a few links are asked for, then the server's sentence is told", (context) => {
  context.mock.timers.enable({ apis: ["Date", "setTimeout"] });
  const [asked, told] = [[], []];
  const links = new LinkRequests(CALM, (time) => asked.push(time), (sentence) => told.push(sentence));
  for (let i = 0; i < 4; i++) {
    links.request("You are not signed in.");
    links.renewed();
    context.mock.timers.tick(100);
  }
  assert.equal(asked.length, 3);
  assert.deepEqual(told, ["You are not signed in."]);
  context.mock.timers.tick(60_000);
  links.request("Again.");
  assert.equal(asked.length, 4);
});

test("the sentence is told where no link comes", (context) => {
  context.mock.timers.enable({ apis: ["Date", "setTimeout"] });
  const told = [];
  const links = new LinkRequests(CALM, () => {}, (sentence) => told.push(sentence));
  links.request("It has expired.");
  context.mock.timers.tick(3_999);
  assert.deepEqual(told, []);
  context.mock.timers.tick(1);
  assert.deepEqual(told, ["It has expired."]);
  assert.equal(links.refused, true);
});
