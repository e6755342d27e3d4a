// The place on the Library page where films are dropped in, and what stands below it. The uploads themselves are in
// upload_queue.js, their rows' looks in upload_row.js; both stand before this.

const LOOKS_EVERY = 5000; // milliseconds: what other windows upload

const HERE = (one) => `${size(one.sent)} of ${size(one.size)}`;
const STATES = {
  queued: (one, queue) =>
    queue.settings === null
      ? "Waits until the model and sampling below are right."
      : "Waits for its turn.",
  sending: (one) => {
    const said = [HERE(one)];
    if (one.speed) said.push(`${size(one.speed)}/s`);
    if (one.secondsLeft !== null) said.push(`${clock(one.secondsLeft)} left`);
    return said.join(" · ");
  },
  checking: () => "All of it is here and is being checked …",
  paused: (one) => `Paused · ${HERE(one)}`,
  away: (one) =>
    one.message
      ? `${one.message} It is tried again · ${HERE(one)}`
      : `No connection: goes on by itself when it is back · ${HERE(one)}`,
  busy: (one) => `Waits for another window, or a connection that broke, to let go of this film · ${HERE(one)}`,
  renewing: (one) => `Waits for the app · ${HERE(one)}`,
  failed: (one) => one.message,
  done: (one) => one.message || (one.known ? "These very bytes were in the library before." : "It is in the library."),
};
const ALOUD = { sending: "is being uploaded", paused: "is paused", away: "waits for the connection", done: "has arrived" };

class View {
  constructor(root, queue) {
    this.root = root;
    this.queue = queue;
    this.rows = new Map(); // by upload, or by the id of what another window left
    this.states = new Map();
    this.remembered = []; // by this browser
    this.unfinished = []; // of all windows and browsers
    const zone = root.querySelector(".zone");
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    const input = root.querySelector("input");
    input.addEventListener("change", () => {
      queue.add([...input.files]);
      input.value = ""; // the same file may be chosen again
    }, { signal });
    const files = (event) => event.dataTransfer?.types.includes("Files");
    const hover = (event) => {
      if (!files(event)) return;
      event.preventDefault();
      zone.classList.add("over");
    };
    // Anywhere on the page will do.
    window.addEventListener("dragenter", hover, { signal });
    window.addEventListener("dragover", hover, { signal });
    window.addEventListener("dragleave", (event) => event.relatedTarget ?? zone.classList.remove("over"), { signal });
    window.addEventListener("drop", (event) => {
      if (!files(event)) return;
      event.preventDefault();
      zone.classList.remove("over");
      this.take([...event.dataTransfer.items]);
    }, { signal });
  }

  take(items) {
    const files = [];
    for (const item of items.filter((one) => one.kind === "file")) {
      if (item.webkitGetAsEntry?.()?.isDirectory) {
        this.queue.refuse(item.webkitGetAsEntry().name, "This is a folder. Drop in the films that are in it.");
      } else {
        files.push(item.getAsFile());
      }
    }
    this.queue.add(files);
  }

  async update({ data, setTriggerValue }) {
    this.data = data;
    this.trigger = setTriggerValue;
    this.queue.shown(this, data);
    this.draw();
    await this.look();
    this.timer ??= setInterval(() => this.look(), LOOKS_EVERY);
  }

  async look() {
    const unfinished = await this.queue.server.unfinished();
    if (unfinished === null || this.listeners.signal.aborted) return;
    this.remembered = await this.queue.server.remembered().catch(() => []);
    const ids = new Set(unfinished.map((one) => one.id));
    const ended = this.unfinished.some((one) => !ids.has(one.id) && !this.queue.over.has(one.id) && !this.mine(one.id));
    this.unfinished = unfinished;
    this.draw();
    if (ended) this.changed(); // in another window: there may be a film more
  }

  mine(id) {
    return this.queue.uploads.some((one) => one.id === id);
  }

  leave() {
    clearInterval(this.timer);
    this.listeners.abort();
    this.rows.forEach((row) => row.root.remove());
    this.queue.left(this);
  }

  arrived(films) {
    this.trigger("arrived", films);
  }

  renew() {
    this.trigger("renew", Date.now());
  }

  changed() {
    this.trigger("changed", Date.now());
  }

  draw() {
    const { uploads, over } = this.queue;
    const others = (one) => !this.mine(one.id) && !over.has(one.id);
    const left = this.unfinished.filter(others);
    const refused = this.data.refused.filter(others);
    const keys = [...uploads, ...[...left, ...refused].map((one) => one.id)];
    for (const [key, row] of this.rows) {
      if (keys.includes(key)) continue;
      row.root.remove();
      this.rows.delete(key);
    }
    uploads.forEach((one) => this.drawUpload(one));
    left.forEach((one) => this.drawLeft(one));
    refused.forEach((one) => {
      const row = this.row(one.id, one.filename);
      row.show("failed", 0, 0, one.message);
      row.offer(["Dismiss", () => this.queue.erase(one.id)]);
    });
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

  drawUpload(one) {
    const { queue } = this;
    const row = this.row(one, one.name);
    row.show(one.state, one.sent, one.size, STATES[one.state](one, queue));
    const remove = () => queue.remove(one);
    if (one.state === "checking") row.offer();
    else if (one.state === "done" || (one.state === "failed" && one.gone)) row.offer(["Dismiss", remove]);
    else {
      const goOn = [one.state === "failed" ? "Try again" : "Go on", () => queue.goOn(one)];
      const pause = ["Pause", () => queue.pause(one)];
      const first = ["paused", "failed"].includes(one.state) ? [goOn] : one.url || one.state === "queued" ? [pause] : [];
      row.offerRemoval(one.url ? one.sent : 0, remove, ...first);
    }
    if (this.states.get(one) !== one.state) {
      this.states.set(one, one.state);
      const said = one.message || ALOUD[one.state];
      if (said) this.root.querySelector(".said").textContent = one.message || `${one.name} ${said}.`;
    }
  }

  drawLeft(one) {
    const row = this.row(one.id, one.filename);
    const here = `${percent(one.offset, one.length)} % is here (${size(one.offset)} of ${size(one.length)})`;
    const known = this.remembered.some((entry) => entry.uploadUrl?.endsWith(`/${one.id}`));
    let text = `${known ? `Drop in ${one.filename} again to go on` : "Begun in another browser, where it can go on"}: ${here}.`;
    if (one.expires) text += ` It is kept until ${day(one.expires)}.`;
    if (one.active) text = `Is being uploaded from another window: ${here}.`;
    row.show("left", one.offset, one.length, text);
    if (one.active) row.offer();
    else row.offerRemoval(one.offset, () => this.queue.erase(one.id));
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".uploads");
  if (!root.view || root.view.listeners.signal.aborted) root.view = new View(root, queue);
  root.view.update(component);
  return () => root.view.leave();
}
