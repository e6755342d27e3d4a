// The scenes of a film as board and table: find, go there, change them. Nothing of that runs the page but a change.

import { Calm } from "../calm.js";
import { loadAudience, loadScenes } from "../film_data.js";
import { afterFirstChart } from "../first_chart.js";
import { LinkRequests } from "../link_requests.js";
import { onMoment, seek } from "../moment.js";
import { mounted } from "../mounted.js";
import { read, write } from "./finding/address.js";
import { arranged } from "./finding/arrangement.js";
import { offered, request } from "./changes.js";
import { element } from "./dom.js";
import { fieldsOf, withAudience, withNotes } from "./finding/fields.js";
import { Filters } from "./finding/filters.js";
import { sceneAt } from "./drawing/geometry.js";
import { SceneList } from "./list.js";
import { Menu } from "./menu.js";
import { Pictures } from "./drawing/pictures.js";

const KEPT_EVERY = 1000; // milliseconds between two looks whether the address still has the state

// By film, what was chosen and how far the list was scrolled when its tab was left.
const kept = new Map();

class SceneBrowser {
  constructor(parent, trigger) {
    this.trigger = trigger;
    this.root = parent.querySelector(".scenes");
    this.data = null;
    this.film = null; // the document of the scenes
    this.version = null; // of the document
    this.loaded = null; // what was loaded last, or is on its way
    this.frame = null; // on screen
    this.links = new LinkRequests(calm, (now) => this.trigger("expired", now), (sentence) => this.tell(sentence));
    this.state = read(window.location.search);
    this.closing = new AbortController();
    const part = (name) => this.root.querySelector(name);
    this.pictures = new Pictures((text) => this.links.request(text));
    this.filters = new Filters(this.root, () => this.set({ filter: this.filters.text }));
    this.menu = new Menu(part(".menu"), (change) => this.change(change));
    this.list = new SceneList(this.root, this.pictures, {
      go: (scene) => seek(this.data.film, scene.frame_in),
      change: (change) => this.change(change),
      rename: (scene, name) => this.ask({ change: "rename", scenes: [scene.id], name }),
      menu: (place) => this.openMenu(place),
      sort: (sort) => this.set({ sort }),
      chosen: () => this.drawChosen(),
    });
    for (const button of this.root.querySelectorAll("[data-view]")) {
      button.addEventListener("click", () => this.set({ view: button.dataset.view }));
    }
    [this.order, this.direction, this.changeButton] = [".order select", ".direction", ".change"].map(part);
    this.order.addEventListener("change", () => this.set({ sort: { ...this.state.sort, field: this.order.value } }));
    this.direction.addEventListener("click", () => this.set({ sort: { ...this.state.sort, down: !this.state.sort.down } }));
    this.changeButton.addEventListener("click", () => {
      const { left, bottom } = this.changeButton.getBoundingClientRect();
      this.openMenu({ x: left, y: bottom + 4 }, this.changeButton);
    });
    window.addEventListener("popstate", () => this.onAddress(), { signal: this.closing.signal });
    this.keeping = setInterval(() => this.keepAddress(), KEPT_EVERY);
  }

  /** Take new data from the page: another version of the film's scenes, or only another link. */
  update(data, trigger) {
    const before = this.data;
    Object.assign(this, { data, trigger });
    this.root.removeAttribute("aria-busy");
    if (before?.link !== data.link) this.links.renewed();
    this.pictures.update(data.link);
    if (data.problem) this.tell(data.problem);
    if (!before) onMoment(data.film, (moment) => this.onMoment(moment), this.closing.signal);
    if (this.loaded !== loading(data)) this.load();
  }

  async load() {
    const { data } = this;
    this.loaded = loading(data);
    const isPresent = () => this.loaded === loading(data);
    await afterFirstChart();
    if (!isPresent()) return;
    try {
      const film = withNotes(await loadScenes(data));
      if (!isPresent()) return;
      this.take(withAudience(film, data.audience && { scenes: [] }), data.version);
      if (!data.audience) return;
      const audience = await this.audienceOf(data);
      await this.list.untilTyped();
      if (isPresent()) this.take(withAudience(film, audience), data.version);
    } catch (error) {
      if (!isPresent()) return;
      this.loaded = null; // the next data load it
      if (error.expired) this.links.request(error.message);
      else this.tell(error.message);
    }
  }

  /** What the audience shows; null where it cannot be told: why is said in the scene's panel. */
  async audienceOf(data) {
    try {
      return await loadAudience(data);
    } catch (error) {
      if (error.expired) throw error;
      return null;
    }
  }

  take(film, version) {
    const isFirst = this.film === null;
    Object.assign(this, { film, version });
    this.fields = fieldsOf(film);
    this.order.replaceChildren(
      ...this.fields.map(({ id, title, isLabel, isAudience }) =>
        element("option", { value: id }, isLabel || isAudience ? `Share of ${title}` : title),
      ),
    );
    this.filters.update(this.fields, this.state.filter);
    this.draw();
    if (isFirst && kept.has(this.data.film)) this.list.restore(kept.get(this.data.film));
    if (this.frame !== null) this.list.show(film.scenes[sceneAt(film.scenes, this.frame)]?.id ?? null);
  }

  set(changed) {
    this.state = { ...this.state, ...changed };
    this.keepAddress();
    this.draw();
  }

  /** Write the state into the address, also where the page wrote an older one over it. */
  keepAddress() {
    const { pathname, search, hash } = window.location;
    const wanted = write(search, this.state);
    if (wanted !== write(search, read(search))) history.replaceState(history.state, "", pathname + wanted + hash);
  }

  /** The address was changed by the browser's buttons. */
  onAddress() {
    this.state = read(window.location.search);
    if (!this.film) return;
    this.filters.update(this.fields, this.state.filter);
    this.draw();
  }

  draw() {
    const { film, state, list } = this;
    if (!film) return;
    const { sort, view } = state;
    const scenes = arranged(film.scenes, this.filters.conditions, sort, this.fields);
    for (const button of this.root.querySelectorAll("[data-view]")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === view));
    }
    this.order.value = sort.field;
    this.direction.setAttribute("aria-pressed", String(sort.down));
    this.direction.textContent = sort.down ? "▼" : "▲";
    const number = (count) => count.toLocaleString("en");
    const all = film.scenes.length;
    this.root.querySelector(".count").textContent =
      scenes.length === all ? `${number(all)} ${all === 1 ? "scene" : "scenes"}` : `${number(scenes.length)} of ${number(all)} scenes`;
    const empty = this.root.querySelector(".empty");
    empty.hidden = scenes.length > 0;
    empty.textContent = "No scene meets all filters.";
    this.root.querySelector(".holder").hidden = scenes.length === 0;
    const named = [sort.field, ...this.filters.conditions.map(({ field }) => field)];
    list.update(film, scenes, view, sort, this.fields.filter(({ id, isLabel, isAudience }) => (isLabel || isAudience) && named.includes(id)));
  }

  drawChosen() {
    const { length } = this.list.chosenScenes;
    this.changeButton.disabled = length === 0;
    this.changeButton.textContent = length > 1 ? `Change ${length} …` : "Change …";
  }

  onMoment({ frame }) {
    this.frame = frame;
    if (this.film) this.list.show(this.film.scenes[sceneAt(this.film.scenes, frame)]?.id ?? null);
  }

  openMenu(place, before = this.root.getRootNode().activeElement) {
    this.menu.open(offered(this.list.chosenScenes, this.film.scenes), place, before);
  }

  change(change) {
    const chosen = this.list.chosenScenes;
    if (["split", "move"].includes(change) && this.frame === null) return this.tell("The player is not there yet: its frame is not known.");
    const { request: asked, problem } = request(change, chosen, this.film.scenes, this.frame);
    this.tell(problem ?? "");
    if (problem) return undefined;
    if (change === "rename") return this.list.rename(chosen[0]);
    return this.ask(asked);
  }

  /** Ask the page for a change of scenes as they are shown. */
  ask(asked) {
    this.root.setAttribute("aria-busy", "true");
    this.trigger("change", { ...asked, version: this.version, at: Date.now() });
  }

  tell(sentence) {
    this.filters.tell("");
    const problem = this.root.querySelector(".problem");
    problem.textContent = sentence;
    problem.hidden = !sentence;
  }

  close() {
    if (this.film) kept.set(this.data.film, this.list.place);
    clearInterval(this.keeping);
    this.closing.abort();
    this.menu.close();
    this.list.close();
  }
}

/** Text that tells what is to be loaded for the page's data. */
function loading({ film, version, audience }) {
  return `${film} ${version} ${audience?.state ?? ""}`;
}

const calm = new Calm(window);

export default mounted(".scenes", (_, trigger, parent) => new SceneBrowser(parent, trigger));
