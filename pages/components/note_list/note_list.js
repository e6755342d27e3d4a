// The list of an editor's notes. What was typed stays in its field until the page shows it as a note.

import { onMoment, seek } from "../moment.js";
import { mounted } from "../mounted.js";
import { frameNumber, timecode } from "../player/timecode.js";
import { isNow, isThere, keyOf, plain } from "./notes.js";

class NoteList {
  constructor(root, trigger) {
    this.trigger = trigger;
    this.root = root;
    this.data = null;
    this.moment = null;
    this.place = null; // {frame, scene, label} of the note being written: where the film was when it was begun
    this.sent = null; // {frame, scene, of_scene, text} that was sent and is no note yet
    this.editing = null; // {key, sent}: the note being changed, and the text that was sent for it
    this.form = root.querySelector("form");
    this.field = root.querySelector("form textarea");
    this.whole = root.querySelector("form input");
    this.list = root.querySelector("ol");
    this.field.addEventListener("input", () => this.begin());
    this.field.addEventListener("keydown", (event) => sendOnEnter(event, () => this.add()));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.add();
    });
  }

  update(data, trigger) {
    this.trigger = trigger;
    if (this.data?.film !== data.film) {
      this.listening?.abort();
      this.listening = new AbortController();
      this.data = data;
      onMoment(data.film, (moment) => this.show(moment), this.listening.signal);
    }
    this.data = data;
    this.field.maxLength = data.longest;
    if (this.sent && isThere(data.notes, this.sent)) {
      if (plain(this.field.value) === plain(this.sent.text)) {
        this.field.value = "";
        this.place = null;
      }
      this.sent = null;
    }
    this.keepChange();
    this.draw();
  }

  /** After a change the note has its new text; where neither text is a note any more, the new one goes to the field. */
  keepChange() {
    if (!this.editing) return;
    const { key, note, typed } = this.editing;
    if (this.data.notes.some((each) => keyOf(each) === key)) return;
    if (typed !== null && !isThere(this.data.notes, { ...note, text: typed }) && this.field.value === "") {
      this.field.value = typed;
      this.begin();
    }
    this.editing = null;
  }

  show(moment) {
    const before = this.moment;
    this.moment = moment;
    this.label();
    if (before?.frame === moment.frame && before?.scene === moment.scene) return;
    for (const [item, note] of this.items ?? []) mark(item, isNow(note, moment));
  }

  /** The note being written is about the frame at which its first letter came. */
  begin() {
    if (this.field.value === "") this.place = null;
    else if (this.place === null && this.moment) this.place = this.here();
    this.label();
  }

  here() {
    const { frame, scene, seconds } = this.moment;
    const { start, rate_over, rate_under, base, drop } = this.data;
    return { frame, scene, label: timecode(start + frameNumber(seconds, rate_over, rate_under), base, drop) };
  }

  label() {
    const place = this.place ?? (this.moment && this.here());
    const text = place ? `Note at ${place.label}, frame ${place.frame}` : "Note (as soon as the player shows a picture)";
    const where = this.root.querySelector(".where");
    if (where.textContent !== text) where.textContent = text;
    this.form.querySelector("button").disabled = !place;
  }

  add() {
    const place = this.place ?? (this.moment && this.here());
    if (!place || plain(this.field.value) === "") return;
    const of_scene = this.whole.checked;
    this.sent = { ...place, of_scene, text: this.field.value };
    this.act(of_scene ? "add of scene" : "add", place.frame, of_scene, "", this.field.value);
  }

  act(does, frame, of_scene, before, text) {
    this.trigger("act", { does, frame, of_scene, before, text });
  }

  draw() {
    const { notes } = this.data;
    this.root.querySelector(".empty").hidden = notes.length > 0;
    const focused = this.list.getRootNode().activeElement?.dataset?.key;
    this.items = notes.map((note) => [this.item(note), note]);
    this.list.replaceChildren(...this.items.map(([item]) => item));
    if (focused) [...this.list.querySelectorAll("[data-key]")].find((each) => each.dataset.key === focused)?.focus();
    this.label();
  }

  item(note) {
    const item = document.createElement("li");
    const key = keyOf(note);
    const place = note.of_scene ? `Scene ${note.scene}` : note.tc;
    const go = button(note.of_scene ? `Scene ${note.scene} · ${note.tc}` : `${note.tc} · scene ${note.scene}`, "go", () =>
      seek(this.data.film, note.frame),
    );
    go.dataset.key = `go ${key}`;
    go.title = `Go to frame ${note.frame}`;
    item.append(go);
    if (this.editing?.key === key) item.append(...this.editor(note, key));
    else {
      const text = document.createElement("p");
      text.className = "text";
      text.textContent = note.text;
      const actions = document.createElement("div");
      actions.className = "actions";
      const change = button("Change", "", () => this.edit(note, key), `Change the note at ${place}`);
      const remove = button("Remove", "", () => this.act("remove", ...note.stored, note.text, ""), `Remove the note at ${place}`);
      change.dataset.key = `change ${key}`;
      actions.append(change, remove);
      item.append(text, actions);
    }
    mark(item, isNow(note, this.moment));
    return item;
  }

  edit(note, key) {
    this.editing = { key, note, typed: null };
    this.draw();
    this.list.querySelector("textarea").focus();
  }

  editor(note, key) {
    const field = document.createElement("textarea");
    field.value = this.editing.typed ?? note.text;
    field.maxLength = this.data.longest;
    field.setAttribute("aria-label", "Text of the note");
    field.dataset.key = `field ${key}`;
    field.addEventListener("input", () => (this.editing.typed = field.value));
    const save = () => {
      if (plain(field.value) === "" || plain(field.value) === note.text) return close();
      return this.act("change", ...note.stored, note.text, field.value);
    };
    const close = () => {
      this.editing = null;
      this.draw();
      [...this.list.querySelectorAll("[data-key]")].find((each) => each.dataset.key === `change ${key}`)?.focus();
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      sendOnEnter(event, save);
    });
    const actions = document.createElement("div");
    actions.className = "actions";
    actions.append(button("Save", "", save), button("Cancel", "", close));
    return [field, actions];
  }

  close() {
    this.listening?.abort();
  }
}

function button(text, name, action, label) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = name;
  element.textContent = text;
  if (label) element.setAttribute("aria-label", label);
  element.addEventListener("click", action);
  return element;
}

/** Enter sends, Shift+Enter is a new line, as in messages. */
function sendOnEnter(event, send) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
}

function mark(item, now) {
  item.classList.toggle("now", now);
  if (now) item.setAttribute("aria-current", "true");
  else item.removeAttribute("aria-current");
}

export default mounted(".notes", (root, trigger) => new NoteList(root, trigger));
