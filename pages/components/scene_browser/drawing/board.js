// A scene on the board: its picture, what its faces show, and how much that rests on.

import { element } from "../dom.js";
import { noteCount, percent } from "../finding/fields.js";
import { audienceText, leadingWithShares, nameOf, noteText, notes, otherShares, spoken, strip } from "./scene_cells.js";

export const CARD = { width: 176, text: 90, audience: 50, gap: 10 }; // pixels: the least width, heights below the picture

/** How many cards lie beside each other, and how wide each is with its gap. */
export function cardsIn(width) {
  const perRow = Math.max(1, Math.floor((width + CARD.gap) / (CARD.width + CARD.gap)));
  return { perRow, step: (width + CARD.gap) / perRow };
}

/** How high a card is: a picture of 16 to 9, the text, and that of the audience where there is one. */
export function heightOf(step, hasAudience) {
  return Math.round(((step - CARD.gap) * 9) / 16) + CARD.text + (hasAudience ? CARD.audience : 0);
}

/** The card of a scene, with the shares `asked` for. */
export function card(scene, film, pictures, asked) {
  const evidence = [scene.length, scene.coverage === null ? "no sampled frame" : `coverage ${percent(scene.coverage)}`];
  const title = element("div", { class: "title" }, element("b", {}, String(scene.number)), nameOf(scene));
  if (noteCount(scene)) title.append(element("span", { class: "noted", title: noteText(scene) }, notes(scene)));
  return element(
    "div",
    { class: "card", role: "option", "aria-label": spoken(scene, film.labels), title: scene.why || null },
    pictures.of(scene),
    strip(scene, film),
    title,
    element("div", { class: "leading" }, [leadingWithShares(scene, film.labels), ...otherShares(scene, film.labels, asked)].join(" · ")),
    ...(film.hasAudience ? [element("div", { class: "audience", title: scene.audience?.text }, audienceText(scene, film))] : []),
    element("div", { class: "evidence" }, evidence.join(" · ")),
  );
}
