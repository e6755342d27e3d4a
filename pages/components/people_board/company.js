// Who is on screen with whom: a small matrix of seconds.

import { element } from "../scene_browser/dom.js";
import { length } from "./geometry.js";

/** The heading and the table; empty where nobody shares the screen. */
export function company({ people, together }) {
  const shown = people.slice(0, together.length);
  const most = Math.max(0, ...together.flatMap((row, i) => row.filter((_, j) => i !== j)));
  if (most === 0) return [];
  const head = element("tr", {}, element("td"), ...shown.map((person) => element("th", { scope: "col" }, person.label)));
  const rows = shown.map((person, i) =>
    element("tr", {}, element("th", { scope: "row" }, person.label), ...together[i].map((seconds, j) => cell(seconds, i === j, most))),
  );
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
  return [
    element("h2", {}, "On screen together"),
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Seconds that two people share the screen" }, table),
  ];
}

function cell(seconds, own, most) {
  const made = element("td", { class: own ? "own" : "" }, seconds > 0 ? length(seconds) : "");
  if (!own && seconds > 0) made.style.setProperty("--share", String(seconds / most));
  return made;
}
