// How analyses go: a bar each, and where there is none an ear for what other windows do. The app tells it whenever it
// changes, over one connection for the whole page, which is run anew only when something else than numbers changed.

const AGAIN = 1000; // milliseconds until a lost connection is made anew
const AT_LAST = 30000; // twice as long each time that the app itself ended it for a reason, up to this
const SILENCE = 45000; // longer than the app is ever silent, a look at a busy database included: nobody is there
const PATIENCE = 4000; // until the page is told again what it did not heed

// Codes with which the app ends a connection.
const COME_AGAIN = 1000; // it does so after a while, to look anew at who listens
const TROUBLE = 1011;
const REFUSED = 4403;

class Analyses {
  constructor() {
    this.views = new Set();
    this.token = "";
    this.ended = 0; // how often in a row by the app, for a reason
    document.addEventListener("visibilitychange", () => this.pass());
  }

  join(view) {
    this.views.add(view);
    this.listen();
  }

  leave(view) {
    this.views.delete(view);
    if (!this.views.size) this.end();
  }

  listen() {
    if (this.socket || this.again || !this.views.size) return;
    const address = new URL(`/api/analyses/${this.token}`, window.location.origin);
    address.protocol = address.protocol.replace("http", "ws");
    this.socket = new WebSocket(address);
    this.socket.onmessage = ({ data }) => {
      this.hear();
      this.ended = 0;
      this.told = JSON.parse(data);
      this.pass();
    };
    this.socket.onclose = ({ code }) => this.lost(code);
    this.hear();
  }

  hear() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lost(), SILENCE);
  }

  end() {
    clearTimeout(this.silence);
    if (this.socket) this.socket.onclose = this.socket.onmessage = null;
    this.socket?.close();
    this.socket = this.told = null;
  }

  lost(code) {
    const atOnce = code === COME_AGAIN && this.told;
    this.end();
    const why = { [REFUSED]: "renew", [TROUBLE]: "changed" }[code]; // what is wrong with the library the page says
    const wait = why ? Math.min(AT_LAST, AGAIN * 2 ** this.ended++) : AGAIN;
    if (why) [...this.views][0]?.tell(why, `${this.token} ${this.ended}`);
    this.again = setTimeout(() => {
      this.again = null;
      this.listen();
    }, atOnce ? 0 : wait);
  }

  pass() {
    if (this.told && !document.hidden) this.views.forEach((view) => view.hear(this.told));
  }
}

const analyses = new Analyses();

class View {
  constructor(root) {
    this.root = root;
    this.said = new Map(); // what was told to the page of what, and when
  }

  update({ data, setTriggerValue }) {
    this.data = data;
    this.trigger = setTriggerValue;
    this.said.clear(); // the page was run: it heeded all of it
    analyses.token = data.token;
    analyses.join(this);
    if (data.scan) this.show(data);
  }

  show({ done, words }) {
    const [line, bar] = this.root.children;
    this.root.hidden = false;
    if (line.textContent !== words) {
      line.textContent = words;
      bar.setAttribute("aria-valuetext", words);
    }
    const share = String(Math.floor(100 * done));
    if (bar.getAttribute("aria-valuenow") === share) return;
    bar.setAttribute("aria-valuenow", share);
    bar.firstElementChild.style.width = `${share}%`;
  }

  hear({ state, analyses: all }) {
    const { scan, film, known, drawn, segments } = this.data;
    if (film) {
      const begun = Object.keys(all).find((one) => all[one].film === film && !known.includes(one));
      if (begun) this.tell("changed", begun);
      return;
    }
    if (!scan) {
      if (state !== drawn) this.tell("changed", state);
      return;
    }
    const how = all[scan];
    if (how) this.show(how);
    if (!how) this.tell("changed", "over");
    else if (segments !== null && how.segments !== segments) this.tell("changed", how.segments);
  }

  tell(what, why) {
    const [before, when] = this.said.get(what) ?? [];
    if (before === why && Date.now() - when < PATIENCE) return;
    this.said.set(what, [why, Date.now()]);
    this.trigger(what, Date.now());
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".analysis");
  const view = (root.view ??= new View(root));
  view.update(component);
  const run = (view.run = (view.run ?? 0) + 1);
  return () => view.run === run && analyses.leave(view); // a former run may be cleared away after the next one began
}
