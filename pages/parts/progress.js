// How analyses go: a bar each, and where there is none an ear for what other windows do. The app is asked once a second
// for all of them; the page itself is run anew only when something else than numbers changed.

const LOOKS_EVERY = 1000; // milliseconds
const PATIENCE = 5000; // until an answer is given up, and until what the page was told is told again

class Analyses {
  constructor() {
    this.views = new Set();
    this.token = "";
    document.addEventListener("visibilitychange", () => this.look());
  }

  join(view) {
    this.views.add(view);
    this.timer ??= setInterval(() => this.look(), LOOKS_EVERY);
  }

  leave(view) {
    this.views.delete(view);
    if (this.views.size) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  async look() {
    if (this.looking || document.hidden || !this.views.size) return;
    this.looking = true;
    const asked = { headers: { Authorization: `Bearer ${this.token}` }, signal: AbortSignal.timeout(PATIENCE) };
    const answer = await fetch(new URL("/api/analyses", window.location.origin), asked).catch(() => null);
    const told = answer?.ok ? await answer.json().catch(() => null) : null;
    this.looking = false;
    if (answer?.status === 403) [...this.views][0]?.tell("renew", this.token);
    if (told) this.views.forEach((view) => view.hear(told));
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
    const { scan, drawn, open } = this.data;
    if (!scan) {
      if (state !== drawn) this.tell("changed", state);
      return;
    }
    const how = all[scan];
    if (how) this.show(how);
    if (!how || (open !== null && how.open !== open)) this.tell("changed", how ? "open" : "over");
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
  root.view ??= new View(root);
  root.view.update(component);
  return () => analyses.leave(root.view);
}
