// Faces of tracks to choose from: those chosen get a name, are left out, or come back.

import { element } from "../scene_browser/dom.js";
import { address, length } from "./geometry.js";
import { portrait } from "./portrait.js";

export class Gallery {
  /**
   * `tracks` are those of the document, `all` their number with those that are not shown. `actions` is a list of
   * {text, named, act(anchors, name)}: a button each, with a field for a name before those that are `named`.
   */
  constructor(data, tracks, all, label, actions) {
    this.chosen = new Set();
    this.count = element("span", { class: "count" });
    this.field = element("input", {
      type: "text", maxLength: data.longest, placeholder: "Name", "aria-label": "Name of the person", list: "people-names",
    });
    this.buttons = actions.map(({ text, named, act }) => {
      const button = element("button", { type: "button" }, text);
      button.addEventListener("click", () => this.act(act, named));
      return button;
    });
    const named = actions.findIndex((action) => action.named);
    this.field.addEventListener("keydown", (event) => event.key === "Enter" && this.act(actions[named].act, true));
    this.field.addEventListener("input", () => this.show());
    this.named = named;
    const bar = element("div", { class: "bar" }, this.count, ...(named < 0 ? [] : [this.field]), ...this.buttons);
    const faces = element("div", { class: "faces", role: "group", "aria-label": label });
    faces.append(...tracks.map((track, i) => this.face(data, track, `${label}, face ${i + 1}`)));
    const rest = all - tracks.length;
    this.root = element("div", { class: "gallery" }, bar, faces);
    if (rest > 0) this.root.append(element("p", { class: "rest" }, `And ${rest.toLocaleString("en")} more, each shorter on screen.`));
    this.show();
  }

  face(data, track, name) {
    const box = element("input", { type: "checkbox", "aria-label": `${name}, ${track.timecode}` });
    box.addEventListener("change", () => {
      if (box.checked) this.chosen.add(track);
      else this.chosen.delete(track);
      this.show();
    });
    const link = element(
      "a",
      { href: address(data.page, track.scene, track.at), title: `Scene ${track.scene}, on the film's page` },
      track.timecode,
    );
    const time = element("span", { class: "seconds" }, track.seconds ? length(track.seconds) : "");
    return element("div", { class: "track" }, element("label", {}, box, portrait(data.link, track.portrait, "?")), link, time);
  }

  show() {
    const number = this.chosen.size;
    this.count.textContent = number ? `${number} ${number === 1 ? "face" : "faces"} chosen:` : "Click faces to choose them.";
    this.root?.classList.toggle("some", number > 0);
    this.field.hidden = number === 0;
    this.buttons.forEach((button, i) => {
      button.hidden = number === 0;
      button.disabled = i === this.named && this.field.value.trim() === "";
    });
  }

  act(act, named) {
    const name = this.field.value.trim();
    if (!this.chosen.size || (named && !name)) return;
    act([...this.chosen].map((track) => track.anchor), named ? name : "");
  }
}
