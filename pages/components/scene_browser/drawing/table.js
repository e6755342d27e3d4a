// The table's columns, its head and its rows.

import { element } from "../dom.js";
import { noteCount, percent } from "../finding/fields.js";
import { fitting } from "./geometry.js";
import { nameOf, noteText, strip } from "./scene_cells.js";

export const ROW = 44; // pixels
const WIDEST = 320; // pixels of a column measured by its texts
const SPACE = 22; // pixels around a cell's text

const COLUMNS = [
  { id: "scene", title: "Scene", width: 62, rank: 0, number: true, fill: (scene) => String(scene.number) },
  { id: "picture", title: "Picture", width: 78, rank: 5, sorts: false, fill: (scene, film, pictures) => pictures.of(scene) },
  { id: "name", title: "Name", width: 110, rank: 4, grows: true, fill: (scene) => nameOf(scene) },
  { id: "leading", title: "Leading", width: 120, rank: 0, measured: (scene) => scene.leading, fill: leading },
  { id: "share", title: "Share", width: 100, rank: 0, measured: (scene) => scene.leading_shares.split(", ")[0], fill: shares },
  { id: "audience", title: "Audience", width: 130, rank: 1.5, if: (scene) => scene.audience, measured: (scene) => scene.audience?.text ?? "", fill: audience },
  { id: "in", title: "In", width: 104, rank: 2, measured: (scene) => scene.tc_in, fill: (scene) => scene.tc_in },
  { id: "length", title: "Length", width: 72, rank: 1, number: true, fill: (scene) => scene.length },
  { id: "intensity", title: "Intensity", width: 84, rank: 7, number: true, fill: (scene) => percent(scene.intensity) },
  { id: "faces", title: "Faces", width: 66, rank: 6, number: true, fill: (scene) => String(scene.faces) },
  { id: "coverage", title: "Coverage", width: 88, rank: 3, number: true, fill: (scene) => percent(scene.coverage) },
  { id: "shots", title: "Shots", width: 64, rank: 10, number: true, if: (scene) => scene.shots > 1, fill: (scene) => String(scene.shots) },
  { id: "target", title: "Target", width: 110, rank: 8, if: (scene) => scene.target, fill: (scene) => scene.target ?? "" },
  {
    id: "deviation", title: "Off target", width: 92, rank: 4, number: true, if: (scene) => scene.target,
    fill: (scene) => element("span", { title: scene.off || null }, percent(scene.deviation)),
  },
  {
    id: "notes", title: "Notes", width: 66, rank: 9, number: true, if: noteCount,
    fill: (scene) => element("span", { title: noteText(scene) || null }, noteCount(scene) ? String(noteCount(scene)) : ""),
  },
];

function leading(scene, film) {
  return element("div", { class: "leading", title: scene.why || null }, strip(scene, film), element("span", {}, scene.leading));
}

function shares(scene) {
  return element("div", { class: "shares" }, ...scene.leading_shares.split(", ").map((text) => element("div", {}, text)));
}

function audience(scene) {
  if (!scene.audience) return "";
  const { text, who, why, synchrony } = scene.audience;
  return element("div", { class: "shares", title: [text, why ?? who, synchrony].filter(Boolean).join("; ") },
    element("div", {}, text), element("div", {}, who));
}

/** The column of a field's share, a label's or the audience's. */
function shareColumn({ id, title, value }) {
  const share = (scene, { labels }) => percent(value(scene, labels));
  return { id, title, width: 84, rank: 1, number: true, measured: () => `${title} ▼`, fill: share };
}

/**
 * The columns for a film's scenes in `width` pixels, each with its width, and those of the fields `named`;
 * `measure(text)` is in pixels.
 */
export function columnsFor(scenes, width, measure, named) {
  const after = COLUMNS.findIndex(({ id }) => id === "share") + 1;
  const all = COLUMNS.toSpliced(after, 0, ...named.map(shareColumn));
  const asked = all.filter((column) => !column.if || scenes.some((scene) => column.if(scene))).map((column) => {
    const texts = column.measured ? new Set(scenes.map(column.measured)) : [];
    const widest = Math.max(0, ...[...texts].map(measure));
    return { ...column, width: Math.max(column.width, Math.min(WIDEST, Math.ceil(widest) + SPACE)) };
  });
  return fitting(asked, width);
}

/** The tracks of the grid that head and rows are. */
export function tracks(columns) {
  const grows = columns.find((column) => column.grows) ?? columns.find(({ id }) => id === "leading");
  return columns.map((column) => (column === grows ? `minmax(${column.width}px, 1fr)` : `${column.width}px`)).join(" ");
}

/** The row of column heads; a click sorts. */
export function head(columns, sort, onSort) {
  const cells = columns.map(({ id, title, number, sorts }, place) => {
    const isSorted = sort.field === id;
    const attributes = {
      role: "columnheader",
      class: number ? "number" : "",
      "aria-colindex": String(place + 1),
      "aria-sort": isSorted ? (sort.down ? "descending" : "ascending") : null,
    };
    if (sorts === false) return element("div", attributes, element("span", { class: "unseen" }, title));
    const arrow = element("span", { class: "arrow", "aria-hidden": "true" }, isSorted ? (sort.down ? "▼" : "▲") : "");
    const button = element("button", { type: "button", tabIndex: -1 }, title, arrow);
    button.addEventListener("click", () => onSort({ field: id, down: isSorted ? !sort.down : Boolean(number) && id !== "scene" }));
    return element("div", attributes, button);
  });
  return element("div", { class: "head", role: "row", "aria-rowindex": "1" }, ...cells);
}

/** The row of a scene. */
export function row(scene, film, pictures, columns) {
  const cells = columns.map(({ number, fill }, place) =>
    element(
      "div",
      { role: "gridcell", class: number ? "number" : "", "aria-colindex": String(place + 1) },
      fill(scene, film, pictures),
    ),
  );
  return element("div", { class: "row", role: "row" }, ...cells);
}
