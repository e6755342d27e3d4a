// The audience over the timeline: a box to tick, which is the legend of its lines too.

import { loadAudience } from "../film_data.js";

const CHOSEN = "film-audience"; // what the browser remembers: “off” for no lines where there could be some

/** What stands beside the box, {text, hint, usable}, for the audience's document, or for the `error` in its place. */
export function legend(audience, error) {
  if (error) return { text: "no audience", hint: error, usable: false };
  if (!audience) return { text: "audience …", hint: "Its numbers are being computed.", usable: false };
  const { who, least, enough, confidence } = audience;
  if (!enough) {
    return { text: `audience, ${who}: too few`, hint: `A share needs ${least} viewers with a usable face in a scene.`, usable: false };
  }
  const interval = `${Math.round(100 * confidence)}\u00a0% interval`;
  return { text: `audience, ${who}`, hint: `Dashed: the audience's share. Outlined: its ${interval} over viewers.`, usable: true };
}

export class AudienceOver {
  /** `changed()` is called when lines are to come or go, `refused(error)` where the link has expired. */
  constructor(root, changed, refused) {
    this.changed = changed;
    this.refused = refused;
    this.label = root.querySelector(".audience");
    this.box = this.label.querySelector("input");
    this.box.addEventListener("change", () => {
      window.localStorage.setItem(CHOSEN, this.box.checked ? "on" : "off");
      changed();
    });
    this.version = this.screening = this.document = this.error = null;
    this.show();
  }

  /** Take what the page says of the audience; load its numbers where they are others. */
  update(data) {
    const version = data.audience ? `${data.drawn} ${data.audience.state}` : null;
    if (version === this.version) return;
    Object.assign(this, { version, screening: data.audience?.screening ?? null, document: null, error: null });
    this.show();
    if (version !== null) this.load(data);
  }

  async load(data) {
    try {
      const document = await loadAudience(data);
      if (this.version !== `${data.drawn} ${data.audience.state}`) return;
      this.document = document;
    } catch (error) {
      if (this.version !== `${data.drawn} ${data.audience.state}`) return;
      this.error = error.message;
      if (error.expired) {
        this.version = null; // the next link loads it
        this.refused(error);
      }
    }
    this.show();
    if (this.box.checked) this.changed();
  }

  show() {
    const { text, hint, usable } = legend(this.document, this.error);
    this.label.hidden = this.screening === null;
    this.label.title = hint;
    this.label.querySelector(".who").textContent = text;
    this.box.disabled = !usable;
    this.box.checked = usable && window.localStorage.getItem(CHOSEN) !== "off";
  }

  /** What to ask for in place of the film's own figure; empty without lines. */
  get asked() {
    if (!this.box.checked) return {};
    return { kind: "timeline-audience", screening: this.screening, numbers: this.document.numbers };
  }
}
