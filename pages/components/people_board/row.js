// The row of a person: face, name to change in place, time on screen, leading expression and strip; and what opens below.

import { element } from "../scene_browser/dom.js";
import { Gallery } from "./gallery.js";
import { cellsOf, length } from "./geometry.js";
import { portrait } from "./portrait.js";
import { Strip } from "./strip.js";
import { swatch } from "./swatch.js";

export class Row {
  /** `board` has data, said(person, cell), go(cell), act(message) and toggled(person, open). */
  constructor(board, person, open) {
    Object.assign(this, { board, person });
    const { people } = board.data;
    this.strip = new Strip(person.label, cellsOf(person), (cell) => board.said(person, cell), (cell) => board.go(cell));
    this.more = element("button", { type: "button", class: "open" }, "Edit");
    this.more.addEventListener("click", () => this.toggle(this.below === null));
    const who = element("div", { class: "name" }, portrait(board.data.link, person.portrait, person.label), this.field(), this.more);
    const scenes = person.cells.scene.length;
    const where = `In ${scenes} ${scenes === 1 ? "scene" : "scenes"}, ${person.first} to ${person.last}`;
    const time = element("span", { title: where }, length(person.seconds));
    const bar = element("span", { class: "share", "aria-hidden": "true" });
    bar.style.setProperty("--share", String(person.seconds / Math.max(...people.people.map((each) => each.seconds), 0.001)));
    this.root = element("tr", {},
      element("th", { class: "who", scope: "row" }, who),
      element("td", { class: "time" }, time, bar),
      element("td", { class: "mostly", title: person.leading.evidence }, ...person.leading.labels.map((label) => swatch(people.colours[label])), person.leading.text),
      element("td", { class: "strip" }, this.strip.button),
    );
    this.below = null;
    this.toggle(open);
  }

  field() {
    const { person, board } = this;
    const field = element("input", {
      type: "text", class: person.named ? "given" : "", value: person.label, maxLength: board.data.longest, list: "people-names",
      "aria-label": `Name of ${person.label}`, title: "Type a name; the name of another person makes the two one",
    });
    field.addEventListener("focus", () => field.select());
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") field.blur();
      if (event.key === "Escape") {
        field.value = person.label;
        field.blur();
      }
    });
    field.addEventListener("change", () => {
      if (field.value.trim() === person.label || (field.value.trim() === "" && !person.named)) field.value = person.label;
      else this.act("name", this.anchors, field.value);
    });
    return field;
  }

  get anchors() {
    return this.person.tracks.map((track) => track.anchor);
  }

  act(does, anchors, name = "", other = "") {
    this.board.act({ does, label: this.person.label, anchors, name, other });
  }

  /** With a face of each, by which the server knows that they are who was shown. */
  merge(other) {
    this.act("merge", [this.anchors[0], other.tracks[0].anchor], "", other.label);
  }

  toggle(open) {
    this.more.setAttribute("aria-expanded", String(open));
    this.more.setAttribute("aria-label", `Edit ${this.person.label}`);
    if (open === (this.below !== null)) return;
    this.board.toggled(this.person, open);
    if (!open) {
      this.below.remove();
      this.below = null;
      return;
    }
    this.below = element("tr", { class: "below" }, element("td", { colSpan: 4 }, this.details()));
    if (this.root.isConnected) this.root.after(this.below);
  }

  details() {
    const { data } = this.board;
    const { person } = this;
    const others = data.people.people.filter((each) => each.label !== person.label);
    const select = element("select", { "aria-label": `${person.label} is the same person as` }, element("option", { value: "" }, "Same person as …"));
    select.append(...others.map((each) => element("option", { value: each.label }, each.label)));
    select.addEventListener("change", () => select.value && this.merge(others.find((each) => each.label === select.value)));
    const nobody = element("button", { type: "button" }, "Not a person");
    nobody.title = "A poster, a mask, a mistake: these faces do not count any more";
    nobody.addEventListener("click", () => this.act("leave out", this.anchors));
    const gallery = new Gallery(data, person.tracks, person.all_tracks, `Faces of ${person.label}`, [
      { text: "Another person", named: true, act: (anchors, name) => this.act("other", anchors, name) },
      { text: "Not a person", named: false, act: (anchors) => this.act("leave out", anchors) },
    ]);
    return element("div", { class: "details" }, element("div", { class: "bar" }, select, nobody), gallery.root);
  }

  elements() {
    return this.below ? [this.root, this.below] : [this.root];
  }
}
