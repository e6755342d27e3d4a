// The queue of a window's uploads. It goes on while the window's pages come and go; uploads.js shows it.

import { Refused, Rejected, attempt } from "./attempt.js";
import { guard } from "./leaving.js";
import { claims } from "./purpose.js";
import { Server } from "./server.js";
import { Upload } from "./upload.js";

const AT_ONCE = 3; // half of a browser's six connections to one host are left to the pages
const RETRY_AFTER = [500, 1000, 2000, 5000, 10000]; // milliseconds; the last one again and again
const STALLED_AFTER = 60000; // milliseconds without a byte

export class Queue {
  constructor() {
    this.server = new Server();
    this.uploads = [];
    this.view = null;
    this.hidden = new Set(); // ids of uploads that are not to be listed any more
    this.settings = null; // of the next film's analysis, as JSON; null while they are not valid
    window.addEventListener("online", () => this.wake());
    window.addEventListener("offline", () => {
      for (const upload of this.uploads) if (upload.url && upload.state === "sending") this.retryLater(upload, "away");
    });
    guard(() => this.busy);
    setInterval(() => this.retryStalled(), 1000);
  }

  get busy() {
    return this.uploads.some((upload) => upload.running || upload.state === "queued");
  }

  // Called by the page

  attach(view, { token, settings, tus }) {
    this.view = view;
    if (settings !== undefined) this.settings = settings; // a screening's page has none
    this.server.tus = tus;
    if (token !== this.server.token) {
      this.server.token = token;
      this.wake();
    }
    this.startNext();
    this.announce();
  }

  detach(view) {
    if (this.view === view) this.view = null;
  }

  // Called by the user

  /** `viewer`, as in purpose.js, is kept from now on: later files may have another consent. */
  add(files, viewer = null) {
    for (const file of files) {
      const listed = this.uploads.find((upload) => upload.isOf(file, viewer) && upload.state !== "done" && !upload.final);
      if (listed) {
        this.resume(listed);
        continue;
      }
      this.uploads.filter((upload) => upload.isOf(file, viewer)).forEach((upload) => this.remove(upload));
      const upload = new Upload(file, viewer);
      this.uploads.push(upload);
      if (file.size === 0) this.fail(upload, `${file.name} is empty. Export it again.`, true);
    }
    this.startNext();
    this.draw();
  }

  refuse(name, message, viewer = null) {
    const upload = new Upload({ name, size: 0, lastModified: 0 }, viewer);
    this.uploads.push(upload);
    this.fail(upload, message, true);
  }

  pause(upload) {
    this.stop(upload);
    this.setState(upload, "paused");
    this.startNext();
  }

  resume(upload) {
    if (upload.running || upload.state === "queued") return;
    upload.final = false;
    upload.tries = 0;
    this.setState(upload, "queued");
    this.startNext();
  }

  async remove(upload) {
    this.stop(upload);
    this.uploads = this.uploads.filter((other) => other !== upload);
    this.startNext();
    this.draw();
    if (upload.url && !upload.film) await this.erase(upload.id);
  }

  /** Delete what the server stores of an upload, of this window or another, and the note that it was refused. */
  async erase(id) {
    this.hidden.add(id);
    this.draw();
    const status = await this.server.erase(id);
    if (status === 403) this.view?.renew();
    if (![204, 404, 410].includes(status)) this.hidden.delete(id);
    this.draw();
  }

  // One upload

  startNext() {
    const free = AT_ONCE - this.uploads.filter((upload) => upload.running).length;
    if (free <= 0) return;
    const isReady = (upload) => upload.viewer !== null || this.settings !== null;
    const queued = this.uploads.filter((upload) => upload.state === "queued" && isReady(upload));
    queued.slice(0, free).forEach((upload) => this.begin(upload));
  }

  async begin(upload) {
    this.setState(upload, "sending");
    upload.marks = [];
    upload.moved = Date.now();
    upload.metadata ??= { filename: upload.name, ...claims(upload.viewer, this.settings) };
    let tus;
    try {
      tus = await this.server.library();
    } catch {
      this.retryLater(upload, "away");
      return;
    }
    const firstByte = await upload.file.slice(0, 1).arrayBuffer().catch(() => null);
    if (upload.state !== "sending") return;
    if (firstByte === null) {
      this.fail(upload, `${upload.name} was changed or moved since it was chosen. Drop it in again.`);
      return;
    }
    await attempt(tus, upload, this.server, {
      named: () => this.draw(),
      progress: (sent) => this.onProgress(upload, sent),
      arrived: (response) => this.onArrived(upload, response),
      failed: (error) => this.onError(upload, error),
    });
  }

  onProgress(upload, sent) {
    upload.reached(sent);
    if (sent === upload.size && upload.state === "sending") this.setState(upload, "checking");
    this.draw();
  }

  onArrived(upload, response) {
    upload.sent = upload.size;
    upload.film = response.getHeader("X-Film-Id");
    upload.existing = response.getHeader("X-Film-Known") === "true";
    upload.message = decodeURIComponent(response.getHeader("X-Problem") ?? "");
    upload.attempt = null;
    this.hidden.add(upload.id);
    upload.alone = !this.uploads.some((other) => other !== upload && !["failed", "done"].includes(other.state));
    this.setState(upload, "done");
    this.startNext();
    this.announce();
  }

  /** Tell the page of what arrived for it. A row stays listed only if it has something more to say. */
  announce() {
    const isNew = (upload) => upload.state === "done" && !upload.announced && this.view?.shows(upload);
    const news = this.uploads.filter(isNew);
    if (!news.length) return;
    news.forEach((upload) => (upload.announced = true));
    this.uploads = this.uploads.filter(
      (upload) => !news.includes(upload) || upload.message || (upload.existing && !(upload.alone && !upload.viewer)),
    );
    this.view.arrived(news.map(({ film, name, existing, alone }) => ({ film, name, known: existing, alone })));
    this.draw();
  }

  onError(upload, error) {
    const response = error.originalResponse;
    const status = response ? response.getStatus() : 0;
    if (error.causingError instanceof Refused) {
      if (upload.refusedToken === this.server.token) {
        this.fail(upload, error.causingError.message);
      } else {
        upload.refusedToken = this.server.token;
        this.retryLater(upload, "renewing");
        this.view?.renew();
      }
    } else if (error.causingError instanceof Rejected) {
      this.uploads = this.uploads.filter((other) => other !== upload);
      this.server.forget((entry) => entry.uploadUrl?.endsWith(`/${upload.id}`));
      this.startNext();
      this.view?.changed(); // the page shows why it was refused
    } else if ([409, 423].includes(status)) {
      this.retryLater(upload, upload.tries ? "busy" : "sending");
    } else if (status === 0 || [408, 429, 460].includes(status) || (status >= 500 && status !== 507)) {
      this.retryLater(upload, "away", status >= 500 ? this.server.message(response) : "");
    } else {
      this.fail(upload, this.server.message(response), [404, 422].includes(status));
    }
  }

  retryLater(upload, state, message = "") {
    this.stop(upload);
    this.setState(upload, state);
    upload.message = message;
    const delay = RETRY_AFTER[Math.min(upload.tries, RETRY_AFTER.length - 1)];
    upload.tries += 1;
    if (state !== "renewing") upload.timer = setTimeout(() => this.begin(upload), delay);
  }

  wake() {
    const waiting = this.uploads.filter((upload) => ["away", "renewing"].includes(upload.state));
    for (const upload of waiting) {
      clearTimeout(upload.timer);
      this.begin(upload);
    }
  }

  retryStalled() {
    const limit = Date.now() - STALLED_AFTER;
    const isStalled = (upload) => upload.state === "sending" && upload.attempt && upload.url && upload.moved < limit;
    this.uploads.filter(isStalled).forEach((upload) => this.retryLater(upload, "away"));
    if (this.uploads.some((upload) => upload.running)) this.draw();
  }

  stop(upload) {
    clearTimeout(upload.timer);
    upload.attempt?.abort();
    upload.attempt = null;
    upload.marks = [];
  }

  fail(upload, message, final = false) {
    this.stop(upload);
    upload.message = message;
    upload.final = final;
    if (final && upload.url) this.server.forget((entry) => entry.uploadUrl === upload.url);
    this.setState(upload, "failed");
    this.startNext();
  }

  setState(upload, state) {
    if (!["failed", "done"].includes(state)) upload.message = "";
    upload.state = state;
    this.draw();
  }

  draw() {
    this.view?.draw();
  }
}
