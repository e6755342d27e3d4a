// Scenes by versions: what each version did to a scene. A cell compares the version with the one before.

import { mounted } from "../mounted.js";
import { element } from "../scene_browser/dom.js";
import { countText, listedRows, pairsOf } from "./rows.js";

const AT_ONCE = 200; // rows that are drawn at first, and added by each press

class VersionBoard {
  constructor(root, trigger) {
    this.root = root;
    this.trigger = trigger;
    this.data = null;
    this.most = AT_ONCE;
    this.changed = root.querySelector(".changed");
    this.changed.addEventListener("change", () => this.drawRows());
    this.more = root.querySelector(".more");
    this.more.addEventListener("click", () => {
      this.most += AT_ONCE;
      this.drawRows();
    });
  }

  update(data, trigger) {
    this.trigger = trigger;
    const before = this.data;
    this.data = data;
    if (before?.state === data.state) return;
    if (!before) this.changed.checked = data.rows.some((row) => row.changed);
    const { versions } = data;
    const heads = versions.map((version) => element("th", { scope: "col", title: version.name },
      element("span", { class: "number" }, version.number), element("span", { class: "film" }, version.name)));
    this.root.querySelector(".board thead").replaceChildren(element("tr", {}, element("th", { scope: "col" }, "Scene"), ...heads));
    this.drawRows();
    this.drawPairs();
  }

  drawRows() {
    const listed = listedRows(this.data.rows, this.changed.checked);
    const shown = listed.slice(0, this.most);
    this.root.querySelector(".board tbody").replaceChildren(...shown.map((row) => this.row(row)));
    this.root.querySelector(".count").textContent = countText(this.data.rows);
    this.more.hidden = shown.length === listed.length;
    this.more.textContent = `Show ${Math.min(AT_ONCE, listed.length - shown.length)} more of ${listed.length} scenes`;
  }

  row(row) {
    const head = element("th", { scope: "row" },
      element("span", { class: "title" }, row.title), element("span", { class: "told" }, row.told));
    return element("tr", {}, head, ...row.cells.map((cell, place) => this.cell(cell, place)));
  }

  cell(cell, place) {
    const texts = [element("span", { class: "words" }, cell.words)];
    if (cell.detail) texts.push(element("span", { class: "detail" }, cell.detail));
    const { versions } = this.data;
    const content = place > 0 && cell.links
      ? [this.link(versions[place - 1], versions[place], texts)]
      : texts;
    return element("td", { class: `tone-${cell.tone}`, title: cell.title }, ...content);
  }

  drawPairs() {
    const { versions } = this.data;
    const table = this.root.querySelector(".pairs");
    const heads = versions.slice(1).map((version) => element("th", { scope: "col", title: version.name }, `with ${version.number}`));
    table.tHead.replaceChildren(element("tr", {}, element("th", { scope: "col" }, "Version"), ...heads));
    table.tBodies[0].replaceChildren(
      ...pairsOf(versions).map(({ first, seconds }) => element("tr", {},
        element("th", { scope: "row", title: first.name }, element("span", { class: "number" }, first.number), element("span", { class: "film" }, first.name)),
        ...seconds.map((second) => element("td", {}, ...(second ? [this.pair(first, second)] : []))))),
    );
    table.parentElement.hidden = versions.length < 2;
    this.root.querySelector("h3").hidden = versions.length < 2;
  }

  pair(first, second) {
    const made = this.link(first, second, [second.difference]);
    made.setAttribute("aria-label", `${made.title}: ${second.difference}`);
    return made;
  }

  /** A link to the comparison of two versions, in this window by the app and in another by its address. */
  link(first, second, content) {
    const address = `compare?before=${first.id}&after=${second.id}`;
    const label = `Compare version ${first.number} with ${second.number}`;
    const made = element("a", { href: address, title: label }, ...content);
    made.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      this.trigger("compare", [first.id, second.id]);
    });
    return made;
  }

  close() {}
}

export default mounted(".versions", (root, trigger) => new VersionBoard(root, trigger));
