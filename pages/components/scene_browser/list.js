// The list of scenes, as board or table. Only what is in view is in the document: a film may have thousands.

import { CARD, card, cardsIn } from "./board.js";
import { changeOfKey } from "./changes.js";
import { Choice } from "./choice.js";
import { drawn, led, revealed } from "./geometry.js";
import { typeName } from "./rename.js";
import { ROW, columnsFor, head, row, tracks } from "./table.js";

const SPARE = 2; // rows drawn out of view on both sides
const BESIDE = 18; // pixels that a scroll bar and borders take of a table's width

export class SceneList {
  /** `on` has go(scene), change(name), rename(scene, name), menu(place), sort(order) and chosen(). */
  constructor(root, pictures, on) {
    Object.assign(this, { pictures, on });
    this.list = root.querySelector(".list");
    this.body = root.querySelector(".body");
    this.now = root.querySelector(".now");
    this.film = null;
    this.scenes = []; // listed, in order
    this.places = new Map(); // index by id
    this.drawnItems = new Map(); // element by index
    this.view = "board";
    this.sort = { field: "scene", down: false };
    this.columns = [];
    this.top = 0; // where it was scrolled to when it was last drawn
    this.ids = []; // of the listed scenes
    this.choice = new Choice();
    this.current = null; // id of the scene on screen
    this.isFollowing = true;
    const { list } = this;
    list.addEventListener("scroll", () => this.draw(), { passive: true });
    for (const kind of ["wheel", "touchmove", "pointerdown"]) {
      list.addEventListener(kind, (event) => (kind !== "pointerdown" || event.target === list) && this.unfollow(), { passive: true });
    }
    list.addEventListener("click", (event) => this.onClick(event));
    list.addEventListener("dblclick", ({ target }) => target.closest(".name") && this.on.change("rename"));
    list.addEventListener("contextmenu", (event) => this.onMenu(event));
    list.addEventListener("keydown", (event) => this.onKey(event));
    this.now.addEventListener("click", () => this.follow());
    this.watcher = new ResizeObserver(() => this.measure());
    this.watcher.observe(list);
  }

  close() {
    this.watcher.disconnect();
  }

  /** List these scenes of a film; a choice among scenes that are gone goes with them. */
  update(film, scenes, view, sort) {
    const isOther = this.view !== view;
    const hadFocus = this.body.contains(this.list.getRootNode().activeElement);
    if (this.film && this.film !== film) this.choice.follow(this.film.scenes, film.scenes);
    Object.assign(this, { film, scenes, view, sort, ids: scenes.map(({ id }) => id) });
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
    for (const item of this.drawnItems.values()) this.remove(item);
    this.drawnItems.clear();
    if (!this.width) return;
    if (view === "board") {
      const { perRow, step } = cardsIn(this.width - BESIDE);
      Object.assign(this, { perRow, step, rowHeight: CARD.height + CARD.gap, headHeight: 0 });
    } else {
      this.columns = columnsFor(this.film.scenes, this.width, (text) => this.widthOf(text));
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
    for (const [place, item] of this.drawnItems) {
      if ((place >= from && place < to) || (hasFocus && place === focusable)) continue;
      this.remove(item);
      this.drawnItems.delete(place);
    }
    for (let place = from; place < to; place++) this.item(place);
    this.mark();
  }

  remove(item) {
    this.pictures.drop(item);
    item.remove();
  }

  /** The element of a place, made if it is not drawn. */
  item(place) {
    const known = this.drawnItems.get(place);
    if (known) return known;
    const scene = this.scenes[place];
    const isBoard = this.view === "board";
    const made = isBoard ? card(scene, this.film, this.pictures) : row(scene, this.film, this.pictures, this.columns);
    const [line, column] = [Math.floor(place / this.perRow), place % this.perRow];
    made.style.transform = `translate(${column * this.step}px, ${line * this.rowHeight}px)`;
    if (isBoard) {
      made.style.width = `${this.step - CARD.gap}px`;
      made.setAttribute("aria-posinset", String(place + 1));
      made.setAttribute("aria-setsize", String(this.scenes.length));
    } else made.setAttribute("aria-rowindex", String(place + 2));
    made.dataset.place = String(place);
    // In the order of the film, for those who read the document and not the screen.
    const after = [...this.drawnItems].filter(([other]) => other > place).toSorted(([a], [b]) => a - b)[0];
    this.body.insertBefore(made, after ? after[1] : null);
    this.drawnItems.set(place, made);
    return made;
  }

  /** Say of each drawn scene whether it is chosen, on screen, and reached by Tab. */
  mark() {
    const focusable = this.focusable;
    for (const [place, item] of this.drawnItems) {
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
    this.item(this.focusable).focus({ preventScroll: true });
    this.mark();
  }

  choose(place, how) {
    this.choice.choose(this.ids, place, how);
    this.mark();
    this.on.chosen();
  }

  placeOf(event) {
    const item = event.target.closest?.("[data-place]");
    return item ? Number(item.dataset.place) : null;
  }

  onClick(event) {
    const place = this.placeOf(event);
    if (place === null || event.target.closest("input")) return;
    const [extend, add] = [event.shiftKey, event.ctrlKey || event.metaKey];
    this.choose(place, { extend, add });
    if (!extend && !add) this.go(place);
  }

  go(place) {
    this.isFollowing = true;
    this.on.go(this.scenes[place]);
  }

  onMenu(event) {
    const place = this.placeOf(event);
    if (place === null || event.target.closest("input")) return;
    event.preventDefault();
    if (!this.choice.ids.has(this.ids[place])) this.choose(place);
    this.on.menu({ x: event.clientX, y: event.clientY });
  }

  onKey(event) {
    if (event.target.closest("input, .head") || this.scenes.length === 0) return;
    const act = this.action(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** What a key does; null where it is not the list's. */
  action(event) {
    const { key, shiftKey } = event;
    const held = event.ctrlKey || event.metaKey;
    const place = this.focusable;
    const change = changeOfKey(event);
    if (change) {
      if (this.choice.ids.size === 0) this.choose(place);
      return () => this.on.change(change);
    }
    if (event.altKey) return null;
    if (held) return key === "a" ? () => this.chooseAll() : null;
    if (key === "Enter") return () => (this.choose(place), this.go(place));
    if (key === "Escape") return this.choice.ids.size > 1 ? () => this.choose(place) : null;
    if (key === "ContextMenu" || (key === "F10" && shiftKey)) return () => this.menuAt(place);
    const to = led(key, place, { count: this.scenes.length, perRow: this.perRow, rows: Math.floor(this.port.height / this.rowHeight) });
    return to === null ? null : () => this.moveTo(to, shiftKey);
  }

  moveTo(place, extend) {
    this.unfollow();
    if (extend && !this.places.has(this.choice.anchor)) this.choose(this.focusable);
    this.choose(place, { extend });
    this.reveal(this.ids[place]);
    this.focus();
  }

  menuAt(place) {
    if (!this.choice.ids.has(this.ids[place])) this.choose(place);
    const { left, bottom } = this.item(place).getBoundingClientRect();
    this.on.menu({ x: left + 12, y: bottom - 8 });
  }

  chooseAll() {
    this.choice.chooseAll(this.ids);
    this.mark();
    this.on.chosen();
  }

  /** Type a scene's name in its place: Enter keeps it, Escape leaves it as it was. */
  rename(scene) {
    const place = this.places.get(scene.id);
    if (place === undefined) return;
    this.reveal(scene.id);
    const item = this.item(place);
    typeName(scene, item.querySelector(".name") ?? item.lastElementChild.firstChild, (name, byKey) => {
      if (byKey) this.focus();
      if (name !== null) this.on.rename(scene, name);
    });
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
