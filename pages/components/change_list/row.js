// One change of the list: small pictures of both cuts, what happened, and where.

import { element } from "../scene_browser/dom.js";
import { readingOf } from "./filters.js";

const SIDES = ["First", "Second"];

/** The item of a change; `go()` is called when it is chosen, `picture(side, frame)` gives a small picture. */
export function changeItem(row, data, label, { go, picture }) {
  const title = `${row.words}: ${SIDES.map((side, i) => sceneText(row.places[i], side.toLowerCase())).join(", ")}`;
  const open = element("button", { type: "button", class: "go", "aria-label": `Go to this change. ${title}` });
  open.append(...row.places.map((place, side) => shown(place, side, picture)));
  open.addEventListener("click", go);
  const badges = row.badges.map((word) => element("span", { class: "badge" }, word));
  const what = element("p", { class: "what" }, ...badges, element("span", { class: "amount" }, row.amount));
  const places = row.places.map((place, side) => element("p", { class: "where" }, placeText(place, SIDES[side])));
  const where = element("div", { class: "places" }, ...places);
  const audience = row.audience === null ? [] : [element("p", { class: "told" }, `Audience: ${row.audience}`)];
  return element("li", {}, open, element("div", { class: "facts" }, what, where, expressions(row, data, label), ...audience));
}

function shown(place, side, picture) {
  const box = element("span", { class: "side" });
  if (place === null) box.append(element("span", { class: "none" }, side ? "not in the second" : "not in the first"));
  else if (place.picture === null) box.append(element("span", { class: "none" }, "no picture"));
  else box.append(picture(side, place.picture));
  return box;
}

function sceneText(place, side) {
  return place === null ? `not in the ${side}` : `scene ${place.scene} of the ${side}`;
}

function placeText(place, side) {
  if (place === null) return `${side}: –`;
  const name = place.name ? ` · ${place.name}` : "";
  return `${side}: scene ${place.scene}${name}, ${place.tc_in} – ${place.tc_out}`;
}

/** What happened to the expressions: the one to tell, or the one that is asked for; all of them once opened. */
function expressions(row, data, label) {
  const told = label === null ? row.told : `${data.labels[label]} ${readingOf(row, label).text}`;
  if (row.readings.length === 1) return element("p", { class: "told" }, told);
  const list = row.readings.map(({ text }, k) => {
    const swatch = element("span", { class: "swatch" });
    swatch.style.background = data.colours[k];
    return element("li", {}, swatch, `${data.labels[k]} ${text}`);
  });
  return element("details", { class: "told" }, element("summary", {}, told), element("ul", {}, ...list));
}
