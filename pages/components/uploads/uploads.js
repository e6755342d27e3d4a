// The place where films are dropped in on the Library page, or recordings of viewers on a screening's page, with a row
// for each upload.

import { Calm } from "../calm.js";
import { mounted } from "../mounted.js";
import { hms, day, percent, size } from "./formatting.js";
import { isListed, placeOf } from "./purpose.js";
import { Queue } from "./queue.js";
import { Row } from "./row.js";

const POLL_EVERY = 5000; // milliseconds between two looks at what other windows upload

const progress = (upload) => `${size(upload.sent)} of ${size(upload.size)}`;
const STATES = {
  queued: (upload, queue) =>
    queue.settings === null && !upload.viewer ? "Waits until the model and sampling below are right." : "Waits for its turn.",
  sending: (upload) => {
    const parts = [progress(upload)];
    if (upload.speed) parts.push(`${size(upload.speed)}/s`);
    if (upload.secondsLeft !== null) parts.push(`${hms(upload.secondsLeft)} left`);
    return parts.join(" · ");
  },
  checking: () => "All of it is here and is being checked …",
  paused: (upload) => `Paused · ${progress(upload)}`,
  away: (upload) =>
    upload.message
      ? `${upload.message} It is tried again · ${progress(upload)}`
      : `No connection: goes on by itself when it is back · ${progress(upload)}`,
  busy: (upload) =>
    `Waits for another window, or a connection that broke, to let go of this film · ${progress(upload)}`,
  renewing: (upload) => `Waits for the app · ${progress(upload)}`,
  failed: (upload) => upload.message,
  done: (upload) => {
    if (upload.message) return upload.message;
    if (upload.existing) return "These very bytes were in the library before.";
    return upload.viewer ? "It is a viewer of this screening." : "It is in the library.";
  },
};
// What a screen reader says when an upload enters a state, after its name.
const SPOKEN = {
  sending: "is being uploaded",
  paused: "is paused",
  away: "waits for the connection",
  done: "has arrived",
};

class View {
  constructor(root, queue) {
    this.root = root;
    this.queue = queue;
    this.rows = new Map(); // by upload, or by the id of another window's upload
    this.states = new Map(); // by upload, the state spoken last
    this.remembered = []; // uploads that this browser can resume
    this.unfinished = []; // of all windows and browsers
    const zone = root.querySelector(".zone");
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    const input = root.querySelector("input");
    this.input = input;
    input.addEventListener("change", () => this.choose(), { signal });
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
    const hover = (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      zone.classList.add("over");
    };
    // Files may be dropped anywhere on the page.
    window.addEventListener("dragenter", hover, { signal });
    window.addEventListener("dragover", hover, { signal });
    window.addEventListener("dragleave", (event) => event.relatedTarget ?? zone.classList.remove("over"), { signal });
    window.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      zone.classList.remove("over");
      this.take([...event.dataTransfer.items]);
    }, { signal });
  }

  /** Queue what was chosen. */
  choose() {
    this.add([...this.input.files]);
    this.input.value = ""; // the same file may be chosen again
  }

  /** Queue files for this place. Without consent none is taken: it is stored as it is when a file is queued. */
  add(files) {
    const { screening, viewer } = this.data;
    if (!screening) this.queue.add(files);
    else if (viewer) this.queue.add(files, viewer);
    else files.forEach(({ name }) => this.refuse(name, "Confirm first that the viewer was told; then drop it in again."));
  }

  refuse(name, message) {
    const { screening } = this.data;
    this.queue.refuse(name, message, screening ? { screening } : null);
  }

  take(items) {
    const files = [];
    for (const item of items.filter((entry) => entry.kind === "file")) {
      if (item.webkitGetAsEntry?.()?.isDirectory) {
        this.refuse(item.webkitGetAsEntry().name, "This is a folder. Drop in the films that are in it.");
      } else {
        files.push(item.getAsFile());
      }
    }
    this.add(files);
  }

  /** Whether an upload of this window belongs here. */
  shows({ viewer }) {
    return placeOf(viewer) === this.data.screening;
  }

  update(data, trigger) {
    this.data = data;
    this.trigger = trigger;
    clearTimeout(this.told);
    this.told = null;
    if (data.words) {
      this.root.querySelector("strong").textContent = data.words.invitation;
      this.root.querySelector(".formats").textContent = data.words.formats;
      this.root.querySelector(".choose .button").textContent = data.words.choose;
      this.input.setAttribute("aria-label", data.words.choose);
    }
    this.input.disabled = Boolean(data.screening && !data.viewer);
    if (this.input.files.length) this.choose(); // before this script was loaded
    this.queue.attach(this, data);
    this.draw();
    this.poll();
    this.timer ??= setInterval(() => this.poll(), POLL_EVERY);
  }

  async poll() {
    const unfinished = await this.queue.server.unfinished();
    if (unfinished === null || this.listeners.signal.aborted) return;
    this.remembered = await this.queue.server.remembered().catch(() => []);
    const ids = new Set(unfinished.map(({ id }) => id));
    const hasEnded = ({ id }) => !ids.has(id) && this.isOthers(id);
    const ended = this.unfinished.some(hasEnded);
    this.unfinished = unfinished.filter((upload) => isListed(this.data.screening, upload));
    this.draw();
    // It may have been refused. A film that came in has run the page by then.
    if (ended) this.told ??= setTimeout(() => this.changed(), 1000);
  }

  /** Whether an upload is to be listed as another window's. */
  isOthers(id) {
    return !this.queue.hidden.has(id) && !this.queue.uploads.some((upload) => upload.id === id);
  }

  close() {
    clearInterval(this.timer);
    clearTimeout(this.told);
    this.listeners.abort();
    this.rows.forEach((row) => row.root.remove());
    this.queue.detach(this);
  }

  arrived(films) {
    this.run("arrived", films);
  }

  renew() {
    this.run("renew", Date.now());
  }

  changed() {
    this.run("changed", Date.now());
  }

  run(trigger, value) {
    calm.when(() => this.listeners.signal.aborted || this.trigger(trigger, value));
  }

  draw() {
    const uploads = this.queue.uploads.filter((upload) => this.shows(upload));
    const left = this.unfinished.filter(({ id }) => this.isOthers(id));
    const refused = this.data.refused.filter(({ id }) => this.isOthers(id));
    const keys = [...uploads, ...[...left, ...refused].map(({ id }) => id)];
    for (const [key, row] of this.rows) {
      if (keys.includes(key)) continue;
      row.root.remove();
      this.rows.delete(key);
    }
    uploads.forEach((upload) => this.drawUpload(upload));
    left.forEach((entry) => this.drawLeft(entry));
    for (const { id, filename, message } of refused) {
      const row = this.row(id, filename);
      row.show("failed", 0, 0, message);
      row.offer(["Dismiss", () => this.queue.erase(id)]);
    }
    const { words, tight } = this.data.space;
    this.root.querySelector(".space").textContent = tight || uploads.length || left.length ? words : "";
    const list = this.root.querySelector(".rows");
    keys.forEach((key, place) => {
      const { root } = this.rows.get(key);
      if (list.children[place] !== root) list.insertBefore(root, list.children[place] ?? null);
    });
    this.root.classList.toggle("any", keys.length > 0);
  }

  row(key, name) {
    if (!this.rows.has(key)) this.rows.set(key, new Row(name));
    return this.rows.get(key);
  }

  drawUpload(upload) {
    const { queue } = this;
    const { state } = upload;
    const row = this.row(upload, upload.name);
    row.show(state, upload.sent, upload.size, STATES[state](upload, queue));
    const remove = () => queue.remove(upload);
    if (state === "checking") row.offer();
    else if (state === "done" || (state === "failed" && upload.final)) row.offer(["Dismiss", remove]);
    else {
      const resume = [state === "failed" ? "Try again" : "Go on", () => queue.resume(upload)];
      const pause = ["Pause", () => queue.pause(upload)];
      const isStopped = ["paused", "failed"].includes(state);
      const first = isStopped ? [resume] : upload.url || state === "queued" ? [pause] : [];
      row.offerRemoval(upload.url ? upload.sent : 0, remove, ...first);
    }
    if (this.states.get(upload) !== state) {
      this.states.set(upload, state);
      if (upload.message || SPOKEN[state]) {
        this.root.querySelector(".said").textContent = upload.message || `${upload.name} ${SPOKEN[state]}.`;
      }
    }
  }

  /** The row of an upload that another window has begun. */
  drawLeft({ id, filename, offset, length, expires, active, problem }) {
    const row = this.row(id, filename);
    const here = `${percent(offset, length)} % is here (${size(offset)} of ${size(length)})`;
    const isRemembered = this.remembered.some((entry) => entry.uploadUrl?.endsWith(`/${id}`));
    let text = isRemembered ? `Drop in ${filename} again to go on` : "Begun in another browser, where it can go on";
    text += `: ${here}.`;
    if (expires) text += ` It is kept until ${day(expires)}.`;
    if (problem) text = `${problem} ${size(offset)} are here.`;
    if (active) text = `Is being uploaded from another window: ${here}.`;
    row.show(problem ? "failed" : "left", offset, length, text);
    if (active) row.offer();
    else row.offerRemoval(offset, () => this.queue.erase(id));
  }
}

const calm = new Calm(window);
const queue = (window.filmUploads ??= new Queue()); // one a window, whichever pages come and go

export default mounted(".uploads", (root) => new View(root, queue));
