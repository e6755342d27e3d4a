// The uploads of a window: they go on while its pages come and go. What the reader sees of them is in upload.js.

const AT_ONCE = 3; // of the six connections that a browser has for one host, half are left to the pages
const AGAIN_AFTER = [500, 1000, 2000, 5000, 10000]; // milliseconds; then the last, for as long as it takes
const STALLED_AFTER = 60000; // milliseconds without a byte

class Refused extends Error {} // with this token
class Over extends Error {} // all of it was there before, and was no film

class Queue {
  constructor() {
    this.server = new Server();
    this.uploads = [];
    this.view = null;
    this.over = new Set(); // ids of what is not to be listed any more
    this.settings = null; // of the next analysis, as JSON; null while they are not right
    window.addEventListener("online", () => this.wake());
    window.addEventListener("offline", () => this.uploads.filter((one) => one.url && one.state === "sending")
      .forEach((one) => this.wait(one, "away")));
    window.addEventListener("beforeunload", (event) => {
      if (!this.busy) return;
      event.preventDefault();
      event.returnValue = ""; // older browsers
    });
    // A file that is dropped beside the place for it would be opened instead of the app.
    for (const kind of ["dragover", "drop"]) {
      window.addEventListener(kind, (event) => {
        if (this.busy && event.dataTransfer?.types.includes("Files")) event.preventDefault();
      });
    }
    setInterval(() => this.look(), 1000);
  }

  get busy() {
    return this.uploads.some((one) => one.running || one.state === "queued");
  }

  // The page

  shown(view, { token, settings, tus }) {
    this.view = view;
    this.settings = settings;
    this.server.tus = tus;
    if (token !== this.server.token) {
      this.server.token = token;
      this.wake();
    }
    this.turn();
    this.tell();
  }

  left(view) {
    if (this.view === view) this.view = null;
  }

  // What the reader does

  add(files) {
    for (const file of files) {
      const here = this.uploads.find((one) => one.same(file) && one.state !== "done" && !one.gone);
      if (here) {
        this.goOn(here);
        continue;
      }
      this.uploads.filter((one) => one.same(file)).forEach((one) => this.remove(one));
      const upload = new Upload(file);
      this.uploads.push(upload);
      if (file.size === 0) this.fail(upload, `${file.name} is empty. Export it again.`, true);
    }
    this.turn();
    this.changed();
  }

  refuse(name, message) {
    const upload = new Upload({ name, size: 0, lastModified: 0 });
    this.uploads.push(upload);
    this.fail(upload, message, true);
  }

  pause(upload) {
    this.stop(upload);
    this.become(upload, "paused");
    this.turn();
  }

  goOn(upload) {
    if (upload.running || upload.state === "queued") return;
    upload.gone = false;
    upload.tries = 0;
    this.become(upload, "queued");
    this.turn();
  }

  async remove(upload) {
    this.stop(upload);
    this.uploads = this.uploads.filter((one) => one !== upload);
    this.turn();
    this.changed();
    if (upload.url && !upload.film) await this.erase(upload.id);
  }

  async erase(id) {
    // What has arrived of an upload, this window's or another's, and that it was refused.
    this.over.add(id);
    this.changed();
    const status = await this.server.erase(id);
    if (status === 403) this.view?.renew();
    if (![204, 404, 410].includes(status)) this.over.delete(id); // it is shown again
    this.changed();
  }

  // One upload

  turn() {
    const free = AT_ONCE - this.uploads.filter((one) => one.running).length;
    if (this.settings === null || free <= 0) return;
    this.uploads.filter((one) => one.state === "queued").slice(0, free).forEach((one) => this.begin(one));
  }

  async begin(upload) {
    this.become(upload, "sending");
    upload.marks = [];
    upload.moved = Date.now();
    upload.metadata ??= { filename: upload.name, settings: JSON.stringify(this.settings) };
    let tus;
    try {
      tus = await this.server.library();
    } catch {
      this.wait(upload, "away");
      return;
    }
    const readable = await upload.file.slice(0, 1).arrayBuffer().catch(() => null);
    if (upload.state !== "sending") return;
    if (readable === null) {
      this.fail(upload, `${upload.name} was changed or moved since it was chosen. Drop it in again.`);
      return;
    }
    // Each try is one of tus's own uploads: what a former one still has to say is not heard.
    const attempt = new tus.Upload(upload.file, {
      endpoint: ENDPOINT,
      metadata: upload.metadata,
      retryDelays: null, // this queue tries again, for as long as it takes
      removeFingerprintOnSuccess: true,
      onBeforeRequest: (request) => this.server.sign(request),
      onAfterResponse: (_, response) => {
        // tus would begin anew.
        if ([401, 403].includes(response.getStatus())) throw new Refused(this.server.words(response));
        if (response.getStatus() === 410) throw new Over();
      },
      onUploadUrlAvailable: () => {
        upload.url = attempt.url;
        this.changed();
      },
      onProgress: (sent) => upload.attempt === attempt && this.progressed(upload, sent),
      onSuccess: ({ lastResponse }) => upload.attempt === attempt && this.arrived(upload, lastResponse),
      onError: (error) => upload.attempt === attempt && this.broke(upload, error),
    });
    upload.attempt = attempt;
    const before = await attempt.findPreviousUploads();
    if (upload.attempt !== attempt) return;
    if (before.length) {
      upload.url = before[before.length - 1].uploadUrl;
      attempt.resumeFromPreviousUpload(before[before.length - 1]);
    } else if (upload.url) attempt.resumeFromPreviousUpload({ uploadUrl: upload.url, urlStorageKey: null });
    attempt.start();
  }

  progressed(upload, sent) {
    upload.reached(sent);
    if (sent === upload.size && upload.state === "sending") this.become(upload, "checking");
    this.changed();
  }

  arrived(upload, response) {
    upload.sent = upload.size;
    upload.film = response.getHeader("X-Film-Id");
    upload.known = response.getHeader("X-Film-Known") === "true";
    upload.message = decodeURIComponent(response.getHeader("X-Problem") ?? "");
    upload.attempt = null;
    this.over.add(upload.id);
    upload.alone = !this.uploads.some((one) => one !== upload && !["failed", "done"].includes(one.state));
    this.become(upload, "done");
    this.turn();
    this.tell();
  }

  tell() {
    // The page, of films that arrived; one that there is nothing more to say of leaves the list.
    const untold = this.uploads.filter((one) => one.state === "done" && !one.told);
    if (!this.view || !untold.length) return;
    untold.forEach((one) => (one.told = true));
    this.uploads = this.uploads.filter((one) => one.state !== "done" || one.message || (one.known && !one.alone));
    this.view.arrived(untold.map(({ film, name, known, alone }) => ({ film, name, known, alone })));
    this.changed();
  }

  broke(upload, error) {
    const response = error.originalResponse;
    const status = response ? response.getStatus() : 0;
    if (error.causingError instanceof Refused) {
      if (upload.refusedToken === this.server.token) {
        this.fail(upload, error.causingError.message);
      } else {
        upload.refusedToken = this.server.token;
        this.wait(upload, "renewing");
        this.view?.renew();
      }
    } else if (error.causingError instanceof Over) {
      this.uploads = this.uploads.filter((one) => one !== upload);
      this.server.forget((entry) => entry.uploadUrl?.endsWith(`/${upload.id}`));
      this.turn();
      this.view?.changed(); // the page knows why it was refused
    } else if ([409, 423].includes(status)) {
      this.wait(upload, upload.tries ? "busy" : "sending");
    } else if (status === 0 || [408, 429, 460].includes(status) || (status >= 500 && status !== 507)) {
      this.wait(upload, "away", status >= 500 ? this.server.words(response) : "");
    } else {
      this.fail(upload, this.server.words(response), [404, 422].includes(status));
    }
  }

  wait(upload, state, message = "") {
    this.stop(upload);
    this.become(upload, state);
    upload.message = message;
    const after = AGAIN_AFTER[Math.min(upload.tries, AGAIN_AFTER.length - 1)];
    upload.tries += 1;
    if (state !== "renewing") upload.timer = setTimeout(() => this.begin(upload), after);
  }

  wake() {
    this.uploads.filter((one) => ["away", "renewing"].includes(one.state)).forEach((one) => {
      clearTimeout(one.timer);
      this.begin(one);
    });
  }

  look() {
    const late = Date.now() - STALLED_AFTER;
    this.uploads.filter((one) => one.state === "sending" && one.attempt && one.url && one.moved < late)
      .forEach((one) => this.wait(one, "away"));
    if (this.uploads.some((one) => one.running)) this.changed();
  }

  stop(upload) {
    clearTimeout(upload.timer);
    upload.attempt?.abort();
    upload.attempt = null;
    upload.marks = [];
  }

  fail(upload, message, gone = false) {
    this.stop(upload);
    upload.message = message;
    upload.gone = gone;
    if (gone && upload.url) this.server.forget((entry) => entry.uploadUrl === upload.url);
    this.become(upload, "failed");
    this.turn();
  }

  become(upload, state) {
    if (!["failed", "done"].includes(state)) upload.message = "";
    upload.state = state;
    this.changed();
  }

  changed() {
    this.view?.draw();
  }
}

const queue = (window.filmUploads ??= new Queue());
