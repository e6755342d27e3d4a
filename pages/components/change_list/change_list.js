// What became of each scene of two cuts: changes first, unchanged scenes folded. A row takes both players there.

import { Calm } from "../calm.js";
import { LinkRequests } from "../link_requests.js";
import { mounted } from "../mounted.js";
import { seekPair } from "../pair_moment.js";
import { element } from "../scene_browser/dom.js";
import { changesOf, countText, isListed } from "./filters.js";
import { changeItem } from "./row.js";

const WIDTH = 160; // pixels of the pictures asked for
const UNCHANGED = "unchanged";

class ChangeList {
  constructor(root, trigger) {
    this.root = root;
    this.trigger = trigger;
    this.data = null;
    this.chosen = { kinds: new Set(), label: null, seconds: 0 };
    this.links = new LinkRequests(calm, (now) => this.trigger("expired", now), (sentence) => this.notify(sentence));
    this.form = root.querySelector("form");
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("input", () => this.onFilter());
    this.rest = root.querySelector(".rest");
    this.rest.addEventListener("toggle", () => this.fillRest());
  }

  update(data, trigger) {
    this.trigger = trigger;
    const before = this.data;
    this.data = data;
    if (before?.links.join() !== data.links.join()) this.links.renewed();
    if (before?.version === data.version && before.links.join() === data.links.join()) return;
    this.notify("");
    if (before?.version !== data.version) this.fillFilters();
    this.draw();
  }

  fillFilters() {
    const { kinds, labels, words } = this.data;
    this.chosen.kinds.clear();
    this.form.querySelector(".kinds").replaceChildren(
      ...kinds.filter(([kind]) => kind !== UNCHANGED).map(([kind, number]) => {
        const button = element("button", { type: "button", class: "kind", "aria-pressed": "false" }, `${words[kind] ?? kind} ${number}`);
        button.addEventListener("click", () => this.onKind(kind, button));
        return button;
      }),
    );
    this.form.elements.label.replaceChildren(
      element("option", { value: "" }, "any"),
      ...labels.map((label, k) => element("option", { value: String(k) }, label)),
    );
    this.chosen.label = null;
  }

  onKind(kind, button) {
    const { kinds } = this.chosen;
    if (!kinds.delete(kind)) kinds.add(kind);
    button.setAttribute("aria-pressed", String(kinds.has(kind)));
    this.draw();
  }

  onFilter() {
    const { label, seconds } = this.form.elements;
    this.chosen.label = label.value === "" ? null : Number(label.value);
    this.chosen.seconds = Number(seconds.value) || 0;
    this.draw();
  }

  draw() {
    const changed = this.data.rows.filter((row) => row.kinds[0] !== UNCHANGED);
    const listed = changed.filter((row) => isListed(row, this.chosen));
    this.root.querySelector(":scope > .rows").replaceChildren(...listed.map((row) => this.item(row)));
    this.form.querySelector(".count").textContent = countText(changesOf(listed), changesOf(changed));
    this.unchanged = this.data.rows.filter((row) => row.kinds[0] === UNCHANGED);
    this.rest.hidden = this.unchanged.length === 0;
    this.rest.querySelector("summary").textContent = `${this.unchanged.length} unchanged`;
    this.fillRest();
  }

  /** The unchanged scenes, once they are asked for. */
  fillRest() {
    const rows = this.rest.open ? this.unchanged.map((row) => this.item(row)) : [];
    this.rest.querySelector(".rows").replaceChildren(...rows);
  }

  item(row) {
    const { films } = this.data;
    return changeItem(row, this.data, this.chosen.label, {
      go: () => seekPair(films, row.places.map((place) => place?.frame_in ?? null)),
      picture: (side, frame) => this.picture(side, frame),
    });
  }

  picture(side, frame) {
    const image = element("img", { alt: "", loading: "lazy", decoding: "async", draggable: false });
    image.addEventListener("error", () => this.onError(image));
    image.src = `${this.data.links[side]}/picture/${frame}?width=${WIDTH}`;
    return image;
  }

  async onError(image) {
    const answer = await fetch(image.src).catch(() => null);
    if (answer?.status === 403) this.links.request(await answer.text());
    else image.replaceWith(element("span", { class: "none" }, "no picture"));
  }

  notify(sentence) {
    const notice = this.root.querySelector(".notice");
    notice.textContent = sentence;
    notice.hidden = sentence === "";
  }

  close() {}
}

const calm = new Calm(window);

export default mounted(".changes", (root, trigger) => new ChangeList(root, trigger));
