// Who is on screen with whom: a small matrix of seconds.

import { element } from "../scene_browser/dom.js";
import { length } from "./geometry.js";

/** The heading and the table; empty where nobody shares the screen. */
export function company({ people, together }) {
  const places = sharing(together);
  if (!places.length) return [];
  const most = Math.max(...places.flatMap((i) => places.map((j) => (i === j ? 0 : together[i][j]))));
  const shown = places.map((i) => people[i]);
  const head = element("tr", {}, element("td"), ...shown.map((person) => element("th", { scope: "col" }, person.label)));
  const rows = shown.map((person, i) =>
    element("tr", {}, element("th", { scope: "row" }, person.label), ...places.map((j) => cell(together[places[i]][j], places[i] === j, most))),
  );
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
  return [
    element("h2", {}, "On screen together"),
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Seconds that two people share the screen" }, table),
  ];
}

/** The places of those who share the screen with another. */
export function sharing(together) {
  return together.flatMap((row, i) => (row.some((seconds, j) => i !== j && seconds > 0) ? [i] : []));
}

function cell(seconds, own, most) {
  const made = element("td", { class: own ? "own" : "" }, seconds > 0 ? length(seconds) : "");
  if (!own && seconds > 0) made.style.setProperty("--share", String(seconds / most));
  return made;
}
