// The people of a film: a row a person, corrected in place. Clicks on a strip lead to the film's page.

import { mounted } from "../mounted.js";
import { element } from "../scene_browser/dom.js";
import { company } from "./company.js";
import { Gallery } from "./gallery.js";
import { address, length, wording } from "./geometry.js";
import { Row } from "./row.js";
import { swatch } from "./swatch.js";

const ZOOMS = [1, 2, 4, 8, 16, 32];
const SHOWN = 12; // people at first

/** What stays the same of a person who gets another name or number. */
const keyOf = (person) => String(person.tracks[0].anchor);

class Board {
  constructor(root, trigger) {
    Object.assign(this, { root, trigger, data: null, rows: [], open: new Set(), zoom: 0, everyone: false });
    this.find = (name) => root.querySelector(name);
    this.colour = this.find("select.colour");
    this.axis = this.find("select.axis");
    for (const select of [this.colour, this.axis]) select.addEventListener("change", () => this.redraw());
    this.find(".in").addEventListener("click", () => this.zoomTo(this.zoom + 1));
    this.find(".out").addEventListener("click", () => this.zoomTo(this.zoom - 1));
    this.sizes = new ResizeObserver(() => this.redraw());
    this.sizes.observe(this.find(".board th.strip"));
  }

  update(data, trigger) {
    this.trigger = trigger;
    const before = this.data;
    this.data = data;
    if (before?.film === data.film && before.version === data.version) return;
    if (before?.film !== data.film) {
      this.open.clear();
      this.everyone = false;
    }
    this.fillChoices();
    this.fill();
  }

  fillChoices() {
    const chosen = this.colour.value || "-1";
    const { labels } = this.data.people;
    const options = [["-1", "leading expression"], ...labels.map((label, i) => [String(i), label])];
    this.colour.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
    this.find(".legend").replaceChildren(...labels.map((label, i) => element("li", {}, swatch(this.data.people.colours[i]), label)));
    this.colour.value = Number(chosen) < labels.length ? chosen : "-1";
  }

  fill() {
    const { people } = this.data;
    const focused = this.root.getRootNode().activeElement?.getAttribute("aria-label");
    const shown = this.everyone ? people.people : people.people.slice(0, SHOWN);
    this.rows = shown.map((person) => new Row(this, person, this.open.has(keyOf(person))));
    this.find(".board tbody").replaceChildren(...this.rows.flatMap((row) => row.elements()));
    this.find(".board").hidden = this.find(".choices").hidden = this.find(".readout").hidden = !people.people.length;
    this.find("datalist").replaceChildren(
      ...people.people.filter((each) => each.named).map((each) => element("option", { value: each.label })),
    );
    this.fillMore();
    this.find(".together").replaceChildren(...company(people));
    this.fillUnknown();
    this.fillLeftOut();
    this.said(null, null);
    this.redraw();
    if (focused) [...this.root.querySelectorAll("[aria-label]")].find((each) => each.getAttribute("aria-label") === focused)?.focus();
  }

  fillMore() {
    const { people } = this.data;
    const more = this.find(".more");
    const hidden = people.people.length - this.rows.length;
    more.hidden = hidden <= 0 && people.all_people <= people.people.length;
    if (hidden > 0) {
      const button = element("button", { type: "button" }, `Show all ${people.people.length}`);
      button.addEventListener("click", () => {
        this.everyone = true;
        this.fill();
      });
      more.replaceChildren(button);
    } else more.textContent = `And ${people.all_people - people.people.length} more people, each shorter on screen; exports have all.`;
  }

  fillUnknown() {
    const { people } = this.data;
    const place = this.find(".unknown");
    if (!people.unknown.length) return void place.replaceChildren();
    const gallery = new Gallery(this.data, people.unknown, people.all_unknown, "Faces without a person", [
      { text: "Is this person", named: true, act: (anchors, name) => this.act({ does: "name", label: "", anchors, name, other: "" }) },
      { text: "Not a person", named: false, act: (anchors) => this.act({ does: "leave out", label: "", anchors, name: "", other: "" }) },
    ]);
    const number = people.all_unknown.toLocaleString("en");
    place.replaceChildren(element("h2", {}, `Faces without a person (${number})`), gallery.root);
  }

  fillLeftOut() {
    const { people } = this.data;
    const details = this.find(".left-out");
    details.hidden = !people.left_out.length;
    if (details.hidden) return;
    details.querySelector("summary").textContent = `Not a person (${people.all_left_out})`;
    const gallery = new Gallery(this.data, people.left_out, people.all_left_out, "Faces left out", [
      { text: "Put back", named: false, act: (anchors) => this.act({ does: "put back", label: "", anchors, name: "", other: "" }) },
    ]);
    details.querySelector("div").replaceChildren(gallery.root);
  }

  /** Write what lies under the pointer; without a cell what is true of all. */
  said(person, cell) {
    const { people } = this.data;
    const legend =
      this.choice < 0
        ? `Pale: mixed, or too few frames to tell. Hatched: ${people.not_enough}. Click to go to the film.`
        : `The stronger the colour, the larger the share. Hatched: ${people.not_enough}. Click to go to the film.`;
    this.find(".readout").textContent = cell ? `${person.label} · ${wording(cell, this.choice, people)}` : legend;
  }

  get choice() {
    return Number(this.colour.value);
  }

  go(cell) {
    const scene = this.data.people.scenes[cell.scene];
    const at = Math.max(scene.start, cell.stretches[0]?.[0] ?? scene.start);
    window.location.assign(address(this.data.page, scene.number, at));
  }

  act(message) {
    this.trigger("act", message);
  }

  toggled(person, open) {
    if (open) this.open.add(keyOf(person));
    else this.open.delete(keyOf(person));
  }

  zoomTo(step) {
    this.zoom = Math.min(Math.max(step, 0), ZOOMS.length - 1);
    this.root.style.setProperty("--zoom", String(ZOOMS[this.zoom]));
    this.redraw();
  }

  redraw() {
    if (!this.data) return;
    this.find(".out").disabled = this.zoom === 0;
    this.find(".in").disabled = this.zoom === ZOOMS.length - 1;
    const { people } = this.data;
    for (const row of this.rows) row.strip.draw(people, this.choice, this.axis.value);
    const name = this.axis.value === "time" ? `0:00 to ${length(people.duration)}` : `Scenes 1 to ${people.scenes.length}`;
    this.find(".axis-name").textContent = name;
    this.said(null, null);
  }

  close() {
    this.sizes.disconnect();
  }
}

export default mounted(".people", (root, trigger) => new Board(root, trigger));
