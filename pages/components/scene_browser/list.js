// The list of scenes, as board or table. Only what is in view is in the document: a film may have thousands.

import { CARD, cardsIn, heightOf } from "./drawing/board.js";
import { Choice } from "./choice.js";
import { drawn, revealed } from "./drawing/geometry.js";
import { Items } from "./drawing/items.js";
import { listen } from "./list_input.js";
import { typeName } from "./rename.js";
import { ROW, columnsFor, head, tracks } from "./drawing/table.js";

const SPARE = 2; // rows drawn out of view on both sides
const BESIDE = 6; // pixels around the cards
const OWN_KEYS = "ArrowUp ArrowDown Home End"; // of the player's keys; all others stay the player's here too

export class SceneList {
  /** `on` has go(scene), change(name), rename(scene, name), menu(place), sort(order) and chosen(). */
  constructor(root, pictures, on) {
    this.on = on;
    this.list = root.querySelector(".list");
    this.body = root.querySelector(".body");
    this.now = root.querySelector(".now");
    this.film = null;
    this.scenes = []; // listed, in order
    this.places = new Map(); // index by id
    this.items = new Items(this.body, pictures);
    this.view = "board";
    this.asked = []; // fields of shares that the filter or the order names
    this.sort = { field: "scene", down: false };
    this.columns = [];
    this.top = 0; // where it was scrolled to when it was last drawn
    this.ids = []; // of the listed scenes
    this.choice = new Choice();
    this.current = null; // id of the scene on screen
    this.isFollowing = true;
    const { list } = this;
    list.addEventListener("scroll", () => this.draw(), { passive: true });
    listen(this);
    this.now.addEventListener("click", () => this.follow());
    this.watcher = new ResizeObserver(() => this.measure());
    this.watcher.observe(list);
  }

  close() {
    this.watcher.disconnect();
  }

  /** List these scenes of a film, with the shares of the fields `asked` for. */
  update(film, scenes, view, sort, asked) {
    const isOther = this.view !== view;
    const hadFocus = this.body.contains(this.list.getRootNode().activeElement);
    if (this.film && this.film !== film) this.choice.follow(this.film.scenes, film.scenes);
    Object.assign(this, { film, scenes, view, sort, asked, ids: scenes.map(({ id }) => id) });
    this.places = new Map(this.ids.map((id, place) => [id, place]));
    const isBoard = view === "board";
    const roles = { role: isBoard ? "listbox" : "grid", "aria-rowcount": isBoard ? null : scenes.length + 1 };
    for (const [name, value] of Object.entries(roles)) {
      if (value === null) this.list.removeAttribute(name);
      else this.list.setAttribute(name, String(value));
    }
    this.list.setAttribute("aria-label", "Scenes of the film");
    this.list.setAttribute("aria-multiselectable", "true");
    this.body.setAttribute("role", isBoard ? "presentation" : "rowgroup");
    this.list.className = `list ${view}`;
    this.lay();
    if (isOther) this.reveal(this.chosenScenes[0]?.id ?? this.current);
    if (hadFocus) this.focus();
    this.on.chosen();
  }

  /** Take the room there is: hidden in another tab, there is none. */
  measure() {
    if (this.film && this.list.clientWidth && (this.list.clientWidth !== this.width || this.list.clientHeight !== this.height)) this.lay();
  }

  lay() {
    const { list, body, view } = this;
    this.width = list.clientWidth;
    this.list.querySelector(".head")?.remove();
    this.items.clear();
    if (!this.width) return;
    if (view === "board") {
      const { perRow, step } = cardsIn(this.width - BESIDE);
      Object.assign(this, { perRow, step, rowHeight: heightOf(step, this.film.hasAudience) + CARD.gap, headHeight: 0 });
      list.removeAttribute("aria-colcount");
    } else {
      this.columns = columnsFor(this.film.scenes, this.width, (text) => this.widthOf(text), this.asked);
      list.style.setProperty("--tracks", tracks(this.columns));
      list.setAttribute("aria-colcount", String(this.columns.length));
      const heads = head(this.columns, this.sort, (sort) => this.on.sort(sort));
      list.prepend(heads);
      Object.assign(this, { perRow: 1, step: 0, rowHeight: ROW, headHeight: heads.offsetHeight });
    }
    body.style.height = `${Math.ceil(this.scenes.length / this.perRow) * this.rowHeight}px`;
    this.height = list.clientHeight;
    this.draw();
  }

  widthOf(text) {
    this.canvas ??= document.createElement("canvas").getContext("2d");
    const { fontFamily } = getComputedStyle(this.list);
    this.canvas.font = `14px ${fontFamily}`;
    return this.canvas.measureText(text).width;
  }

  get port() {
    const { list, rowHeight, perRow, headHeight } = this;
    return { top: list.scrollTop, height: list.clientHeight - headHeight, row: rowHeight, perRow, count: this.scenes.length };
  }

  /** Draw what is in view, and the scene that has the focus. */
  draw() {
    if (!this.width || !this.film) return;
    this.top = this.list.scrollTop;
    const { from, to } = drawn({ ...this.port, spare: SPARE });
    const focusable = this.focusable;
    const hasFocus = this.body.contains(this.list.getRootNode().activeElement);
    this.items.keep((place) => (place >= from && place < to) || (hasFocus && place === focusable));
    // From the last to the first, each before the next: in order also for those who read the document, not the screen.
    let next = focusable >= to ? this.items.at(focusable) : null;
    for (let place = to - 1; place >= from; place--) next = this.items.make(place, this, next);
    this.mark();
  }

  /** Say of each drawn scene whether it is chosen, on screen, and reached by Tab. */
  mark() {
    const focusable = this.focusable;
    const more = [this.view === "board" ? " ArrowLeft ArrowRight" : "", this.choice.ids.size > 1 ? " Escape" : ""];
    this.list.dataset.ownKeys = OWN_KEYS + more.join("");
    for (const [place, item] of this.items) {
      const { id } = this.scenes[place];
      item.setAttribute("aria-selected", String(this.choice.ids.has(id)));
      item.tabIndex = place === focusable ? 0 : -1;
      if (id === this.current) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
    const at = this.places.get(this.current);
    const isSeen = at === undefined || this.revealedAt(at) === this.list.scrollTop;
    this.now.hidden = isSeen || this.isFollowing;
    if (!this.now.hidden) this.now.textContent = `To scene ${this.scenes[at].number}`;
  }

  get focusable() {
    return this.places.get(this.choice.active) ?? this.places.get(this.current) ?? 0;
  }

  /** The chosen scenes, in film order, whether they are listed or not. */
  get chosenScenes() {
    return this.film ? this.film.scenes.filter(({ id }) => this.choice.ids.has(id)) : [];
  }

  /** The scene on screen. */
  show(id) {
    if (id === this.current) return;
    this.current = id;
    if (this.isFollowing) this.reveal(id);
    this.mark();
  }

  follow() {
    this.isFollowing = true;
    this.reveal(this.current);
    this.mark();
  }

  unfollow() {
    this.isFollowing = false;
  }

  revealedAt(place) {
    return Math.max(0, Math.min(revealed(place, this.port), this.body.offsetHeight + this.headHeight - this.list.clientHeight));
  }

  reveal(id) {
    const place = this.places.get(id);
    if (place === undefined || !this.width) return;
    this.list.scrollTop = revealed(place, this.port);
    this.draw();
  }

  focus() {
    if (this.scenes.length === 0 || !this.width) return;
    this.items.make(this.focusable, this).focus({ preventScroll: true });
    this.mark();
  }

  choose(place, how) {
    this.choice.choose(this.ids, place, how);
    this.mark();
    this.on.chosen();
  }

  chooseAll() {
    this.choice.chooseAll(this.ids);
    this.mark();
    this.on.chosen();
  }

  /** Choose a scene with the keyboard, or all up to it. */
  moveTo(place, extend) {
    this.unfollow();
    if (extend && !this.places.has(this.choice.anchor)) this.choose(this.focusable);
    this.choose(place, { extend });
    this.reveal(this.ids[place]);
    this.focus();
  }

  go(place) {
    this.isFollowing = true;
    this.on.go(this.scenes[place]);
  }

  get rowsInView() {
    return Math.floor(this.port.height / this.rowHeight);
  }

  /** Type a scene's name in its place: Enter keeps it, Escape leaves it as it was. */
  rename(scene) {
    const place = this.places.get(scene.id);
    if (place === undefined) return;
    this.reveal(scene.id);
    const item = this.items.make(place, this);
    typeName(scene, item.querySelector(".name") ?? item.lastElementChild.firstChild, (name, byKey) => {
      if (byKey) this.focus();
      if (name !== null) this.on.rename(scene, name);
    });
  }

  /** Resolves once no name is being typed: an update would end that. */
  async untilTyped() {
    while (this.body.querySelector("input")) await new Promise((resolve) => setTimeout(resolve, 300));
  }

  /** What is chosen and how far the list is scrolled, for when it is shown again. */
  get place() {
    return { choice: this.choice, top: this.top, isFollowing: this.isFollowing };
  }

  restore({ choice, top, isFollowing }) {
    Object.assign(this, { choice, isFollowing });
    this.list.scrollTop = top;
    this.draw();
    this.on.chosen();
  }
}
