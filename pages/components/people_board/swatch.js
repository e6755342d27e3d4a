// A square of an expression's colour.

import { element } from "../scene_browser/dom.js";

export function swatch(colour) {
  const made = element("span", { class: "swatch", "aria-hidden": "true" });
  made.style.background = colour;
  return made;
}
