// Loads the film and its frames' times, and asks for new links where those were refused.

const PICTURE_PATIENCE = 2_000; // milliseconds

export class FilmFile {
  /**
   * `links` is a LinkRequests; `notify(sentence)` shows a message, or none where it is empty. `afterPicture`: the frames'
   * times are read after the first picture.
   */
  constructor(video, screen, links, notify, { afterPicture = false } = {}) {
    this.afterPicture = afterPicture;
    this.video = video;
    this.screen = screen;
    this.links = links;
    this.notify = notify;
    this.data = null;
    this.retriedLink = null; // loaded a second time after an error
    video.addEventListener("error", () => this.onError());
  }

  /** Take new data from the page. Loads the film only if it is another one, or if its link was refused. */
  update(data) {
    const before = this.data;
    this.data = data;
    const isNew = before?.film !== data.film || before.file !== data.file;
    if (isNew) this.screen.clear();
    if (isNew || (this.links.refused && before.video !== data.video)) this.load(!isNew);
    if (isNew || before.state !== data.state || this.screen.times === null) this.readTimesInTurn();
    return isNew;
  }

  /** Read the frames' times: where `afterPicture` is set, once the first picture is there, which needs none of them. */
  readTimesInTurn() {
    const { video } = this;
    if (!this.afterPicture || video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      this.readTimes();
      return;
    }
    this.waiting?.abort();
    this.waiting = new AbortController();
    const { signal } = this.waiting;
    const read = () => {
      this.waiting.abort();
      clearTimeout(late);
      this.readTimes();
    };
    const late = setTimeout(read, PICTURE_PATIENCE);
    for (const event of ["loadeddata", "error"]) video.addEventListener(event, read, { signal });
    signal.addEventListener("abort", () => clearTimeout(late));
  }

  /** `again`: the film was there before, and goes on where it was. */
  load(again) {
    this.links.renewed();
    this.notify("");
    const playing = again && !this.video.paused;
    this.video.src = this.data.video;
    if (!again) return;
    this.screen.restore();
    if (playing) this.video.play().catch(() => {});
  }

  async readTimes() {
    const { data } = this;
    try {
      const answer = await fetch(data.frames);
      if (answer.status === 403) return this.links.request(await answer.text());
      if (!answer.ok) return this.notify(await answer.text());
      const times = new Float64Array(await answer.arrayBuffer());
      if (data === this.data || data.state === this.data.state) this.screen.setTimes(times, data.rate);
    } catch {
      this.notify("The server does not answer.");
    }
    return undefined;
  }

  async onError() {
    const link = this.video.getAttribute("src");
    if (!link) return;
    try {
      const answer = await fetch(link, { headers: { Range: "bytes=0-0" } });
      if (answer.status === 403) this.links.request(await answer.text());
      else if (answer.ok && this.retriedLink !== link) {
        this.retriedLink = link;
        this.load(true); // the link works now: the connection was lost, or the copy was not ready
      } else if (answer.ok) this.notify("This browser cannot play the film.");
      else this.notify(await answer.text());
    } catch {
      this.notify("The server does not answer.");
    }
  }
}
