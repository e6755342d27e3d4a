// Links below which a film's data lie expire: a component whose link is refused asks its page for a new one.

const MOST = 3; // requests, within WITHIN
const WITHIN = 30_000; // milliseconds, as all below
const PATIENCE = 4_000; // until the page's new link is due

export class LinkRequests {
  /**
   * `ask(time)` asks the page, as soon as `calm` lets it; `tell(sentence)` shows the server's reason where a new link does
   * not help, such as after signing out in another tab.
   */
  constructor(calm, ask, tell) {
    this.calm = calm;
    this.ask = ask;
    this.tell = tell;
    this.times = [];
    this.refused = false; // whether the link in use was refused and no other has come
  }

  /** The link was refused, with the server's `sentence`. */
  request(sentence) {
    this.refused = true;
    const now = Date.now();
    this.times = this.times.filter((time) => now - time < WITHIN);
    if (this.times.length >= MOST) {
      this.tell(sentence);
      return;
    }
    this.times.push(now);
    this.calm.when(() => {
      this.ask(now);
      setTimeout(() => this.refused && this.tell(sentence), PATIENCE);
    });
  }

  /** Another link has come. */
  renewed() {
    this.refused = false;
  }
}
